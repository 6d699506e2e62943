import test from "ava";
import { SAMPLE_REASONS, type SampleCounts } from "../../../src/formats/sflow/counts.js";
import { PACKET, PACKET_SIZE } from "../../../src/formats/sflow/sampled_packets.js";
import { loadNative } from "../../../src/meter/native.js";
import type { Scale } from "../../../src/record/scale.js";
import { viewOf } from "../../support/exported_datagrams.js";
import { ethernet, ipv4, tcp, udp } from "../../support/frames.js";
import type { PlainRow } from "../../support/rows.js";
import { decodeSflow } from "../../support/sflow_decoding.js";
import { datagram, expandedSample, flowSample, part, rawHeader, words } from "../../support/sflow_writer.js";

const RECEIVED = 1_700_000_000_123_456;
const ENDS = { source: "192.0.2.10", destination: "198.51.100.20" };
const MACS = ["00:00:5e:00:53:01", "00:00:5e:00:53:02"] as const;
const PACKET_OCTETS = ipv4(
  { ...ENDS, tos: 8, ttl: 61 },
  6,
  tcp(ENDS, { sourcePort: 40000, destinationPort: 443, sequence: 1, flags: 0x18 }, new Uint8Array(60)),
);
const FRAME = ethernet(PACKET_OCTETS, 0x0800, MACS);

function decode(octets: Uint8Array, scale?: Scale) {
  return decodeSflow(viewOf(octets), RECEIVED, scale);
}

function ignoredNames(counts: SampleCounts): string[] {
  return SAMPLE_REASONS.filter((_reason, k) => counts.ignored[k]! > 0);
}

const address = (...parts: number[]) => (0xffffn << 32n) | BigInt(Buffer.from(parts).readUInt32BE());

test("a sampled header becomes a flow of one packet at the time of arrival", (t) => {
  const { rows, end, counts } = decode(datagram({ samples: [flowSample({}, rawHeader(FRAME, 1, 1518))] }));
  t.is(end, "whole");
  t.is(counts.rows, 1);
  const expected: Partial<PlainRow> = {
    stime: BigInt(RECEIVED),
    etime: BigInt(RECEIVED),
    sip_hi: 0n,
    sip_lo: address(192, 0, 2, 10),
    dip_hi: 0n,
    dip_lo: address(198, 51, 100, 20),
    nhip_hi: 0n,
    nhip_lo: address(0, 0, 0, 0),
    sport: 40000,
    dport: 443,
    proto: 6,
    packets: 1n,
    bytes: BigInt(PACKET_OCTETS.length),
    flags: 0x18,
    initial_flags: 0,
    session_flags: 0,
    attributes: 0,
    application: 0,
    sensor: 65535,
    flowtype: 255,
    input: 3n,
    output: 4n,
    vlan: 0,
    tos: 8,
    min_ttl: 61,
    max_ttl: 61,
    end_reason: 0,
    flow_id: 0n,
  };
  t.deepEqual(rows, [expected as PlainRow]);
});

test("counters are times the sampling rate when that is asked for", (t) => {
  const samples = [flowSample({ rate: 4_000_000_000 }, rawHeader(FRAME))];
  const [row] = decode(datagram({ samples }), "scaled").rows;
  t.is(row!.packets, 4_000_000_000n);
  t.is(row!.bytes, 4_000_000_000n * BigInt(PACKET_OCTETS.length));
});

test("a sampling rate of zero counts as one", (t) => {
  const [row] = decode(datagram({ samples: [flowSample({ rate: 0 }, rawHeader(FRAME))] }), "scaled").rows;
  t.is(row!.packets, 1n);
});

test("what a sender claims in the IP header is not bound by what it sent of the packet", (t) => {
  const samples = [flowSample({}, rawHeader(FRAME.subarray(0, 38), 1, FRAME.length))];
  const [row] = decode(datagram({ samples })).rows;
  t.is(row!.bytes, BigInt(PACKET_OCTETS.length));
  t.is(row!.dport, 443);
});

test("tags are those of the frame, else those that the switch says", (t) => {
  const tagged = ethernet(PACKET_OCTETS, 0x0800, MACS, [50, 60]);
  const said = part(1001, words(20, 0, 30, 0));
  const unknown = part(1001, words(0xffffffff, 0, 30, 0));
  const samples = [
    flowSample({}, rawHeader(tagged), said),
    flowSample({}, said, rawHeader(FRAME)),
    flowSample({}, unknown, rawHeader(FRAME)),
  ];
  const { rows } = decode(datagram({ samples }));
  t.deepEqual(
    rows.map(({ vlan }) => vlan),
    [60, 20, 0],
  );
});

