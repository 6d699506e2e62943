/** What is in the UDP packets of a capture: datagrams that an exporter sent. */
import { readFileSync } from "node:fs";
import type { ReceivedMessage } from "../../src/collect/message.js";

/** Payloads of a pcap file's UDP packets over IPv4 over Ethernet, microseconds, with the times of their arrival. */
export function exportedDatagrams(path: string): ReceivedMessage[] {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1) throw new Error(`${path}: not plain pcap`);
  const messages: ReceivedMessage[] = [];
  for (let at = 24; at < file.length; ) {
    const received = file.readUInt32LE(at) * 1e6 + file.readUInt32LE(at + 4);
    const length = file.readUInt32LE(at + 8);
    const ip = at + 16 + 14;
    const udp = ip + (file[ip]! & 15) * 4;
    messages.push({
      peer: { transport: "udp", address: file.subarray(ip + 12, ip + 16).join("."), port: file.readUInt16BE(udp) },
      received,
      octets: viewOf(file.subarray(udp + 8, udp + file.readUInt16BE(udp + 4))),
    });
    at += 16 + length;
  }
  return messages;
}

export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
