// Two network namespaces joined by a veth pair: `out` sends, `in` is metered. Needs root.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";

export const SENDER = "flowtap-bench-a";
export const RECEIVER = "flowtap-bench-b";
/** Where the sink listens, on the receiver's loopback. */
export const SINK_PORT = 4739;

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Makes the network, without anything on the wire that the kernel sends by itself. */
export function makeNetwork(): void {
  removeNetwork();
  ip("netns", "add", SENDER);
  ip("netns", "add", RECEIVER);
  ip("link", "add", "out", "netns", SENDER, "type", "veth", "peer", "name", "in", "netns", RECEIVER);
  for (const [namespace, link] of [
    [SENDER, "out"],
    [RECEIVER, "in"],
  ] as const) {
    execFileSync("ip", ["netns", "exec", namespace, "sysctl", "-qw", `net.ipv6.conf.${link}.disable_ipv6=1`]);
    ip("-n", namespace, "link", "set", link, "arp", "off", "up");
  }
  ip("-n", RECEIVER, "link", "set", "lo", "up");
  execFileSync("ip", ["netns", "exec", RECEIVER, "ethtool", "-K", "in", "gro", "on"]);
}

export function removeNetwork(): void {
  for (const namespace of [SENDER, RECEIVER]) spawnSync("ip", ["netns", "del", namespace]);
}

/** A collector that takes everything and costs nothing: a socket that nobody reads. */
export function openSink(): ChildProcess {
  const script = `import socket,time;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.bind(("127.0.0.1",${SINK_PORT}));time.sleep(1e9)`;
  return spawn("ip", ["netns", "exec", RECEIVER, "python3", "-c", script], { stdio: "ignore" });
}
