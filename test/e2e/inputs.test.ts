import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { concat, pcap, pcapng } from "../support/capture_writer.js";
import { CONVERSATION_START, datagrams } from "../support/conversation.js";
import { csvRows, csvSums } from "../support/csv.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, run } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { zstdFrame } from "../support/zstd_writer.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const fixtureTest = testWithFixtures(test);

const SECOND = 1_000_000;
const whole = pcap([...datagrams(3, 1000), ...datagrams(2, 1000, CONVERSATION_START, "10.9.9.9")]);
const plain = scratch.write("plain.pcap", whole);
const csvOf = (args: readonly string[]) => run(["meter", ...args, "-o", "csv:-"]);

test("a file that does not exist is named", async (t) => {
  const { status, stdout, stderr } = await csvOf(["-r", "does/not/exist.pcap"]);
  t.is(status, 1);
  t.is(stdout, "");
  t.is(stderr, "flowtap: does/not/exist.pcap: no such file or folder\n");
});

test("a folder without captures is named", async (t) => {
  const folder = join(scratch.path, "empty");
  mkdirSync(folder);
  const { status, stdout, stderr } = await csvOf(["-r", folder]);
  t.is(status, 1);
  t.is(stdout, "");
  t.is(stderr, `flowtap: ${folder}: no captures in this folder\n`);
});

test("a text file given as capture is refused in one line that says it is text", async (t) => {
  const notes = scratch.write("notes.txt", "these are only notes\n");
  const { status, stdout, stderr } = await csvOf(["-r", notes]);
  t.is(status, 1);
  t.is(stdout, "");
  t.is(linesOf(stderr).length, 1);
  t.true(stderr.includes(notes), stderr);
  t.regex(stderr, /text/);
});

test("a refused capture leaves no output file", async (t) => {
  const notes = scratch.write("notes2.txt", "these are only notes\n");
  const folder = join(scratch.path, "refused");
  mkdirSync(folder);
  await run(["meter", "-r", notes, "-o", join(folder, "flows.ipfix")]);
  t.deepEqual(readdirSync(folder), []);
});

test("an empty file is no capture", async (t) => {
  const { status, stderr } = await csvOf(["-r", scratch.write("empty.pcap", "")]);
  t.is(status, 1);
  t.is(linesOf(stderr).length, 1);
  t.regex(stderr, /empty/);
});

test("of several inputs those that are no captures are said, the others metered, and the status is 4", async (t) => {
  const notes = scratch.write("between.txt", "no capture\n");
  const { status, stdout, stderr } = await csvOf(["-r", plain, "-r", notes, "-r", plain]);
  t.is(status, 4);
  t.is(csvRows(stdout).length, 2);
  t.is(linesOf(stderr).filter((line) => line.includes(notes)).length, 1);
});

test("a truncated last packet is a warning with file and offset, and everything before it is metered", async (t) => {
  const cut = scratch.write("cut.pcap", whole.subarray(0, whole.length - 10));
  const { status, stdout, stderr } = await csvOf(["-r", cut]);
  t.is(status, 0);
  t.is(
    csvRows(stdout).reduce((sum, row) => sum + Number(row.packets), 0),
    4,
  );
  const recordLength = (whole.length - 24) / 5;
  t.true(stderr.includes(`flowtap: ${cut} at offset ${24 + 4 * recordLength}: `), stderr);
  t.regex(stderr, /4 packets/);
});

test("--strict turns a truncated last packet into status 1, with the same flows", async (t) => {
  const cut = scratch.write("strict.pcap", whole.subarray(0, whole.length - 10));
  const [strict, lenient] = await Promise.all([csvOf(["-r", cut, "--strict"]), csvOf(["-r", cut])]);
  t.is(strict.status, 1);
  t.is(strict.stdout, lenient.stdout);
});

test("--quiet leaves out warnings and counters but not the status", async (t) => {
  const cut = scratch.write("quiet.pcap", whole.subarray(0, whole.length - 10));
  const { status, stderr } = await csvOf(["-r", cut, "--quiet", "--strict"]);
  t.is(status, 1);
  t.is(stderr, "");
});

