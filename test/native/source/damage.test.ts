import test from "ava";
import { concat, type Frame, pcap, pcapng, pcapngSection } from "../../support/capture_writer.js";
import { Scratch } from "../../support/scratch.js";
import { read } from "./driver.js";

const DATA = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
const NAME = "standard input";

const FRAMES: readonly Frame[] = [0, 1, 13, 40, 7].map((length, index) => ({
  time: 1_700_000_000_000_000 + index,
  data: new Uint8Array(length).fill(index),
}));

/** Every beginning of a capture, read: the packets of each, and its notices. */
function readBeginnings(capture: Uint8Array): { packets: number; notices: string[] }[] {
  const scratch = new Scratch();
  try {
    const paths = Array.from({ length: capture.length + 1 }, (_, length) =>
      scratch.write(String(length), capture.subarray(0, length)),
    );
    const { counts, notices } = read(["--each", "--count", ...paths]);
    return counts.map(({ packets }, length) => ({
      packets,
      notices: notices.filter((notice) => notice.includes(` ${paths[length]}:`)),
    }));
  } finally {
    scratch.remove();
  }
}

/** Offsets at which a capture's records end, by the records' lengths. */
function boundaries(header: number, lengths: readonly number[]): number[] {
  let end = header;
  return [end, ...lengths.map((length) => (end += length))];
}

test("a pcap file cut anywhere gives its whole packets, and a notice when the cut is inside a record", (t) => {
  for (const format of ["microseconds", "modified"] as const) {
    const recordHeader = format === "modified" ? 24 : 16;
    const ends = boundaries(
      24,
      FRAMES.map((frame) => recordHeader + frame.data.length),
    );
    const beginnings = readBeginnings(pcap(FRAMES, { format }));
    t.is(beginnings.length, ends.at(-1)! + 1);
    for (const [length, { packets, notices }] of beginnings.entries()) {
      t.is(packets, Math.max(0, ends.filter((end) => end <= length).length - 1), `${length} octets`);
      t.is(notices.length, ends.includes(length) ? 0 : 1, `${length} octets`);
      const expected =
        length < 24 ? /^fatal / : /^notice .*: ends inside a packet( header)?: \d+ of \d+ octets are missing$/;
      for (const notice of notices) t.regex(notice, expected);
    }
  }
});

test("a pcapng file cut anywhere gives its whole packets, and a notice when the cut is inside a block", (t) => {
  const packetEnds = boundaries(
    28 + 20,
    FRAMES.map((frame) => 32 + Math.ceil(frame.data.length / 4) * 4),
  );
  const blockEnds = [28, ...packetEnds];
  const beginnings = readBeginnings(pcapng(FRAMES));
  t.is(beginnings.length, packetEnds.at(-1)! + 1);
  for (const [length, { packets, notices }] of beginnings.entries()) {
    t.is(packets, Math.max(0, packetEnds.filter((end) => end <= length).length - 1), `${length} octets`);
    t.is(notices.length, blockEnds.includes(length) ? 0 : 1, `${length} octets`);
    const expected =
      length < 28 ? /^fatal / : /^notice .*: ends inside a block( header)?: \d+ of \d+ octets are missing$/;
    for (const notice of notices) t.regex(notice, expected);
  }
});

test("the notice on a cut says where the record begins and what is missing of it", (t) => {
  const capture = pcap([{ data: DATA }, { data: DATA }]);
  t.deepEqual(read(["-"], capture.subarray(0, -2)).notices, [
    `notice ${NAME}:47: ends inside a packet: 2 of 23 octets are missing`,
  ]);
});

test("an absurd captured length stops the reading and leaves the packets before it", (t) => {
  const lie = (capturedLength: number, snapshotLength: number) =>
    read(["-"], pcap([{ data: DATA }, { data: DATA, capturedLength }, { data: DATA }], { snapshotLength }));
  for (const [length, snapshotLength] of [
    [0xffffffff, 96],
    [262145, 96],
    [262145, 0xffffffff],
    [300_001, 300_000],
  ] as const) {
    const { packets, notices, status } = lie(length, snapshotLength);
    t.is(packets.length, 1);
    t.is(status, 0);
    t.deepEqual(notices, [
      `notice ${NAME}:47: packet with an absurd captured length of ${length} octets; the rest is not read`,
    ]);
  }
  t.deepEqual(lie(262144, 96).notices, [
    `notice ${NAME}:47: ends inside a packet: 262114 of 262160 octets are missing`,
  ]);
});

