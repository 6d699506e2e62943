import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import test from "ava";
import { concat, type Frame, pcap, pcapng } from "../../support/capture_writer.js";
import { Scratch } from "../../support/scratch.js";
import { zstdFrame, zstdSkippableFrame } from "../../support/zstd_writer.js";
import { DRIVER, read } from "./driver.js";

/** Three megabytes with records of every kind of length, so that they cross the window's ends everywhere. */
const FRAMES: readonly Frame[] = Array.from({ length: 3000 }, (_, index) => {
  const length = index % 100 === 99 ? 60_000 : (index * 7919) % 1000;
  return { time: index, data: new Uint8Array(length).map((__, at) => at * index) };
});
const CAPTURE = pcap(FRAMES);
const PLAIN = read(["-"], CAPTURE);

/** Parts of CAPTURE, cut at odd places. */
const PARTS = [CAPTURE.subarray(0, 1), CAPTURE.subarray(1, 700_001), CAPTURE.subarray(700_001)];

test("a long capture from a pipe gives each of its packets", (t) => {
  t.is(PLAIN.packets.length, FRAMES.length);
  t.deepEqual(PLAIN.notices, []);
});

test("the same capture from a file, compressed or not, gives the same packets", (t) => {
  const scratch = new Scratch();
  try {
    const inputs = {
      plain: CAPTURE,
      gzip: gzipSync(CAPTURE),
      "gzip members": concat([...PARTS.map((part) => gzipSync(part)), gzipSync(new Uint8Array(0))]),
      zstd: zstdFrame(CAPTURE),
      "zstd frames": concat(PARTS.map(zstdFrame)),
      "zstd with skippable frames": concat([
        zstdSkippableFrame(new Uint8Array(9)),
        ...PARTS.flatMap((part) => [zstdFrame(part), zstdSkippableFrame(new Uint8Array(300_000))]),
      ]),
    };
    for (const [name, octets] of Object.entries(inputs)) {
      const { packets, notices, counts } = read([scratch.write("capture", octets)]);
      t.deepEqual(notices, [], name);
      t.deepEqual(packets, PLAIN.packets, name);
      t.is(counts[0]!.size, octets.length, name);
      t.is(counts[0]!.consumed, octets.length, name);
      t.deepEqual(read(["-"], octets).packets, PLAIN.packets, `${name} from a pipe`);
    }
  } finally {
    scratch.remove();
  }
});

test("what zstd writes is read", (t) => {
  if (spawnSync("zstd", ["--version"]).status !== 0) {
    process.stderr.write("\n*** SKIPPED: zstd is not installed, so nothing reads its files ***\n\n");
    t.pass("skipped: no zstd");
    return;
  }
  const compressed = execFileSync("zstd", ["-q", "-c"], { input: CAPTURE, maxBuffer: 1 << 28 });
  t.deepEqual(read(["-"], compressed).packets, PLAIN.packets);
});

test("octets that compress a thousandfold are given out whole", (t) => {
  const frames = Array.from({ length: 100 }, () => ({ data: new Uint8Array(200_000) }));
  const capture = pcap(frames);
  const plain = read(["-"], capture);
  t.is(plain.packets.length, 100);
  for (const compressed of [gzipSync(capture, { level: 9 }), zstdFrame(capture)]) {
    t.deepEqual(read(["-"], compressed).packets, plain.packets);
  }
});

test("what follows the last compressed member is a notice, and all packets are there", (t) => {
  for (const [name, compressed] of [
    ["gzip", gzipSync(CAPTURE)],
    ["zstd", zstdFrame(CAPTURE)],
  ] as const) {
    for (const garbage of [Uint8Array.of(0), new TextEncoder().encode("trailing garbage")]) {
      const { packets, notices, status } = read(["-"], concat([compressed, garbage]));
      t.is(packets.length, FRAMES.length);
      t.deepEqual(notices, [
        `notice standard input:${CAPTURE.length}: ${name} data is followed by something else, which is not read ` +
          `(compressed offset ${compressed.length})`,
      ]);
      t.is(status, 0);
    }
  }
});