test("gzip, zstd, standard input, a folder and a list give the same flows as the plain file", async (t) => {
  const expected = await csvOf(["-r", plain]);
  t.is(expected.status, 0, expected.stderr);
  t.is(csvRows(expected.stdout).length, 2);
  const folder = join(scratch.path, "folder");
  mkdirSync(folder);
  scratch.write("folder/one.pcap", whole);
  const results = await Promise.all([
    csvOf(["-r", scratch.write("a.pcap.gz", gzipSync(whole))]),
    csvOf(["-r", scratch.write("a.pcap.zst", zstdFrame(whole))]),
    run(["meter", "-r", "-", "-o", "csv:-"], { stdin: whole }),
    run(["meter", "-r", "-", "-o", "csv:-"], { stdin: gzipSync(whole) }),
    csvOf(["-r", folder]),
    csvOf(["--read-list", scratch.write("list.txt", `# captures\n\n${basename(plain)}\n`)]),
    csvOf([
      "-r",
      scratch.write("a.pcapng", pcapng([...datagrams(3, 1000), ...datagrams(2, 1000, CONVERSATION_START, "10.9.9.9")])),
    ]),
  ]);
  for (const { status, stdout, stderr } of results) {
    t.is(status, 0, stderr);
    t.is(stdout, expected.stdout);
  }
});

test("a flow that spans two captures is one flow", async (t) => {
  const first = scratch.write("first.pcap", pcap(datagrams(3, SECOND)));
  const second = scratch.write("second.pcap", pcap(datagrams(4, SECOND, CONVERSATION_START + 3 * SECOND)));
  const [both, one] = await Promise.all([csvOf(["-r", first, "-r", second]), csvOf(["-r", first])]);
  t.is(both.status, 0);
  t.deepEqual(
    csvRows(both.stdout).map((row) => row.packets),
    ["7"],
  );
  t.deepEqual(
    csvRows(one.stdout).map((row) => row.packets),
    ["3"],
  );
});

test("a folder is read in the order of its names, numbers as numbers", async (t) => {
  const folder = join(scratch.path, "numbered");
  mkdirSync(folder);
  const at = (second: number) => pcap(datagrams(2, SECOND, CONVERSATION_START + second * SECOND));
  scratch.write("numbered/dump.pcap10", at(4));
  scratch.write("numbered/dump.pcap9", at(2));
  scratch.write("numbered/dump.pcap", at(0));
  const { status, stdout, stderr } = await csvOf(["-r", folder]);
  t.is(status, 0);
  t.deepEqual(
    csvRows(stdout).map((row) => row.packets),
    ["6"],
  );
  t.notRegex(stderr, /jumped back/);
});

test("--filter meters what matches and counts the rest as filtered", async (t) => {
  const { status, stdout, stderr } = await csvOf(["-r", plain, "--filter", "udp and src host 10.9.9.9"]);
  t.is(status, 0);
  t.deepEqual(
    csvRows(stdout).map((row) => row.sourceAddress),
    ["10.9.9.9"],
  );
  t.regex(stderr, /5 packets.*2 metered, 3 filtered/);
});

test("a link type that is not known is said with file and offset, and its packets are counted", async (t) => {
  const odd = scratch.write("odd.pcap", pcap(datagrams(3, 1000), { linkType: 147 }));
  const { stdout, stderr } = await csvOf(["-r", odd]);
  t.is(csvRows(stdout).length, 0);
  t.regex(stderr, /3 unknown link type/);
  t.regex(stderr, /at offset 20: link type \d+ is not decoded: its packets are only counted/);
});

test("octets behind the last packet of a capture do not harm what came before", async (t) => {
  const { stdout, stderr } = await csvOf([
    "-r",
    scratch.write("tail.pcap", concat([whole, new Uint8Array(5).fill(255)])),
  ]);
  t.is(csvRows(stdout).length, 2);
  t.regex(stderr, /tail\.pcap at offset /);
});

fixtureTest("a filter and its contrary divide the packets of a real capture", async (t) => {
  const capture = join(FIXTURES, "captures", "teams.pcap");
  const sums = await Promise.all(
    [[], ["--filter", "tcp"], ["--filter", "not tcp"]].map(async (filter) => {
      const { stdout } = await csvOf(["-r", capture, ...filter]);
      return csvSums(stdout).packets;
    }),
  );
  t.true(sums[1]! > 0 && sums[2]! > 0);
  t.is(sums[1]! + sums[2]!, sums[0]!);
});
