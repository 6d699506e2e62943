/** One small UDP conversation, for captures of which a test knows every number. */

import type { Frame } from "./capture_writer.js";
import { ethernet, ipv4, udp } from "./frames.js";

const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;

/** Microseconds since 1970 of the first packet. */
export const CONVERSATION_START = 1_700_000_000_000_000;

/** Packets to port 53 of 192.0.2.1, one every `interval` microseconds, from `first` on. */
export function datagrams(count: number, interval: number, first = CONVERSATION_START, source = "10.1.2.3"): Frame[] {
  const ip = { source, destination: "192.0.2.1" };
  const data = ethernet(ipv4(ip, 17, udp(ip, 40_000, 53, new Uint8Array(32))), 0x0800, MACS);
  return Array.from({ length: count }, (_, at) => ({ data, time: first + at * interval }));
}
