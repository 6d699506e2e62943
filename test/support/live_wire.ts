/** Traffic on wires of a test's own, made by the sender of the live benchmarks (bench/send.cc). */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ExecutionContext } from "ava";
import { type Namespaces, namespacesFor, runIn, WIRE } from "./namespaces.js";
import { haveTools } from "./tools.js";

const SENDER = resolve("build", "native", "send");

/** The largest that a veth pair has: super-packets of captures fit. */
const MTU = 65_535;

/** Packets a second at which no test loses any. */
export const CALM = 20_000;

/** What the sender says it sent. */
export interface Sent {
  readonly packets: number;
  readonly octets: number;
  /** Packets of captures that cannot stand in an Ethernet frame. */
  readonly skipped: number;
  readonly stdout: string;
}

/** Two hosts and the names of what joins them. */
export interface Wires {
  readonly namespaces: Namespaces;
  readonly wires: readonly string[];
}

/**
 * Namespaces joined by `count` pairs of interfaces, whose names follow; undefined after a loud skip where the host does
 * not allow them. They go at the end of the test.
 */
export function wiresFor(t: ExecutionContext, count = 1): Wires | undefined {
  if (!existsSync(SENDER)) {
    process.stderr.write(`\n*** SKIPPED: ${t.title}: build/native/send is missing (make build/native/send) ***\n\n`);
    t.log("SKIPPED: build/native/send is missing");
    t.pass();
    return undefined;
  }
  if (!haveTools(t, "ip", "ethtool")) return undefined;
  const namespaces = namespacesFor(t, { mtu: MTU });
  if (namespaces === undefined) return undefined;
  // Teardown does not run where the process is told to end.
  process.once("exit", namespaces.cleanup);
  t.teardown(() => process.off("exit", namespaces.cleanup));
  const wires = [WIRE];
  for (let more = 1; more < count; more++) {
    const wire = `wire${more}`;
    namespaces.connect(wire, { mtu: MTU });
    wires.push(wire);
  }
  return { namespaces, wires };
}

/** The kernel's index of the receiver's end. */
export function indexOf({ receiver }: Namespaces, wire: string): number {
  const { stdout } = spawnSync("ip", ["-n", receiver, "-j", "link", "show", wire], { encoding: "utf8" });
  return (JSON.parse(stdout) as { ifindex: number }[])[0]!.ifindex;
}

/** Sends captures, one after the other. Rejects when the sender could not. */
export function sendCaptures(
  namespaces: Namespaces,
  captures: readonly string[],
  { wire = WIRE, rate = CALM }: { readonly wire?: string; readonly rate?: number } = {},
): Promise<Sent> {
  return send(namespaces, ["--interface", wire, "--rate", String(rate), ...captures]);
}

/** Traffic that the sender makes up; the fields are its switches. */
export interface GeneratedTraffic {
  readonly mode?: "udp" | "syn" | "sessions";
  /** 0 makes every packet a flow of its own. */
  readonly flows?: number;
  /** Packets a second. */
  readonly rate: number;
  readonly seconds: number;
}

/** Sends made-up traffic. Rejects when the sender could not. */
export async function sendGenerated(namespaces: Namespaces, traffic: GeneratedTraffic, wire = WIRE): Promise<Sent> {
  // The kernel's generator hands frames only to an interface with GRO.
  await runIn(namespaces.receiver, "ethtool", ["-K", wire, "gro", "on"]);
  const switches = Object.entries(traffic).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return send(namespaces, ["--interface", wire, "--generate", ...switches]);
}

async function send({ sender }: Namespaces, args: readonly string[]): Promise<Sent> {
  const { status, stdout, stderr } = await runIn(sender, SENDER, args);
  const said = /sent (\d+) packets (\d+) octets/.exec(stdout);
  if (status !== 0 || said === null) throw new Error(`send ${args.join(" ")}: ${stdout}${stderr}`);
  const skipped = Number(/(\d+) packets cannot be sent/.exec(stderr)?.[1] ?? 0);
  return { packets: Number(said[1]), octets: Number(said[2]), skipped, stdout };
}