test("the router's next hop is taken, of either version", (t) => {
  const four = part(1002, words(1, 0xcb007109, 24, 24));
  const six = part(1002, words(2, 0x20010db8, 1, 2, 3, 64, 64));
  const unknown = part(1002, words(0, 24, 24));
  const samples = [four, six, unknown].map((record) => flowSample({}, rawHeader(FRAME), record));
  const { rows } = decode(datagram({ samples }));
  t.deepEqual(
    rows.map(({ nhip_hi, nhip_lo }) => [nhip_hi, nhip_lo]),
    [
      [0n, address(203, 0, 113, 9)],
      [0x20010db800000001n, 0x0000000200000003n],
      [0n, address(0, 0, 0, 0)],
    ],
  );
});

test("what agents summarise as IPv4 or IPv6 is taken where no header is", (t) => {
  const four = part(3, words(120, 17, 0xc0000201, 0xc6336402, 5353, 53, 0, 16));
  const six = part(4, words(1400, 6, 0x20010db8, 0, 0, 1, 0x20010db8, 0, 0, 2, 80, 8080, 0x12, 4));
  const icmp = part(3, words(84, 1, 0xc0000201, 0xc6336402, 8, 0, 0, 0));
  const { rows } = decode(datagram({ samples: [four, six, icmp].map((record) => flowSample({}, record)) }));
  t.is(rows.length, 3);
  const [first, second, third] = rows;
  t.like(first, {
    sip_lo: address(192, 0, 2, 1),
    dip_lo: address(198, 51, 100, 2),
    proto: 17,
    sport: 5353,
    dport: 53,
    bytes: 120n,
    tos: 16,
    flags: 0,
    max_ttl: 0,
  });
  t.like(second, {
    sip_hi: 0x20010db800000000n,
    sip_lo: 1n,
    dip_lo: 2n,
    proto: 6,
    sport: 80,
    dport: 8080,
    bytes: 1400n,
    flags: 0x12,
    nhip_lo: 0n,
  });
  t.like(third, { proto: 1, sport: 0, dport: 0 });
});

test("a header is better than a summary, in whatever order they come", (t) => {
  const summary = part(3, words(120, 17, 0xc0000201, 0xc6336402, 5353, 53, 0, 16));
  const samples = [flowSample({}, summary, rawHeader(FRAME)), flowSample({}, rawHeader(FRAME), summary)];
  const { rows, counts } = decode(datagram({ samples }));
  t.deepEqual(
    rows.map(({ dport }) => dport),
    [443, 443],
  );
  t.is(counts.samples, 2);
});

test("interfaces are numbers only where they are single ones", (t) => {
  const header = rawHeader(FRAME);
  const samples = [
    flowSample({ input: 0x3fffffff, output: 0x40000101 }, header),
    flowSample({ input: 12, output: 0x80000002 }, header),
    expandedSample({ input: [0, 1_285_816_721], output: [2, 5] }, header),
    expandedSample({ input: [0, 0x3fffffff], output: [0, 8] }, header),
  ];
  const { rows } = decode(datagram({ samples }));
  t.deepEqual(
    rows.map(({ input, output }) => [input, output]),
    [
      [0n, 0n],
      [12n, 0n],
      [1_285_816_721n, 0n],
      [0n, 8n],
    ],
  );
});

test("IP without a link layer is read, and what nobody decodes is counted", (t) => {
  const samples = [11, 13, 4].map((protocol) => flowSample({}, rawHeader(PACKET_OCTETS, protocol)));
  const { rows, counts } = decode(datagram({ samples }));
  t.is(rows.length, 1);
  t.deepEqual(ignoredNames(counts), ["unknown link type"]);
  t.is(counts.ignored[SAMPLE_REASONS.indexOf("unknown link type")], 2);
});

