/** Export datagrams for benchmarks, in a file: each with its length before it, 32 bits little-endian. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { MessageEncoder } from "../src/formats/encoder.js";
import { IpfixEncoder } from "../src/formats/ipfix/encoder.js";
import { NetFlow5Encoder } from "../src/formats/netflow/v5.js";
import { NetFlow9Encoder } from "../src/formats/netflow/v9.js";
import { generateFlows } from "./flow_generator.js";

export const EXPORT_FORMATS = ["netflow5", "netflow9", "ipfix", "sflow"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Octets of a message that fit into an Ethernet frame. */
const MTU = 1472;

const ENCODERS: Readonly<Record<Exclude<ExportFormat, "sflow">, () => MessageEncoder>> = {
  netflow5: () => new NetFlow5Encoder({ maxMessage: MTU }),
  netflow9: () => new NetFlow9Encoder({ maxMessage: MTU }),
  ipfix: () => new IpfixEncoder({ maxMessage: MTU }),
};

/** Writes datagrams of `records` flow records, a few more of sFlow. Returns how many there are. */
export async function writeDatagrams(path: string, format: ExportFormat, records: number): Promise<number> {
  const file = openSync(path, "w");
  const length = Buffer.alloc(4);
  const emit = (octets: Uint8Array) => {
    length.writeUInt32LE(octets.length);
    writeSync(file, length);
    writeSync(file, octets);
  };
  let written = records;
  if (format === "sflow") written = writeSamples(records, emit);
  else {
    const encoder = ENCODERS[format]();
    await generateFlows(records, Date.now() * 1000 - 86_400e6, (batch) => encoder.encode(batch, emit));
    encoder.flush(emit);
  }
  closeSync(file);
  return written;
}

export function readDatagrams(path: string): Buffer[] {
  const octets = readFileSync(path);
  const datagrams: Buffer[] = [];
  for (let at = 0; at < octets.length; ) {
    const size = octets.readUInt32LE(at);
    datagrams.push(octets.subarray(at + 4, at + 4 + size));
    at += 4 + size;
  }
  return datagrams;
}

/** Flow samples, seven a datagram, each a raw header of 64 octets: Ethernet, IPv4, TCP. */
function writeSamples(records: number, emit: (octets: Uint8Array) => void): number {
  const each = 7;
  const sample = 8 + 32 + 8 + 16 + 64;
  const datagram = Buffer.alloc(28 + each * sample);
  const words = (at: number, values: readonly number[]) => {
    for (const [k, value] of values.entries()) datagram.writeUInt32BE(value >>> 0, at + 4 * k);
  };
  let done = 0;
  for (let sequence = 1; done < records; done += each, sequence++) {
    words(0, [5, 1, 0x0a000001, 0, sequence, sequence * 10, each]);
    for (let k = 0; k < each; k++) {
      const at = 28 + k * sample;
      words(at, [1, sample - 8, done + k, 3, 1000, (done + k) * 1000, 0, 3, 4, 1]);
      words(at + 40, [1, 16 + 64, 1, 1514, 4, 64]);
      const frame = at + 64;
      datagram.writeUInt16BE(0x0800, frame + 12);
      words(frame + 14, [0x450005dc, 0x12344000, 0x40060000, 0x0a000000 + ((done + k) & 0xffff), 0x17000001]);
      words(frame + 34, [(40_000 << 16) | 443, done, done, 0x50180100]);
    }
    emit(datagram);
  }
  return done;
}
