/** Nanoseconds and octets a record of each encoder, and nanoseconds of the IPFIX decoder: `node build/js/bench/encode.bench.js`. */
import { CsvEncoder } from "../src/formats/csv/encoder.js";
import type { Encoder } from "../src/formats/encoder.js";
import { IpfixDecoder } from "../src/formats/ipfix/decoder.js";
import { IpfixEncoder } from "../src/formats/ipfix/encoder.js";
import { JsonEncoder } from "../src/formats/json/encoder.js";
import { NetFlow5Encoder } from "../src/formats/netflow/v5.js";
import { NetFlow9Encoder } from "../src/formats/netflow/v9.js";
import { FlowBatch } from "../src/record/batch.js";
import { BASE, BASE_SIZE } from "../src/record/layout.js";

const RECORDS = 65536;
const ROUNDS = 12;

/** Records like those of the `mix` workload: TCP, UDP and ICMP 80/18/2, 85 % IPv4, three of four answered. */
function workload(): FlowBatch {
  const batch = new FlowBatch(new ArrayBuffer(RECORDS * BASE_SIZE), 0);
  const view = new DataView(batch.buffer);
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  for (let k = 0; k < RECORDS; k++) {
    const o = k * BASE_SIZE;
    const six = random(100) >= 85;
    const kind = random(100);
    const protocol = kind < 80 ? 6 : kind < 98 ? 17 : six ? 58 : 1;
    for (let at = six ? 0 : 12; at < 16; at++) {
      view.setUint8(o + at, random(256));
      view.setUint8(o + 16 + at, random(256));
    }
    if (!six) {
      view.setUint16(o + 10, 0xffff);
      view.setUint16(o + 26, 0xffff);
    }
    view.setUint8(o + BASE.protocolIdentifier, protocol);
    view.setUint8(o + BASE.ipVersion, six ? 6 : 4);
    view.setUint16(o + BASE.sourceTransportPort, random(65536), true);
    view.setUint16(o + BASE.destinationTransportPort, random(1024), true);
    const start = 1_700_000_000_000_000 + random(300_000_000);
    view.setBigUint64(o + BASE.flowStart, BigInt(start), true);
    view.setBigUint64(o + BASE.flowEnd, BigInt(start + random(5_000_000)), true);
    view.setUint8(o + BASE.flowEndReason, 1);
    for (const direction of random(4) > 0 ? [0, 1] : [0]) {
      view.setUint32(o + BASE.packets[direction]!, 1 + random(20), true);
      view.setUint32(o + BASE.octets[direction]!, 40 + random(30000), true);
      view.setUint32(o + BASE.tcpSequence[direction]!, random(4294967296), true);
    }
  }
  batch.count = RECORDS;
  return batch;
}

/** Runs an action several times; the fastest run, in nanoseconds a record. */
function fastest(action: () => void): string {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    action();
    best = Math.min(best, Number(process.hrtime.bigint() - start));
  }
  return (best / RECORDS).toFixed(1).padStart(7);
}

function measure(name: string, batch: FlowBatch, encoder: Encoder): void {
  let octets = 0;
  const emit = (bytes: Uint8Array) => {
    octets += bytes.length;
  };
  const time = fastest(() => {
    octets = 0;
    encoder.encode(batch, emit);
    encoder.flush(emit);
  });
  console.log(`${name.padEnd(28)} ${time} ns/record ${(octets / RECORDS).toFixed(1).padStart(7)} octets/record`);
}

const batch = workload();
measure("ipfix file, microseconds", batch, new IpfixEncoder({ timestamps: "microseconds" }));
measure("ipfix file, milliseconds", batch, new IpfixEncoder());
measure("ipfix udp, mtu 1500", batch, new IpfixEncoder({ maxMessage: 1472, templateRefreshPackets: 20 }));
measure("netflow v9", batch, new NetFlow9Encoder({ clock: () => 1_700_000_400_000 }));
measure("netflow v5", batch, new NetFlow5Encoder({ clock: () => 1_700_000_400_000 }));
measure("csv", batch, new CsvEncoder(0));
measure("json", batch, new JsonEncoder({ groups: 0 }));

const messages: Uint8Array[] = [];
const source = new IpfixEncoder({ timestamps: "microseconds" });
const keep = (bytes: Uint8Array) => void messages.push(bytes.slice());
source.encode(batch, keep);
source.flush(keep);
const decoder = new IpfixDecoder();
const time = fastest(() => {
  for (const message of messages) decoder.decode(message, () => {});
});
console.log(`${"ipfix decoder".padEnd(28)} ${time} ns/record`);