test("every sample ends in one counter", (t) => {
  const arp = ethernet(new Uint8Array(46), 0x0806, MACS);
  const samples = [
    flowSample({}, rawHeader(FRAME)),
    flowSample({}, rawHeader(arp)),
    flowSample({}, rawHeader(FRAME.subarray(0, 20))),
    flowSample({}, part(2, words(60, 0, 0, 0, 0, 0x0800))),
    flowSample({}, part((9 << 12) | 1, words(1))),
    flowSample({}),
    part(1, words(1, 2, 3)),
    part(3, words(1, 2, 3, 4, 5, 6, 7, 8)),
    part(2, words(1, 7, 0)),
    part(4, words(1, 0, 7, 0)),
    part(5, words(1, 0, 7, 0, 0, 0, 0, 0)),
    part((4413 << 12) | 1, words(0)),
  ];
  const { end, counts, rows } = decode(datagram({ samples }));
  t.is(end, "whole");
  t.is(rows.length, 1);
  t.like(counts, { samples: 12, rows: 1, counterSamples: 2, discardedPackets: 1, otherSamples: 1 });
  const of = (reason: string) => counts.ignored[SAMPLE_REASONS.indexOf(reason as (typeof SAMPLE_REASONS)[number])];
  t.is(of("not IP"), 1);
  t.is(of("captured too short for the IP header"), 1);
  t.is(of("without a packet header"), 3);
  t.is(of("malformed sample"), 2);
  t.is(
    counts.ignored.reduce((sum, count) => sum + count, 0),
    counts.ignoredSamples,
  );
  const { samples: all, rows: became, counterSamples, discardedPackets, otherSamples, ignoredSamples } = counts;
  t.is(became + counterSamples + discardedPackets + otherSamples + ignoredSamples, all);
});

test("records that lie about their lengths spoil their sample only", (t) => {
  const good = flowSample({}, rawHeader(FRAME));
  const bad = [
    flowSample({}, words(1, 0xffffffff)),
    flowSample({}, words(1)),
    flowSample({}, part(1, words(1, 60, 0, 0xfffffff0))),
    flowSample({}, part(1, words(1, 60))),
    flowSample({}, part(3, words(1, 60))),
    flowSample({}, part(4, words(1, 60, 2, 3, 4, 5, 6, 7))),
    flowSample({}, part(1001, words(1)), rawHeader(FRAME)),
    flowSample({}, part(1002, words(2, 1, 2, 3)), rawHeader(FRAME)),
    flowSample({}, part(1002), rawHeader(FRAME)),
    part(1, words(1, 7, 100, 1, 0, 3, 4, 0xffffffff), rawHeader(FRAME)),
  ];
  const { rows, counts } = decode(datagram({ samples: bad.flatMap((each) => [each, good]) }));
  t.is(rows.length, bad.length);
  t.is(counts.ignored[SAMPLE_REASONS.indexOf("malformed sample")], bad.length);
});

test("a last record without its padding is read", (t) => {
  const header = FRAME.subarray(0, 61);
  const record = part(1, words(1, 61, 0, 61), header);
  const { rows, counts } = decode(datagram({ samples: [flowSample({}, record)] }));
  t.is(rows.length, 1, ignoredNames(counts).join());
});

test("a datagram without a whole header, or whose samples reach past it, is told apart", (t) => {
  const whole = datagram({ samples: [flowSample({}, rawHeader(FRAME))] });
  const ends = [
    decode(new Uint8Array(0)),
    decode(words(5, 1)),
    decode(whole.subarray(0, 27)),
    decode(words(5, 3, 0, 0, 0, 0, 0, 0, 0, 0)),
    decode(whole.subarray(0, whole.length - 1)),
    decode(datagram({ samples: [words(1, 0xffffffff)] })),
    decode(datagram({ samples: [words(1)] })),
  ].map(({ end }) => end);
  t.deepEqual(ends, [...Array(4).fill("no header"), ...Array(3).fill("cut off")]);
});

test("samples before a fault count", (t) => {
  const samples = [flowSample({}, rawHeader(FRAME)), words(1, 5000)];
  const { rows, counts, end } = decode(datagram({ samples }));
  t.is(end, "cut off");
  t.is(rows.length, 1);
  t.is(counts.samples, 2);
});

test("more samples than are decoded at once are all decoded", (t) => {
  const header = rawHeader(ethernet(ipv4(ENDS, 17, udp(ENDS, 1, 2, new Uint8Array(1))), 0x0800, MACS));
  const samples = Array.from({ length: 600 }, (_, k) => flowSample({ input: k + 1 }, header));
  const { rows } = decode(datagram({ samples }));
  t.deepEqual(
    rows.map(({ input }) => Number(input)),
    Array.from({ length: 600 }, (_, k) => k + 1),
  );
});

test("an agent of IPv6 is read", (t) => {
  const agent = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  t.is(decode(datagram({ agent, samples: [flowSample({}, rawHeader(FRAME))] })).rows.length, 1);
});

test("summaries are laid out as the native decoder writes them", (t) => {
  const { size, ...offsets } = loadNative().layout().packet;
  t.is(size, PACKET_SIZE);
  t.deepEqual(offsets, PACKET);
});
