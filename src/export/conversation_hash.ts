/** A hash that all records of a conversation share, whichever way round they are. */
import type { FlowBatch } from "../record/batch.js";
import { BASE } from "../record/layout.js";

const SOURCE = BASE.sourceAddress / 4;
const DESTINATION = BASE.destinationAddress / 4;
const PORTS = BASE.sourceTransportPort / 4;

/** Protocols whose records have ports there: TCP, UDP, DCCP, SCTP, UDP-Lite. ICMP's have type and code. */
const HAS_PORTS = new Uint8Array(256);
for (const protocol of [6, 17, 33, 132, 136]) HAS_PORTS[protocol] = 1;

/** Mixes all bits of a 32-bit number (the finalizer of MurmurHash3). */
function mixed(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of one end: address words at `w`, and port. */
function end(u32: Uint32Array, w: number, port: number): number {
  let h = Math.imul(u32[w]! ^ 0x9e3779b9, 0xcc9e2d51);
  h = Math.imul((h << 13) ^ (h >>> 19) ^ u32[w + 1]!, 0x1b873593);
  h = Math.imul((h << 13) ^ (h >>> 19) ^ u32[w + 2]!, 0xcc9e2d51);
  h = Math.imul((h << 13) ^ (h >>> 19) ^ u32[w + 3]!, 0x1b873593);
  return mixed(h ^ port);
}

/**
 * 32 bits from addresses, ports and protocol of the record that is number `index` in the buffer. The same in every run,
 * so that a restarted sensor sends a conversation where it went before.
 */
export function conversationHash(batch: FlowBatch, index: number): number {
  const { u8, u32, stride } = batch;
  const w = (index * stride) >> 2;
  const protocol = u8[index * stride + BASE.protocolIdentifier]!;
  const ports = HAS_PORTS[protocol] === 1 ? u32[w + PORTS]! : 0;
  // The sum does not care which end is which. Ports stand in one word, the source's in the low half.
  const both = end(u32, w + SOURCE, ports & 0xffff) + end(u32, w + DESTINATION, ports >>> 16);
  return mixed((both | 0) ^ Math.imul(protocol, 0x9e3779b9)) >>> 0;
}