test("packets beyond 262144 octets are read where the snapshot length allows them, and given out shortened", (t) => {
  const snapshotLength = 2_000_000;
  const frames: Frame[] = [{ data: DATA }, { data: new Uint8Array(1_500_000).fill(9), time: 3 }, { data: DATA }];
  for (const capture of [pcap(frames, { snapshotLength }), pcapng(frames, { snapshotLength })]) {
    const { packets, notices } = read(["-"], capture);
    t.deepEqual(
      packets.map((packet) => [packet.capturedLength, packet.wireLength]),
      [
        [7, 7],
        [262144, 1_500_000],
        [7, 7],
      ],
    );
    t.is(packets[2]!.checksum, packets[0]!.checksum);
    t.is(notices.length, 1);
    t.regex(notices[0]!, /has packets longer than 262144 octets; what is beyond is not looked at$/);
    // Cut inside what is passed over: the packet itself was there.
    const cut = read(["-"], capture.subarray(0, 1_000_000));
    t.is(cut.packets.length, 2);
    t.regex(cut.notices[1]!, /ends inside a record: \d+ octets are missing$/);
  }
});

test("blocks with impossible lengths stop the reading and leave the packets before them", (t) => {
  const good = pcapng([{ data: DATA }]);
  const block = (length: number) => {
    const octets = Buffer.alloc(64);
    octets.writeUInt32LE(6);
    octets.writeUInt32LE(length, 4);
    return octets;
  };
  for (const length of [0, 4, 11, 13, 0xfffffffc, 0xffffffff]) {
    const { packets, notices, status } = read(["-"], concat([good, block(length)]));
    t.is(packets.length, 1);
    t.is(status, 0);
    t.deepEqual(notices, [
      `notice ${NAME}:${good.length}: block with an impossible length of ${length} octets; the rest is not read`,
    ]);
  }
});

test("blocks that cannot hold what they should stop the reading", (t) => {
  const described = { kind: "interface" } as const;
  const cases = [
    [{ kind: "raw", type: 6, body: new Uint8Array(16) }, /packet block of only 28 octets; the rest is not read$/],
    [{ kind: "raw", type: 3, body: new Uint8Array(0) }, /packet block of only 12 octets; the rest is not read$/],
    [
      { kind: "raw", type: 1, body: new Uint8Array(4) },
      /interface description of only 16 octets; the rest is not read$/,
    ],
    [
      { kind: "raw", type: 1, body: new Uint8Array(400_000) },
      /interface description with an absurd length of 400012 octets; the rest is not read$/,
    ],
    [
      { kind: "enhancedPacket", data: DATA, capturedLength: 9 },
      /packet with a captured length of 9 octets, which its block of 40 cannot hold; the rest is not read$/,
    ],
    [
      { kind: "raw", type: 77, body: DATA, trailingLength: 24 },
      /block of 20 octets that says 24 at its end; the rest is not read$/,
    ],
    [{ kind: "raw", type: 0x0a0d0d0a, body: DATA }, /section header without byte-order magic; the rest is not read$/],
  ] as const;
  for (const [block, expected] of cases) {
    const packet = { kind: "enhancedPacket", data: DATA } as const;
    const { packets, notices } = read(["-"], pcapngSection([described, packet, block, packet]));
    t.is(packets.length, 1);
    t.is(notices.length, 1);
    t.regex(notices[0]!, expected);
  }
});

test("more captured octets than were on the wire are said once and brought into order", (t) => {
  const frames: Frame[] = [
    { data: DATA, wireLength: 0 },
    { data: DATA, wireLength: 5 },
    { data: DATA, wireLength: 7 },
  ];
  for (const capture of [pcap(frames), pcapng(frames)]) {
    const { packets, notices } = read(["-"], capture);
    t.deepEqual(
      packets.map((packet) => [packet.capturedLength, packet.wireLength]),
      [
        [7, 7],
        [5, 5],
        [7, 7],
      ],
    );
    t.is(notices.length, 1);
    t.regex(notices[0]!, /has packets with more captured octets \(7\) than were on the wire \(0\)$/);
  }
});

test("more interfaces than anybody has do not take memory without bound", (t) => {
  const { packets, counts, notices } = read(
    ["-"],
    pcapngSection([
      ...Array.from({ length: 65_540 }, () => ({ kind: "interface" }) as const),
      { kind: "enhancedPacket", interface: 65_535, data: DATA },
      { kind: "enhancedPacket", interface: 65_536, data: DATA },
    ]),
  );
  t.is(packets.length, 1);
  t.is(counts[0]!.undescribed, 1);
  t.is(notices.length, 2);
});
