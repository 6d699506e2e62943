/** Inputs that gzip has compressed, read by commands that know nothing of it. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { OctetSource } from "../../src/files/octet_source.js";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwtuc", "rwcut", "rwcat", "rwfileinfo", "rwsetbuild", "rwsetcat", "rwfilter");
test.after.always(() => tools.remove());

const COUNT = 5000;

test.before(async () => {
  const lines = Array.from({ length: COUNT }, (_, k) => `10.0.${k >> 8}.${k & 255}|${k}|`);
  await tools.flows("flows.rw", ["sIP|sPort|", ...lines]);
  const ipfix = await tools.run("rwfilter", ["--protocol=0-", "--output-format=ipfix", "--pass=stdout", "flows.rw"]);
  tools.write("flows.ipfix", ipfix.octets);
  for (const name of ["flows.rw", "flows.ipfix"]) compress(name, `${name}.gz`);
});

function compress(from: string, to: string): void {
  tools.write(to, gzipSync(readFileSync(join(tools.path, from))));
}

for (const name of ["flows.rw", "flows.ipfix"])
  test(`${name} compressed has the same flows, by its first octets whatever it is called`, async (t) => {
    compress(name, `${name}.other`);
    const plain = await tools.run("rwcut", [name]);
    t.is(linesOf(plain.stdout).length, COUNT + 1, plain.stderr);
    for (const path of [`${name}.gz`, `${name}.other`]) {
      const { stdout, stderr } = await tools.run("rwcut", [path]);
      t.is(stdout, plain.stdout);
      t.is(stderr, "");
    }
  });

test("several compressed files and one that is only called .gz are read in turn", async (t) => {
  tools.write("plain.gz", readFileSync(join(tools.path, "flows.rw")));
  const { octets, stderr } = await tools.run("rwcat", ["flows.rw.gz", "plain.gz", "flows.rw.gz"]);
  t.is(stderr, "");
  const facts = await tools.run("rwfileinfo", ["--fields=count-records", "--no-titles", "-"], { stdin: octets });
  t.is(facts.stdout, `${3 * COUNT}\n`);
});

test("rwfileinfo counts the records inside and the octets of the file itself", async (t) => {
  const { stdout } = await tools.run("rwfileinfo", ["--fields=count-records,file-size", "--no-titles", "flows.rw.gz"]);
  t.deepEqual(linesOf(stdout), [String(COUNT), String(readFileSync(join(tools.path, "flows.rw.gz")).length)]);
});

test("sets are read compressed, as text and as IPsets", async (t) => {
  tools.write("set.txt.gz", gzipSync("10.0.0.0/30\n10.0.0.9 # one more\n"));
  const built = await tools.run("rwsetbuild", ["set.txt.gz", "set.set"]);
  t.is(built.stderr, "");
  compress("set.set", "set.set.gz");
  t.is((await tools.run("rwsetcat", ["--count-ips", "set.set.gz"])).stdout, "5\n");
  const cut = await tools.run("rwcut", [
    "--sipset=set.txt.gz",
    "--fields=sport",
    "--no-titles",
    "--delimited",
    "flows.rw.gz",
  ]);
  t.deepEqual(linesOf(cut.stdout), ["0", "1", "2", "3", "9"]);
});

test("a FIFO called .gz is uncompressed", async (t) => {
  const path = join(tools.path, "pipe.gz");
  execFileSync("mkfifo", [path]);
  const writer = spawn("sh", ["-c", `cat flows.rw.gz > pipe.gz`], { cwd: tools.path, stdio: "ignore" });
  const { stdout, stderr } = await tools.run("rwcut", [
    "--fields=sport",
    "--tail-recs=1",
    "--no-titles",
    "--delimited",
    "pipe.gz",
  ]);
  writer.kill();
  t.is(stdout, `${COUNT - 1}\n`);
  t.is(stderr, "");
});

test("a cut or damaged file is one error after the flows before", async (t) => {
  const whole = readFileSync(join(tools.path, "flows.rw.gz"));
  tools.write("cut.rw.gz", whole.subarray(0, whole.length - 500));
  const broken = Buffer.from(whole);
  broken.fill(0x55, whole.length / 2, whole.length / 2 + 200);
  tools.write("broken.rw.gz", broken);
  for (const [name, reason] of [
    ["cut.rw.gz", "unexpected end of file"],
    ["broken.rw.gz", ".+"],
  ] as const) {
    const { stderr, status } = await tools.run("rwcut", [name]);
    t.regex(stderr, new RegExp(`^rwcut: ${name}: cannot be uncompressed: ${reason}\n$`));
    t.is(status, 1);
  }
});

test("a reader that has enough leaves the rest compressed", async (t) => {
  const { stdout, stderr, status } = await tools.run("rwcut", [
    "--num-recs=2",
    "--fields=3",
    "--no-titles",
    "--delimited",
    "flows.rw.gz",
  ]);
  t.is(stdout, "0\n1\n");
  t.is(stderr, "");
  t.is(status, 0);
});

test("what is read is what was compressed, in members and in pieces of every size", (t) => {
  const members = [0, 1, 70_000, 3_000_000, 5].map((length, k) => Buffer.alloc(length, `member ${k} `));
  const path = tools.write("members.gz", Buffer.concat(members.map((each) => gzipSync(each))));
  const source = new OctetSource(path);
  const pieces: Buffer[] = [];
  for (let step = 1; source.need(1); step = (step * 7) % 100_003) {
    source.need(step);
    const octets = Math.min(step, source.available);
    pieces.push(Buffer.from(source.buffer.slice(source.start, source.start + octets)));
    source.take(octets);
  }
  t.true(Buffer.concat(pieces).equals(Buffer.concat(members)));
  t.is(source.size, source.fileOctets);
  source.close();
});

test("a file of a few octets that would fill the memory is read in bounded memory", (t) => {
  const path = tools.write(
    "zeros.gz",
    Buffer.concat(Array.from({ length: 40 }, () => gzipSync(Buffer.alloc(1 << 24)))),
  );
  const source = new OctetSource(path);
  let octets = 0;
  while (source.need(1)) {
    octets += source.available;
    source.take(source.available);
  }
  source.close();
  t.is(octets, 40 * 2 ** 24);
  t.true(process.memoryUsage().rss < 400e6, `${process.memoryUsage().rss}`);
});
