import test from "ava";
import fc from "fast-check";
import { IpfixDecoder } from "../../../src/formats/ipfix/decoder.js";
import { IpfixEncoder, type IpfixEncoderOptions } from "../../../src/formats/ipfix/encoder.js";
import type { FlowBatch } from "../../../src/record/batch.js";
import { GROUP, TUNNELS } from "../../../src/record/layout.js";
import { anyFlow, batchOf, type Flow, ipv4, storedValue } from "../../support/batches.js";

/** Octets of every message the batch becomes. */
function messages(batch: FlowBatch, options: IpfixEncoderOptions): Uint8Array[] {
  const out: Uint8Array[] = [];
  const encoder = new IpfixEncoder({ clock: () => 1_700_000_000_000, ...options });
  const emit = (octets: Uint8Array) => out.push(octets.slice());
  encoder.encode(batch, emit);
  encoder.flush(emit);
  return out;
}

/** Decoded flows, with the values of the names given. */
function decode(all: readonly Uint8Array[], groups: number, names: readonly string[]) {
  const flows: Flow[] = [];
  const decoder = new IpfixDecoder({ groups, capacity: 7 });
  for (const message of all) {
    decoder.decode(message, (batch) => {
      for (let k = 0; k < batch.count; k++) {
        flows.push(Object.fromEntries(names.map((name) => [name, storedValue(batch, k, name)])));
      }
    });
  }
  return { flows, counters: decoder.counters };
}

const text = (flows: readonly Flow[], names: readonly string[]) =>
  flows.map((flow) => JSON.stringify(names.map((name) => flow[name] ?? 0))).sort();

test("random records come back from a microsecond stream as they were, whatever the message size", (t) => {
  fc.assert(
    fc.property(
      fc.array(anyFlow, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1024, max: 65000 }),
      fc.integer({ min: 0, max: 3 }),
      (flows, maxMessage, refresh) => {
        const names = Object.keys(flows[0]!);
        const all = messages(batchOf(flows, 0, 2), {
          timestamps: "microseconds",
          maxMessage,
          templateRefreshPackets: refresh,
        });
        const { flows: back, counters } = decode(all, 0, names);
        t.deepEqual(text(back, names), text(flows, names));
        t.true(all.every((message) => message.length <= maxMessage));
        t.is(counters.lostRecords, 0);
        t.is(counters.unknownTemplateSets, 0);
      },
    ),
    { numRuns: 150 },
  );
});

test("millisecond streams keep everything but the microseconds", (t) => {
  fc.assert(
    fc.property(fc.array(anyFlow, { minLength: 1, maxLength: 20 }), (flows) => {
      const cut = (value: unknown) => Math.floor(Number(value) / 1000) * 1000;
      // Bits that only microsecond streams carry, in SiLK's tcp_state.
      const expected = flows.map((flow) => ({
        ...flow,
        flowStart: cut(flow.flowStart),
        flowEnd: cut(flow.flowEnd),
        reverseFlowDelta: cut(flow.reverseFlowDelta),
        attributes: Number(flow.attributes) & 0x47,
      }));
      const names = Object.keys(expected[0]!);
      t.deepEqual(text(decode(messages(batchOf(flows), {}), 0, names).flows, names), text(expected, names));
    }),
    { numRuns: 60 },
  );
});

test("statistics groups come back, as far as elements exist for them", (t) => {
  const flow: Flow = {
    sourceAddress: ipv4(192, 0, 2, 1),
    destinationAddress: ipv4(192, 0, 2, 2),
    ipVersion: 4,
    protocolIdentifier: 6,
    packets: 3,
    reversePackets: 2,
    octets: 300,
    reverseOctets: 200,
    payloadOctets: 2 ** 40 + 5,
    reversePayloadOctets: 7,
    averageInterarrival: 5_000_000_000_000,
    reverseStandardDeviationInterarrival: 3000,
    smallPackets: 1,
    reverseLargePackets: 2,
    nonEmptyPackets: 3,
    minimumIpLength: 40,
    reverseMaximumIpLength: 1500,
    firstNonEmptyPayload: 99,
    reverseStandardDeviationPayload: 17,
    firstEightDirections: 0xa5,
    urgentPackets: 4,
    initialWindow: 64240,
    reverseInitialWindow: 65535,
    windowScale: 7,
    reverseWindowScale: 255,
    tcpOptions: 0x7f,
    reverseTcpOptions: 0x05,
    sourceMac: [2, 0, 0, 0, 0, 1],
    destinationMac: [2, 0, 0, 0, 0, 2],
    mplsTopLabel: 0xabcdef,
    mplsLabel2: 0x123456,
    mplsLabel3: 0x000011,
    mplsDepth: 3,
    mplsTopTtl: 61,
  };
  const names = Object.keys(flow);
  const groups = GROUP.lengths | GROUP.tcp | GROUP.link;
  const { flows } = decode(messages(batchOf([flow], groups), { maxMessage: 1024 }), groups, names);
  t.deepEqual(flows, [flow]);
});

TUNNELS.forEach((name, tunnel) => {
  if (tunnel === 0) return;
  test(`the outer header of a ${name} tunnel comes back, apart from the inner one`, (t) => {
    const versions = name === "4in4" || name === "6in4" ? [4] : name === "4in6" || name === "6in6" ? [6] : [4, 6];
    for (const version of versions) {
      const outer = (last: number) =>
        version === 4 ? ipv4(10, 0, 0, last) : [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
      const hasId = ["gre", "vxlan", "geneve", "gtpu"].includes(name);
      const flow: Flow = {
        sourceAddress: ipv4(192, 0, 2, 1),
        destinationAddress: ipv4(192, 0, 2, 2),
        ipVersion: 4,
        sourceTransportPort: 1234,
        destinationTransportPort: 53,
        protocolIdentifier: 17,
        packets: 1,
        octets: 60,
        tunnel,
        outerIpVersion: version,
        tunnelId: hasId ? 0xabcdef : 0,
        outerSourceAddress: outer(1),
        outerDestinationAddress: outer(2),
      };
      const { flows } = decode(messages(batchOf([flow], GROUP.link), {}), GROUP.link, Object.keys(flow));
      t.deepEqual(flows, [flow]);
    }
  });
});

test("a continuation is marked in flowEndReason when asked for", (t) => {
  const flow: Flow = { ipVersion: 4, packets: 1, flowEndReason: 1, attributes: 0x20 };
  const names = ["flowEndReason", "attributes"];
  const marked = decode(messages(batchOf([flow]), { continuation: "mark" }), 0, names).flows;
  t.deepEqual(marked, [{ flowEndReason: 1, attributes: 0x20 }]);
  const plain = decode(messages(batchOf([flow]), {}), 0, names).flows;
  t.deepEqual(plain, [{ flowEndReason: 1, attributes: 0 }]);
});

test("small flows are encoded with 4-octet counters, in fewer octets than large ones", (t) => {
  const size = (octets: number) =>
    messages(batchOf(Array.from({ length: 100 }, () => ({ ipVersion: 4, packets: 1, octets }))), {})[0]!.length;
  t.is(size(2 ** 32) - size(2 ** 32 - 1), 100 * 3 * 4);
});
