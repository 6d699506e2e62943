import test from "ava";
import fc from "fast-check";
import {
  type ByteOrder,
  concat,
  type Frame,
  type PcapngBlock,
  pcap,
  pcapng,
  pcapngSection,
} from "../../support/capture_writer.js";
import { checksum, read } from "./driver.js";

const ORDERS: readonly ByteOrder[] = ["little", "big"];
const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);

/** What the sources should make of a frame of an Ethernet capture. */
function expected(frame: Frame, linkType = 1) {
  return {
    time: BigInt(frame.time ?? 0),
    capturedLength: frame.data.length,
    wireLength: frame.wireLength ?? frame.data.length,
    linkType,
    interface: 0,
    checksum: checksum(frame.data),
  };
}

const frameArbitrary: fc.Arbitrary<Frame> = fc
  .record({
    data: fc.uint8Array({ maxLength: 200 }),
    time: fc.integer({ min: 0, max: 0xffffffff * 1_000_000 + 999_999 }),
    nanoseconds: fc.integer({ min: 0, max: 999 }),
    beyond: fc.oneof(fc.constant(0), fc.nat(70_000)),
  })
  .map(({ data, time, nanoseconds, beyond }) => ({ data, time, nanoseconds, wireLength: data.length + beyond }));

test("any packets written as pcap come back, in either byte order and each form", (t) => {
  const options = fc.record({
    order: fc.constantFrom(...ORDERS),
    format: fc.constantFrom("microseconds" as const, "nanoseconds" as const, "modified" as const),
    linkType: fc.integer({ min: 0, max: 0xffff }),
  });
  fc.assert(
    fc.property(fc.array(frameArbitrary, { maxLength: 150 }), options, (frames, chosen) => {
      const { packets, notices } = read(["-"], pcap(frames, chosen));
      t.deepEqual(notices, []);
      t.deepEqual(
        packets,
        frames.map((frame) => expected(frame, chosen.linkType)),
      );
    }),
    { numRuns: 60 },
  );
});

test("any packets written as pcapng come back, in either byte order", (t) => {
  fc.assert(
    fc.property(fc.array(frameArbitrary, { maxLength: 150 }), fc.constantFrom(...ORDERS), (frames, order) => {
      const { packets, notices } = read(["-"], pcapng(frames, {}, order));
      t.deepEqual(notices, []);
      t.deepEqual(
        packets,
        frames.map((frame) => expected(frame)),
      );
    }),
    { numRuns: 60 },
  );
});

test("the bits on the FCS beside the link type are not part of it", (t) => {
  t.deepEqual(
    read(["-"], pcap([{ data: DATA }], { linkType: 0x54000071 })).packets.map((packet) => packet.linkType),
    [113],
  );
});

test("pcap files older than version 2.3 state the length on the wire first", (t) => {
  const old = pcap([{ data: DATA, capturedLength: 60, wireLength: DATA.length }], { version: [2, 2] });
  t.deepEqual(read(["-"], old).packets, [expected({ data: DATA, wireLength: 60 })]);
});

test("another major version of pcap or pcapng is refused by its number", (t) => {
  t.deepEqual(read(["-"], pcap([], { version: [7, 1] })).notices, [
    "fatal standard input:0: pcap version 7.1 is not supported",
  ]);
  const section = pcapngSection([]);
  section[12] = 9;
  t.deepEqual(read(["-"], section).notices, [
    "fatal standard input:0: not a usable capture: pcapng version 9.0 is not supported",
  ]);
});

/** Times that pcapng gives for one timestamp in a resolution and with an offset. */
function scaled(timestamp: bigint, resolution?: number, offsetSeconds?: bigint): bigint {
  const description = {
    ...(resolution !== undefined && { resolution }),
    ...(offsetSeconds !== undefined && { offsetSeconds }),
  };
  const capture = pcapngSection([
    { kind: "interface", ...description },
    { kind: "enhancedPacket", timestamp, data: DATA },
  ]);
  return read(["-"], capture).packets[0]!.time;
}

