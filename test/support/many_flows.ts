/** Captures of as many flows as a test needs, in the time it takes to copy them. */

import { pcap } from "./capture_writer.js";
import { ethernet, ipv4, udp } from "./frames.js";

const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const IP = { source: "10.0.0.0", destination: "192.0.2.1" };
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Octet of the IPv4 source address in an Ethernet frame. */
const SOURCE_ADDRESS = 14 + 12;
/** Packets a second. */
const RATE = 10_000;

/** Octets of each packet at the IP layer. */
export const MANY_FLOWS_OCTETS = 40;

/** A pcap of `flows` UDP flows of one packet each, from 10.0.0.0 upwards; checksums are those of the first. */
export function manyFlows(flows: number): Uint8Array {
  const frame = ethernet(ipv4(IP, 17, udp(IP, 40_000, 53, new Uint8Array(12))), 0x0800, MACS);
  const one = pcap([{ data: frame, time: 1_700_000_000_000_000 }]);
  const record = Buffer.from(one.subarray(FILE_HEADER));
  const file = Buffer.alloc(FILE_HEADER + flows * record.length);
  file.set(one.subarray(0, FILE_HEADER));
  for (let flow = 0; flow < flows; flow++) {
    const at = FILE_HEADER + flow * record.length;
    record.copy(file, at);
    file.writeUInt32LE(1_700_000_000 + Math.floor(flow / RATE), at);
    file.writeUInt32LE((flow % RATE) * (1_000_000 / RATE), at + 4);
    file.writeUInt32BE(0x0a000000 + flow, at + RECORD_HEADER + SOURCE_ADDRESS);
  }
  return file;
}
