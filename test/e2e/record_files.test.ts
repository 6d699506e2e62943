/** rwappend, rwsplit, rwswapbytes and rwcompare as their users run them. */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, startCommand, until } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const SILK = join(FIXTURES, "silk");
const real = testWithFixtures(test);
const tools = new SilkTools(
  ..."rwtuc rwcut rwcat rwcompare rwappend rwsplit rwswapbytes rwfileinfo rwuniq rwset rwsetcat".split(" "),
);
test.after.always(() => tools.remove());

const at = (name: string) => join(tools.path, name);
const file = (name: string) => join(SILK, name);

async function ok(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await tools.run(name, args);
  if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: ${status} ${stderr}`);
  return stdout;
}

const flow = (sport: number) => `10.0.0.1|10.0.0.2|${sport}|80|6|1|100`;
const TITLES = "sip|dip|sport|dport|proto|packets|bytes";
const ports = async (...names: readonly string[]) =>
  linesOf(await ok("rwcut", "--fields=sport", "--no-titles", "--delimited", ...names)).map(Number);

test("rwappend writes flows behind those that are there, and keeps the file's header", async (t) => {
  await tools.flows("a.rw", [TITLES, flow(1), flow(2)]);
  await tools.flows("b.rw", [TITLES, flow(3)]);
  const before = readFileSync(at("a.rw"));
  const { status, stderr } = await tools.run("rwappend", ["--print-statistics", "a.rw", "b.rw", "b.rw"]);
  t.is(status, 0);
  t.is(stderr, "1 records read from b.rw\n1 records read from b.rw\n2 records appended to a.rw\n");
  t.deepEqual(await ports("a.rw"), [1, 2, 3, 3]);
  t.deepEqual(readFileSync(at("a.rw")).subarray(0, before.length), before);
});

test("rwappend makes a file only with --create, like its template", async (t) => {
  await tools.flows("little.rw", [TITLES, flow(7)]);
  await ok("rwswapbytes", "--big-endian", "little.rw", "template.rw");
  const refused = await tools.run("rwappend", ["new.rw", "little.rw"]);
  t.is(refused.status, 1);
  t.false(existsSync(at("new.rw")));
  await ok("rwappend", "--create=template.rw", "new.rw", "little.rw", "little.rw");
  t.is(await ok("rwfileinfo", "--fields=byte-order", "--no-titles", "new.rw"), "BigEndian\n");
  t.deepEqual(await ports("new.rw"), [7, 7]);
  await ok("rwappend", "--create", "plain.rw", "template.rw");
  await ok("rwcompare", "plain.rw", "little.rw");
});

test("rwappend leaves the file as it was when a source is cut off, or when it is killed", async (t) => {
  await tools.flows("kept.rw", [TITLES, flow(1)]);
  await tools.flows("more.rw", [TITLES, flow(2), flow(3)]);
  const before = readFileSync(at("kept.rw"));
  const whole = readFileSync(at("more.rw"));
  writeFileSync(at("cut.rw"), whole.subarray(0, whole.length - 5));
  const { status, stderr } = await tools.run("rwappend", ["kept.rw", "more.rw", "cut.rw"]);
  t.is(status, 1);
  t.regex(stderr, /^rwappend: cut\.rw: file ends within a record/);
  t.deepEqual(readFileSync(at("kept.rw")), before);
  const spools = () => readdirSync(tools.path).filter((name) => name.startsWith("kept.rw.append"));
  t.deepEqual(spools(), []);

  const { child, ended } = startCommand(at("rwappend"), ["kept.rw", "more.rw", "-"], { cwd: tools.path });
  child.stdin.write(whole.subarray(0, whole.length - 5));
  await until(() => spools().length > 0, "the file beside the target");
  child.kill("SIGKILL");
  await ended;
  t.deepEqual(readFileSync(at("kept.rw")), before);
});

test("rwappend refuses IPv6 flows where the records have no room for them", async (t) => {
  await tools.flows("six.rw", [TITLES, "2001:db8::1|2001:db8::2|1|2|6|1|100"]);
  await tools.flows("four.rw", [TITLES, flow(1)]);
  await ok("rwcat", "--ipv4-output", "--output-path=ipv4.rw", "four.rw");
  const before = readFileSync(at("ipv4.rw"));
  t.regex((await tools.run("rwappend", ["ipv4.rw", "six.rw"])).stderr, /^rwappend: six\.rw: has IPv6 addresses/);
  t.deepEqual(readFileSync(at("ipv4.rw")), before);
});

real("rwappend takes records of packed files as they are, whatever their byte order and compression", async (t) => {
  for (const format of ["RWSPLIT-v5", "RWAUGMENTED-v4", "RWIPV6-v2", "FLOWCAP-v5"]) {
    const original = file(`formats/${format}-c0-B.dat`);
    copyFileSync(original, at("packed.dat"));
    await ok("rwappend", "packed.dat", file(`formats/${format}-c1-L.dat`));
    t.is(
      await ok("rwcut", "--all-fields", "packed.dat"),
      await ok("rwcut", "--all-fields", original, original),
      format,
    );
  }
});

real("rwappend writes into files of a repository what their records have room for", async (t) => {
  const original = file("formats/RWIPV6-v1-c0-B.dat");
  copyFileSync(original, at("repository.dat"));
  await ok("rwappend", "repository.dat", file("v4.rw"), file("v6.rw"));
  const fields = "--fields=1-12,20,21,26-29";
  t.is(await ok("rwcut", fields, "repository.dat"), await ok("rwcut", fields, original, file("v4.rw"), file("v6.rw")));
});

real("rwappend writes into compressed files, from IPFIX too", async (t) => {
  for (const name of ["v4-zlib.rw", "v4-lzo1x.rw", "v4-bigendian.rw", "v4-generic.rw"]) {
    copyFileSync(file(name), at("target.rw"));
    await ok("rwappend", "target.rw", file("v4.ipfix"));
    const { status } = await tools.run("rwcompare", ["target.rw", "-"], {
      stdin: (await tools.run("rwcat", [file("v4.rw"), file("v4.rw")])).octets,
    });
    t.is(status, 0, name);
  }
});

real("rwappend refuses a target that is cut off, compressed or not", async (t) => {
  for (const name of ["v4.rw", "v4-zlib.rw"]) {
    const octets = readFileSync(file(name));
    writeFileSync(at("short.rw"), octets.subarray(0, octets.length - 7));
    const { status, stderr } = await tools.run("rwappend", ["short.rw", file("v4.rw")]);
    t.deepEqual([status, stderr], [1, "rwappend: short.rw: cannot append to a file that ends within a record\n"], name);
    t.is(readFileSync(at("short.rw")).length, octets.length - 7);
  }
});

test("rwsplit begins another file when one is full, and loses nothing", async (t) => {
  await tools.flows("ten.rw", [TITLES, ...Array.from({ length: 10 }, (_, k) => flow(k + 1))]);
  await ok("rwsplit", "--basename=part", "--flow-limit=4", "ten.rw");
  const parts = readdirSync(tools.path).filter((name) => name.startsWith("part."));
  t.deepEqual(parts.sort(), ["part.00000000.rwf", "part.00000001.rwf", "part.00000002.rwf"]);
  t.deepEqual(await ports("part.00000000.rwf"), [1, 2, 3, 4]);
  t.deepEqual(await ports("part.00000002.rwf"), [9, 10]);
  await ok("rwsplit", "--basename=size", "--byte-limit=250", "ten.rw");
  t.deepEqual(await ports("size.00000000.rwf"), [1, 2, 3]);
  await ok("rwsplit", "--basename=packets", "--packet-limit=5", "--max-outputs=1", "ten.rw");
  t.deepEqual(await ports("packets.00000000.rwf"), [1, 2, 3, 4, 5]);
  t.false(existsSync(at("packets.00000001.rwf")));
});

test("rwsplit counts different addresses of both ends", async (t) => {
  const lines = ["10.0.0.1|10.0.0.2", "10.0.0.2|10.0.0.1", "2001:db8::1|10.0.0.1", "10.0.0.9|10.0.0.9"];
  await tools.flows("hosts.rw", ["sip|dip|sport", ...lines.map((line, k) => `${line}|${k + 1}`)]);
  await ok("rwsplit", "--basename=hosts", "--ip-limit=3", "hosts.rw");
  t.deepEqual(await ports("hosts.00000000.rwf"), [1, 2, 3]);
  t.deepEqual(await ports("hosts.00000001.rwf"), [4]);
});

test("rwsplit samples one of every so many flows, the same ones with the same seed", async (t) => {
  await tools.flows("many.rw", [TITLES, ...Array.from({ length: 100 }, (_, k) => flow(k))]);
  const sample = async (basename: string) => {
    await ok("rwsplit", `--basename=${basename}`, "--flow-limit=50", "--sample-ratio=10", "--seed=4", "many.rw");
    return ports(`${basename}.00000000.rwf`);
  };
  const first = await sample("first");
  t.deepEqual(
    first.map((port) => Math.floor(port / 10)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  t.deepEqual(await sample("second"), first);
  await ok("rwsplit", "--basename=few", "--flow-limit=5", "--file-ratio=4", "--seed=1", "many.rw");
  t.is(readdirSync(tools.path).filter((name) => name.startsWith("few.")).length, 5);
});

test("rwsplit wants a name and one limit", async (t) => {
  t.regex((await tools.run("rwsplit", ["--flow-limit=1", "x"])).stderr, /--basename switch is required/);
  t.regex((await tools.run("rwsplit", ["--basename=x", "x"])).stderr, /Must specify exactly one of/);
  const zero = await tools.run("rwsplit", ["--basename=x", "--flow-limit=0", "x"]);
  t.regex(zero.stderr, /^rwsplit: Invalid flow-limit: Value is below minimum of 1\n/);
});

real("rwswapbytes keeps format, compression, history and all flows", async (t) => {
  await ok("rwswapbytes", "--big-endian", "--note-add=turned", file("v4-lzo1x.rw"), "big.rw");
  const facts = await ok("rwfileinfo", "--fields=format,byte-order,compression,annotations", "--no-titles", "big.rw");
  t.deepEqual(linesOf(facts).slice(0, 3), ["FT_RWIPV6ROUTING(0x0c)", "BigEndian", "lzo1x(2)"]);
  t.regex(facts, /turned/);
  t.is(await ok("rwcompare", "big.rw", file("v4.rw")), "");
  const packed = "formats/RWAUGWEB-v5-c0-L.dat";
  await ok("rwswapbytes", "--swap-endian", file(packed), "web.dat");
  t.is(await ok("rwfileinfo", "--fields=byte-order", "--no-titles", "web.dat"), "BigEndian\n");
  t.is(await ok("rwcut", "--all-fields", "web.dat"), await ok("rwcut", "--all-fields", file(packed)));
});

test("rwcompare says in which record files differ, which one is shorter, and by its status", async (t) => {
  await tools.flows("x.rw", [TITLES, flow(1), flow(2)]);
  await tools.flows("y.rw", [TITLES, flow(1), flow(3)]);
  await tools.flows("z.rw", [TITLES, flow(1)]);
  t.is((await tools.run("rwcompare", ["x.rw", "x.rw"])).status, 0);
  const differ = await tools.run("rwcompare", ["x.rw", "y.rw"]);
  t.deepEqual([differ.status, differ.stdout, differ.stderr], [1, "x.rw y.rw differ: record 2\n", ""]);
  const shorter = await tools.run("rwcompare", ["x.rw", "z.rw"]);
  t.deepEqual([shorter.status, shorter.stdout], [1, "x.rw z.rw differ: EOF z.rw\n"]);
  const none = await tools.run("rwcompare", ["x.rw", "none.rw"]);
  t.deepEqual([none.status, none.stdout], [2, ""]);
  t.regex(none.stderr, /^rwcompare: Error opening file 'none\.rw'/);
  const quiet = await tools.run("rwcompare", ["--quiet", "x.rw", "none.rw"]);
  t.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [2, "", ""]);
});
