/** Flow records for tests: random ones that a meter could have written, and the comparison of two records. */
import fc from "fast-check";
import { FlowBatch } from "../../src/record/batch.js";
import { fieldOffset } from "../../src/record/expression.js";
import type { Field } from "../../src/record/field.js";
import { field } from "../../src/record/fields.js";
import { recordStride } from "../../src/record/layout.js";

/** Values by field name; addresses are 16 octets, MAC addresses 6. */
export type Flow = Readonly<Record<string, number | readonly number[]>>;

/** An IPv4 address as the record holds it. */
export function ipv4(...octets: number[]): number[] {
  return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...octets];
}

function write(batch: FlowBatch, index: number, of: Field, value: number | readonly number[]): void {
  const view = new DataView(batch.buffer);
  const at = index * batch.stride + fieldOffset(of, batch.groups);
  if (typeof value !== "number") batch.u8.set(value, at);
  else if (of.storage.kind === "u8" || of.storage.kind === "slot") view.setUint8(at, value);
  else if (of.storage.kind === "u16") view.setUint16(at, value, true);
  else if (of.storage.kind === "u32") view.setUint32(at, value, true);
  else view.setBigUint64(at, BigInt(value), true);
}

/** A batch of the flows given; what a flow does not state is zero. `first` records of other content stand before them. */
export function batchOf(flows: readonly Flow[], groups = 0, first = 0): FlowBatch {
  const batch = new FlowBatch(new ArrayBuffer((flows.length + first) * recordStride(groups)), groups);
  batch.u8.fill(0xa5, 0, first * batch.stride);
  batch.first = first;
  batch.count = flows.length;
  flows.forEach((flow, k) => {
    for (const [name, value] of Object.entries(flow)) write(batch, first + k, field(name), value);
  });
  return batch;
}

/** The stored value of a field of the record that is number `index` of the batch. */
export function storedValue(batch: FlowBatch, index: number, name: string): number | number[] {
  const of = field(name);
  const view = new DataView(batch.buffer);
  const at = (batch.first + index) * batch.stride + fieldOffset(of, batch.groups);
  switch (of.storage.kind) {
    case "u8":
    case "slot":
      return view.getUint8(at);
    case "u16":
      return view.getUint16(at, true);
    case "u32":
      return view.getUint32(at, true);
    case "u64":
      return Number(view.getBigUint64(at, true));
    default:
      return [...batch.u8.subarray(at, at + (of.storage.kind === "mac" ? 6 : 16))];
  }
}

const octet = fc.integer({ min: 0, max: 255 });
const port = fc.integer({ min: 0, max: 65535 });
const word = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 0xffffffff }));
const counter = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 100000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0xfffffff0, max: 0x100000010 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) },
);
const address = (version: number) =>
  version === 4
    ? fc.array(octet, { minLength: 4, maxLength: 4 }).map((octets) => ipv4(...octets))
    : fc.array(octet, { minLength: 16, maxLength: 16 });

/** Base records: IPv4 and IPv6, TCP, UDP, ICMP and others, with and without answer, small and huge counters. */
export const anyFlow: fc.Arbitrary<Flow> = fc
  .record({
    version: fc.constantFrom(4, 6),
    kind: fc.constantFrom("tcp", "udp", "icmp", "other"),
    answered: fc.boolean(),
  })
  .chain(({ version, kind, answered }) => {
    const zero = fc.constant(0);
    const reverse = <T>(arbitrary: fc.Arbitrary<T>) => (answered ? arbitrary : zero);
    const tcp = <T>(arbitrary: fc.Arbitrary<T>) => (kind === "tcp" ? arbitrary : zero);
    const start = fc.integer({ min: 1, max: 4_000_000_000_000_000 });
    const protocol = {
      tcp: fc.constant(6),
      udp: fc.constant(17),
      icmp: fc.constant(version === 4 ? 1 : 58),
      other: fc.constant(89),
    };
    return fc.record<Record<string, number | readonly number[]>>({
      sourceAddress: address(version),
      destinationAddress: address(version),
      ipVersion: fc.constant(version),
      protocolIdentifier: protocol[kind as keyof typeof protocol],
      sourceTransportPort: kind === "tcp" || kind === "udp" ? port : zero,
      destinationTransportPort: kind === "other" ? zero : port,
      vlanId: fc.integer({ min: 0, max: 4095 }),
      serviceVlanId: fc.oneof(zero, fc.integer({ min: 1, max: 4095 })),
      flowStart: start,
      flowEnd: start,
      flowEndReason: fc.integer({ min: 1, max: 5 }),
      attributes: fc.integer({ min: 0, max: 0x7f }),
      packets: counter,
      octets: counter,
      linkOverhead: word,
      ipClassOfService: octet,
      minimumTtl: octet,
      maximumTtl: octet,
      interface: octet,
      initialTcpFlags: tcp(octet),
      unionTcpFlags: tcp(octet),
      tcpSequence: tcp(word),
      reversePackets: reverse(counter),
      reverseOctets: reverse(counter),
      reverseLinkOverhead: reverse(word),
      reverseFlowDelta: reverse(word),
      reverseAttributes: reverse(fc.integer({ min: 0, max: 0x47 })),
      reverseIpClassOfService: reverse(octet),
      reverseMinimumTtl: reverse(octet),
      reverseMaximumTtl: reverse(octet),
      reverseInterface: reverse(octet),
      reverseInitialTcpFlags: tcp(reverse(octet)),
      reverseUnionTcpFlags: tcp(reverse(octet)),
      reverseTcpSequence: kind === "tcp" ? reverse(word) : kind === "icmp" ? reverse(port) : zero,
    });
  })
  .map((flow) => {
    // An ICMP record's sequence holds its own type and code; no part of a record holds what a meter would not write.
    const icmp = flow.protocolIdentifier === 1 || flow.protocolIdentifier === 58;
    return {
      ...flow,
      ...(icmp && { tcpSequence: flow.destinationTransportPort! }),
      reverseAttributes: Number(flow.reverseAttributes) & 0x47,
      linkOverhead: Number(flow.octets) > 1e15 ? 0 : flow.linkOverhead!,
      reverseLinkOverhead: Number(flow.reverseOctets) > 1e15 ? 0 : flow.reverseLinkOverhead!,
    };
  });