test("compressed input that is cut short gives the packets before the cut and one notice", (t) => {
  for (const [name, compressed] of [
    ["gzip", gzipSync(CAPTURE)],
    ["zstd", zstdFrame(CAPTURE)],
  ] as const) {
    const half = compressed.length >> 1;
    const { packets, notices, status } = read(["-"], compressed.subarray(0, half));
    t.true(packets.length > 1000 && packets.length < 2000);
    t.deepEqual(packets, PLAIN.packets.slice(0, packets.length));
    t.is(notices.length, 1);
    t.regex(
      notices[0]!,
      new RegExp(`^notice standard input:\\d+: ${name} data is cut short \\(compressed offset ${half}\\)$`),
    );
    t.is(status, 0);
  }
});

test("every cut of a small compressed capture is one notice", (t) => {
  const scratch = new Scratch();
  try {
    const capture = pcap([{ data: Uint8Array.of(1, 2, 3) }, { data: Uint8Array.of(4) }]);
    for (const compressed of [concat([gzipSync(capture), gzipSync(new Uint8Array(0))]), zstdFrame(capture)]) {
      const paths = Array.from(compressed, (_, length) =>
        scratch.write(`cut${length}`, compressed.subarray(0, length)),
      );
      const { counts, notices } = read(["--each", "--count", ...paths]);
      let before = 0;
      for (const [length, path] of paths.entries()) {
        const { packets } = counts[length]!;
        t.true(packets >= before && packets <= 2);
        before = packets;
        const boundary = compressed[0] === 0x1f && length === gzipSync(capture).length;
        t.is(notices.filter((notice) => notice.includes(` ${path}:`)).length, boundary ? 0 : 1, `${length} octets`);
      }
    }
  } finally {
    scratch.remove();
  }
});

test("corrupt compressed input gives the packets before the damage and a notice with its place", (t) => {
  const compressed = gzipSync(CAPTURE);
  compressed.fill(0xff, compressed.length >> 1, (compressed.length >> 1) + 100);
  const { packets, notices } = read(["-"], compressed);
  t.true(packets.length > 0 && packets.length < FRAMES.length);
  t.is(notices.length, 1);
  t.regex(notices[0]!, /^notice standard input:\d+: gzip data is corrupt: .+ \(compressed offset \d+\)$/);

  const checked = gzipSync(CAPTURE);
  checked[checked.length - 8]! ^= 1;
  const wrongSum = read(["-"], checked);
  t.is(wrongSum.packets.length, FRAMES.length);
  t.regex(wrongSum.notices.join(), /gzip data is corrupt: incorrect data check/);
});

test("what is no capture is named, and the others of the list are read", (t) => {
  const scratch = new Scratch();
  try {
    const text = (value: string) => new TextEncoder().encode(value);
    const inputs: [name: string, octets: Uint8Array][] = [
      ["empty file", new Uint8Array(0)],
      ["ELF program", text("\x7fELF\x02\x01")],
      ["text", text("hello\nworld\n")],
      ["JSON text", text('\n {"event": 1}')],
      ["XML or HTML text", text("<html>")],
      ["PDF document", text("%PDF-1.7")],
      ["ZIP archive", text("PK\x03\x04")],
      ["IPFIX file", Uint8Array.of(0, 10, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)],
      ["SiLK flow file", Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0, 12)],
      ["nfdump file", Uint8Array.of(0x0c, 0xa5, 2, 0)],
      ["Parquet file", text("PAR1\x15\x04")],
      ["snoop capture, which is not supported", text("snoop\0\0\0\0\0\0\x02")],
      ["Microsoft Network Monitor capture, which is not supported", text("GMBU\0\x02")],
      ["first octets 00 01 02 03", Uint8Array.of(0, 1, 2, 3, 4)],
      ["first octets 01", Uint8Array.of(1)],
      ["text in gzip", gzipSync("hello")],
      ["empty file in gzip", gzipSync("")],
      ["gzip data in gzip", gzipSync(gzipSync("hello"))],
      ["JSON text in zstd", zstdFrame(text("[]"))],
    ];
    const good = scratch.write("good", pcapng([{ data: Uint8Array.of(1) }]));
    const paths = inputs.map(([, octets], index) => scratch.write(String(index), octets));
    const { packets, notices, status, counts } = read([good, ...paths, good]);
    t.deepEqual(
      notices,
      inputs.map(([name], index) => `fatal ${paths[index]}:0: not a capture: ${name}`),
    );
    t.is(packets.length, 2);
    t.is(status, 1);
    const size = [good, ...paths, good].reduce((sum, path) => sum + statSync(path).size, 0);
    t.deepEqual(counts, [{ packets: 2, undescribed: 0, consumed: size, size }]);
  } finally {
    scratch.remove();
  }
});

