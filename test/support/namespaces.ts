/** Network namespaces joined by a veth pair: a wire of the test's own. They need root. */
import { spawnSync } from "node:child_process";
import type { ExecutionContext } from "ava";
import { type Ended, PROGRAM, type Running, type RunOptions, runCommand, startCommand } from "./program.js";
import { haveTools } from "./tools.js";

/** Name of the first pair's interface, in both namespaces. */
export const WIRE = "wire0";

/** Room for what offloading makes of segments: pcaps/office.pcap has frames of several. */
const MTU = 9000;

export interface WireOptions {
  /** Octets, of both ends; `MTU` when left out. */
  readonly mtu?: number;
}

/** Two hosts and what joins them. No IPv6 and no ARP: nothing is on the wire that the test has not sent. */
export interface Namespaces {
  /** Names as `ip netns` knows them. */
  readonly sender: string;
  readonly receiver: string;
  /** Joins the two by a further pair of interfaces of this name, or by one that was taken away again. */
  connect(name: string, options?: WireOptions): void;
  /** Takes a pair away. */
  disconnect(name: string): void;
  /** Removes both; programs that still run in them keep what they have. */
  cleanup(): void;
}

let made = 0;

/** Makes two namespaces joined by `WIRE`, which is up. Throws with the words of `ip` where that is not possible. */
export function makeNamespaces(options: WireOptions = {}): Namespaces {
  const name = `flowtap-${process.pid}-${made++}`;
  const [sender, receiver] = [`${name}-sender`, `${name}-receiver`];
  const namespaces: Namespaces = {
    sender,
    receiver,
    connect: (wire, { mtu = MTU } = {}) => connect(sender, receiver, wire, mtu),
    disconnect: (wire) => ip("-n", sender, "link", "delete", wire),
    cleanup: () => {
      for (const each of [sender, receiver]) spawnSync("ip", ["netns", "delete", each]);
    },
  };
  try {
    for (const each of [sender, receiver]) {
      ip("netns", "add", each);
      ip("netns", "exec", each, "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
      ip("-n", each, "link", "set", "lo", "up");
    }
    namespaces.connect(WIRE, options);
  } catch (error) {
    namespaces.cleanup();
    throw error;
  }
  return namespaces;
}

/** The same for one test, at whose end they go; undefined after a loud skip where the host does not allow them. */
export function namespacesFor(t: ExecutionContext, options: WireOptions = {}): Namespaces | undefined {
  if (!haveTools(t, "ip")) return undefined;
  try {
    const namespaces = makeNamespaces(options);
    t.teardown(namespaces.cleanup);
    return namespaces;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`\n*** SKIPPED: ${t.title}: no network namespaces here: ${reason} ***\n\n`);
    t.log(`SKIPPED: no network namespaces here: ${reason}`);
    t.pass();
    return undefined;
  }
}

/** Starts `flowtap` in a namespace; its process is the child. */
export function startIn(namespace: string, args: readonly string[], options: RunOptions = {}): Running {
  return startCommand("ip", ["netns", "exec", namespace, process.execPath, PROGRAM, ...args], options);
}

/** Runs any program in a namespace to its end. */
export function runIn(namespace: string, command: string, args: readonly string[]): Promise<Ended> {
  return runCommand("ip", ["netns", "exec", namespace, command, ...args]);
}

/** Sends a capture's packets from the sender with tcpreplay. Rejects when not all of them went out. */
export async function sendCapture({ sender }: Namespaces, capture: string, packetsPerSecond = 10_000): Promise<void> {
  const speed = `--pps=${packetsPerSecond}`;
  const { status, stdout, stderr } = await runIn(sender, "tcpreplay", ["-q", "-i", WIRE, speed, capture]);
  if (status !== 0 || !/Failed packets:\s+0\b/.test(stdout)) throw new Error(`tcpreplay: ${stdout}${stderr}`);
}

function connect(sender: string, receiver: string, wire: string, mtu: number): void {
  const end = (namespace: string) => ["name", wire, "mtu", String(mtu), "netns", namespace];
  ip("link", "add", ...end(sender), "type", "veth", "peer", ...end(receiver));
  for (const each of [sender, receiver]) ip("-n", each, "link", "set", wire, "arp", "off", "up");
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
