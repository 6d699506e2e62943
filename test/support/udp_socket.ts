/** What the kernel says of another program's UDP socket (proc_pid_net(5), /proc/PID/net/udp). */
import { readFileSync } from "node:fs";
import { until } from "./program.js";

/** Octets that wait in the socket of a process that is bound to an IPv4 port; undefined while there is none. */
function waitingOctets(pid: number, port: number): number | undefined {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const line of readFileSync(`/proc/${pid}/net/udp`, "utf8").split("\n").slice(1)) {
    const [, address, , , queues] = line.trim().split(/\s+/);
    if (address?.endsWith(local)) return Number.parseInt(queues?.split(":")[1] ?? "", 16);
  }
  return undefined;
}

/** Resolves when a process listens on a port, seen from its own network namespace. */
export function untilBound(pid: number, port: number): Promise<void> {
  return until(() => waitingOctets(pid, port) !== undefined, `a socket on UDP port ${port}`);
}

/** Resolves when a process has read everything that came to its port, and sleeps. */
export function untilRead(pid: number, port: number): Promise<void> {
  return until(() => waitingOctets(pid, port) === 0 && sleeps(pid), `the end of what waits on UDP port ${port}`);
}

/** Whether a process's first thread waits for something (proc_pid_stat(5)). */
function sleeps(pid: number): boolean {
  return /\) S /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}