test("if_tsresol is understood as powers of ten and of two", (t) => {
  t.is(scaled(1_700_000_000_123_456n), 1_700_000_000_123_456n);
  t.is(scaled(1_700_000_000n, 0), 1_700_000_000_000_000n);
  t.is(scaled(1_700_000_000_123n, 3), 1_700_000_000_123_000n);
  t.is(scaled(1_700_000_000_123_456n, 6), 1_700_000_000_123_456n);
  t.is(scaled(1_700_000_000_123_456_999n, 9), 1_700_000_000_123_456n);
  t.is(scaled(17_000_000_001_234_567n, 7), 1_700_000_000_123_456n);
  t.is(scaled(12_345_678n, 12), 12n);
  t.is(scaled(0xffffffff_ffffffffn, 25), 1n);
  t.is(scaled(0xffffffff_ffffffffn, 26), 0n);
  t.is(scaled(0xffffffff_ffffffffn, 127), 0n);
  t.is(scaled(5n, 0x80), 5_000_000n);
  t.is(scaled(3n << 9n, 0x80 | 10), 1_500_000n);
  t.is(scaled((1_700_000_000n << 32n) | 0x80000000n, 0x80 | 32), 1_700_000_000_500_000n);
  t.is(scaled(0xffffffff_ffffffffn, 0x80 | 127), 0n);
});

test("if_tsoffset moves the time, also backwards", (t) => {
  t.is(scaled(5n, 6, 1_700_000_000n), 1_700_000_000_000_005n);
  t.is(scaled(5n, 9, -10n), -10_000_000n);
});

test("times that no 64-bit integer holds stay at its ends", (t) => {
  const largest = 2n ** 63n - 1n;
  t.is(scaled(0xffffffff_ffffffffn, 0), largest);
  t.is(scaled(0xffffffff_ffffffffn, 6), largest);
  t.is(scaled(0xffffffff_ffffffffn, 0x80), largest);
  t.is(scaled(0x7fffffff_ffffffffn, 6, 1n), largest);
  t.is(scaled(0n, 6, largest), largest);
  t.is(scaled(0n, 6, -largest), -largest - 1n);
});

test("time scales agree with exact arithmetic for any timestamp", (t) => {
  const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const clamp = (value: bigint) =>
    value > 2n ** 63n - 1n ? 2n ** 63n - 1n : value < -(2n ** 63n) ? -(2n ** 63n) : value;
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.nat(255),
      fc.oneof(fc.constant(0n), fc.bigInt({ min: -5_000_000_000n, max: 5_000_000_000n }), signed),
      (timestamp, resolution, offset) => {
        const divisor = resolution & 0x80 ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
        const time = clamp((timestamp * 1_000_000n) / divisor);
        t.is(scaled(timestamp, resolution, offset), clamp(time + clamp(offset * 1_000_000n)));
      },
    ),
    { numRuns: 100 },
  );
});

test("interfaces have their own link type, resolution and name", (t) => {
  for (const order of ORDERS) {
    const capture = pcapngSection(
      [
        { kind: "interface", name: "eth0", description: "uplink" },
        { kind: "interface", linkType: 101, description: "tunnel", resolution: 9 },
        { kind: "enhancedPacket", interface: 1, timestamp: 5_000n, data: DATA },
        { kind: "packet", interface: 0, timestamp: 7n, data: DATA, wireLength: 90 },
        { kind: "interface", linkType: 113, name: "eth0\0" },
        { kind: "enhancedPacket", interface: 2, timestamp: 8n, data: DATA },
      ],
      order,
    );
    const { packets, interfaces, notices } = read(["-"], capture);
    t.deepEqual(notices, []);
    t.deepEqual(interfaces, ["interface 0 link type 1 name 'eth0'", "interface 1 link type 101 name 'tunnel'"]);
    t.deepEqual(packets, [
      { ...expected({ data: DATA, time: 5 }, 101), interface: 1 },
      expected({ data: DATA, time: 7, wireLength: 90 }),
      expected({ data: DATA, time: 8 }, 113),
    ]);
  }
});