test("what cannot be opened is a fatal notice with the system's words", (t) => {
  const { notices, status } = read(["/nonexistent/a.pcap", "/"]);
  t.deepEqual(notices, ["fatal /nonexistent/a.pcap:0: No such file or directory", "fatal /:0: Is a directory"]);
  t.is(status, 1);
});

test("several captures are read in order, and progress covers them all", (t) => {
  const scratch = new Scratch();
  try {
    const first = pcap([{ data: Uint8Array.of(1), time: 5 }]);
    const second = gzipSync(pcapng([{ data: Uint8Array.of(2), time: 3 }]));
    const damaged = concat([pcap([{ data: Uint8Array.of(3), capturedLength: 0xfffffff }]), new Uint8Array(1000)]);
    const paths = [first, second, damaged].map((octets, index) => scratch.write(String(index), octets));
    const { packets, counts } = read(paths);
    t.deepEqual(
      packets.map((packet) => packet.time),
      [5n, 3n],
    );
    const size = first.length + second.length + damaged.length;
    t.deepEqual(counts, [{ packets: 2, undescribed: 0, consumed: size, size }]);
  } finally {
    scratch.remove();
  }
});

for (const [library, format, octets] of [
  ["libz.so.1", "gzip needs zlib", gzipSync(CAPTURE)],
  ["libzstd.so.1", "zstd needs libzstd", zstdFrame(CAPTURE)],
] as const) {
  test(`without ${library} its files are one fatal notice and plain files are read`, (t) => {
    const scratch = new Scratch();
    try {
      scratch.write(library, ""); // found first, and no library
      const compressed = scratch.write("compressed", octets);
      const plain = scratch.write("plain", CAPTURE);
      const { packets, notices } = read([compressed, plain], undefined, { LD_LIBRARY_PATH: scratch.path });
      t.is(notices.length, 1);
      t.true(notices[0]!.startsWith(`fatal ${compressed}:0: ${format}, which cannot be loaded: `));
      t.is(packets.length, FRAMES.length);
    } finally {
      scratch.remove();
    }
  });
}

test("packets of a slow input are given out as they come, and a silent one can be stopped", async (t) => {
  const child = spawn(DRIVER, ["-"], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const capture = pcap([
    { data: Uint8Array.of(1), time: 1 },
    { data: Uint8Array.of(2), time: 2 },
  ]);
  child.stdin.write(capture.subarray(0, 41 + 9)); // one packet, and half of the header of the next
  t.regex((await lines.next()).value, /^1 1 1 1 0 /);
  child.stdin.write(capture.subarray(50));
  t.regex((await lines.next()).value, /^2 1 1 1 0 /);
  child.kill("SIGTERM");
  t.regex((await lines.next()).value, /^count 2 /);
  t.deepEqual(await exited, [0, null]);
  child.stdin.destroy();
});

test("a FIFO is waited for, and waiting for its writer can be stopped", async (t) => {
  const scratch = new Scratch();
  try {
    const fifo = join(scratch.path, "fifo");
    execFileSync("mkfifo", [fifo]);

    const stopped = spawn(DRIVER, [scratch.write("good", pcap([{ data: Uint8Array.of(1) }])), fifo]);
    const stoppedExit = once(stopped, "exit");
    await once(stopped.stdout, "data"); // the packet of the first file: the driver is at work
    stopped.kill("SIGTERM");
    t.deepEqual(await stoppedExit, [0, null]);

    const reader = spawn(DRIVER, ["--count", fifo]);
    const writer = spawn("sh", ["-c", 'cat "$0" > "$1"', scratch.write("capture", CAPTURE), fifo]);
    const written = once(writer, "exit");
    t.regex(String(await once(reader.stdout, "data")), new RegExp(`^count ${FRAMES.length} `));
    t.deepEqual(await written, [0, null]);
  } finally {
    scratch.remove();
  }
});