test("a section begins anew with its byte order and its interfaces", (t) => {
  const section = (order: ByteOrder, linkType: number) =>
    pcapngSection(
      [
        { kind: "interface", linkType },
        { kind: "enhancedPacket", timestamp: 1n, data: DATA },
      ],
      order,
    );
  const { packets, notices } = read(["-"], concat([section("little", 1), section("big", 113), section("little", 101)]));
  t.deepEqual(notices, []);
  t.deepEqual(
    packets,
    [1, 113, 101].map((linkType) => expected({ data: DATA, time: 1 }, linkType)),
  );
});

test("blocks of other types are passed over, however long", (t) => {
  const packet: PcapngBlock = { kind: "enhancedPacket", timestamp: 1n, data: DATA };
  const blocks: PcapngBlock[] = [{ kind: "interface" }];
  for (const [type, size] of [
    [0x0bad, 9],
    [0x40000bad, 0],
    [5, 64],
    [0x7fffffff, 300_000],
    [10, 3_000_000],
  ] as const) {
    blocks.push({ kind: "raw", type, body: new Uint8Array(size).fill(0xa5) }, packet);
  }
  const { packets, notices } = read(["-"], pcapngSection(blocks));
  t.deepEqual(notices, []);
  t.deepEqual(packets, Array(5).fill(expected({ data: DATA, time: 1 })));
});

test("a long block that contradicts itself at its end stops the reading", (t) => {
  const { packets, notices } = read(
    ["-"],
    pcapngSection([
      { kind: "interface" },
      { kind: "enhancedPacket", data: DATA },
      { kind: "raw", type: 99, body: new Uint8Array(1_000_000), trailingLength: 7 },
      { kind: "enhancedPacket", data: DATA },
    ]),
  );
  t.is(packets.length, 1);
  t.deepEqual(notices, [
    "notice standard input:88: block of 1000012 octets that says 7 at its end; the rest is not read",
  ]);
});

test("Simple Packet Blocks belong to the first interface and take the time of the packet before", (t) => {
  const capture = pcapngSection([
    { kind: "interface", snapshotLength: 6, linkType: 101 },
    { kind: "simplePacket", data: DATA.subarray(0, 6), wireLength: 77 },
    { kind: "enhancedPacket", timestamp: 1_000n, data: DATA.subarray(0, 6) },
    { kind: "simplePacket", data: DATA.subarray(0, 5) },
  ]);
  const { packets, notices } = read(["-"], capture);
  t.deepEqual(packets, [
    expected({ data: DATA.subarray(0, 6), wireLength: 77 }, 101),
    expected({ data: DATA.subarray(0, 6), time: 1_000 }, 101),
    expected({ data: DATA.subarray(0, 5), time: 1_000 }, 101),
  ]);
  t.deepEqual(notices, [
    "notice standard input:48: has packets without a time (Simple Packet Blocks); they get that of the packet before",
  ]);
});

test("packets of an interface that is not described are left out and counted", (t) => {
  const { packets, counts, notices } = read(
    ["-"],
    pcapngSection([
      { kind: "simplePacket", data: DATA },
      { kind: "interface" },
      { kind: "enhancedPacket", interface: 1, data: DATA },
      { kind: "enhancedPacket", data: DATA },
      { kind: "packet", interface: 65535, data: DATA },
    ]),
  );
  t.is(packets.length, 1);
  t.is(counts[0]!.undescribed, 3);
  t.deepEqual(notices, [
    "notice standard input:28: has packets of interface 0, which is not described; such packets are left out",
  ]);
});

test("damaged options of an interface do not hide the interface", (t) => {
  const body = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0xff, 0xff, 0x61, 0x62, 0x63, 0x64);
  const capture = pcapngSection([
    { kind: "raw", type: 1, body },
    { kind: "enhancedPacket", data: DATA },
  ]);
  const { packets, interfaces } = read(["-"], capture);
  t.is(packets.length, 1);
  t.deepEqual(interfaces, ["interface 0 link type 1 name ''"]);
});
