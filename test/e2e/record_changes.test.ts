/** rwdedupe, rwcombine, rwnetmask, rwrandomizeip and num2dot as their users run them. */
import { join } from "node:path";
import test from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, type RunOptions } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const SILK = join(FIXTURES, "silk");
const real = testWithFixtures(test);
const tools = new SilkTools(
  ..."rwtuc rwcut rwcat rwsort rwcompare rwdedupe rwcombine rwnetmask rwrandomizeip rwsetbuild num2dot rwuniq".split(
    " ",
  ),
);
test.after.always(() => tools.remove());

async function lines(fields: string, ...pipe: readonly (readonly string[])[]): Promise<string[]> {
  let stdin: RunOptions["stdin"] = "";
  for (const [name, ...args] of [...pipe, ["rwcut", `--fields=${fields}`, "--no-titles", "--delimited"]]) {
    const { octets, status, stderr } = await tools.run(name!, args, { stdin });
    if (status !== 0 || stderr !== "") throw new Error(`${name}: ${stderr}`);
    stdin = octets;
  }
  return linesOf(stdin.toString());
}

const TITLES = "sip|dip|sport|dport|proto|packets|bytes|stime|dur|sensor";
const flow = (sport: number, packets: number, stime: string, sensor = 0) =>
  `10.0.0.1|10.0.0.2|${sport}|80|6|${packets}|100|2026/01/01T${stime}|1|${sensor}`;

test("rwdedupe writes flows that are equal in all fields once, in order", async (t) => {
  await tools.flows("a.rw", [TITLES, flow(2, 1, "00:00:00"), flow(1, 1, "00:00:01"), flow(2, 1, "00:00:00")]);
  await tools.flows("b.rw", [TITLES, flow(1, 1, "00:00:01", 3), flow(2, 1, "00:00:00")]);
  t.deepEqual(await lines("sport,sensor", ["rwdedupe", "a.rw", "b.rw"]), ["1|0", "1|3", "2|0"]);
  t.deepEqual(await lines("sport", ["rwdedupe", "--ignore-fields=sensor", "a.rw", "b.rw"]), ["1", "2"]);
});

test("rwdedupe takes values for equal that differ by a delta or less", async (t) => {
  const times = ["00:00:00.000", "00:00:00.400", "00:00:00.900", "00:00:05.000"];
  await tools.flows("near.rw", [TITLES, ...times.map((time) => flow(1, 1, time))]);
  // 400 ms and 900 ms are as far from 0 as that; 900 is 500 from 400, but 400 was not kept.
  t.is((await lines("stime", ["rwdedupe", "near.rw"])).length, 4);
  t.deepEqual(await lines("stime", ["rwdedupe", "--stime-delta=400", "near.rw"]), [
    "2026/01/01T00:00:00.000",
    "2026/01/01T00:00:00.900",
    "2026/01/01T00:00:05.000",
  ]);
  t.is((await lines("stime", ["rwdedupe", "--stime=5000", "near.rw"])).length, 1);
  await tools.flows("sizes.rw", [TITLES, flow(1, 10, "00:00:00"), flow(1, 12, "00:00:00"), flow(1, 15, "00:00:00")]);
  t.deepEqual(await lines("packets", ["rwdedupe", "--packets-delta=2", "sizes.rw"]), ["10", "15"]);
});

test("rwdedupe refuses fields that flows do not differ by, and a delta of an ignored field", async (t) => {
  const none = await tools.run("rwdedupe", ["--ignore-fields=etime", "a.rw"]);
  t.is(none.status, 1);
  t.regex(none.stderr, /^rwdedupe: Invalid ignore-fields: No match was found for the field 'eTime'\n/);
  const both = await tools.run("rwdedupe", ["--ignore-fields=bytes", "--bytes-delta=1", "a.rw"]);
  t.regex(both.stderr, /^rwdedupe: Cannot use --bytes-delta with an ignored field\n/);
});

const ALL_FIELDS = "1-15,20,21,26-29";

real("rwdedupe of a file twice has the flows of the file", async (t) => {
  const v4 = join(SILK, "v4.rw");
  const once = await lines(ALL_FIELDS, ["rwsort", "--fields=sip,dip,sport,dport,stime,bytes", v4]);
  const deduped = await lines(
    ALL_FIELDS,
    ["rwdedupe", v4, join(SILK, "v4-zlib.rw")],
    ["rwsort", "--fields=sip,dip,sport,dport,stime,bytes"],
  );
  t.deepEqual(deduped, once);
});

const PART_TITLES = "sip|dip|sport|dport|proto|packets|bytes|initialFlags|sessionFlags|flags|stime|dur|attributes";
const part = (sport: number, stime: string, attributes: string, bytes = 100) =>
  `10.0.0.1|10.0.0.2|${sport}|80|6|2|${bytes}|${attributes === "T" ? "S" : "A"}|PA|SPA|2026/01/01T${stime}|50|${attributes}`;

test("rwcombine makes one flow of its parts, whatever their order", async (t) => {
  await tools.flows("parts.rw", [
    PART_TITLES,
    part(1, "00:02:00", "C"),
    part(9, "00:00:00", ""),
    part(1, "00:00:00", "T"),
    part(1, "00:01:00", "TC"),
  ]);
  // 00:00:00 to 00:02:50 are 170 seconds.
  t.deepEqual(await lines("sport,packets,bytes,initial,session,stime,dur,attributes", ["rwcombine", "parts.rw"]), [
    "9|2|100|A|PA|2026/01/01T00:00:00.000|50.000|",
    "1|6|300|S|PA|2026/01/01T00:00:00.000|170.000|",
  ]);
});

test("rwcombine leaves parts alone whose flow is not complete, or paused for too long", async (t) => {
  await tools.flows("open.rw", [
    PART_TITLES,
    part(1, "00:00:00", "T"),
    part(2, "00:00:00", "C"),
    part(3, "00:00:00", "TC"),
    part(4, "00:00:00", "T"),
    part(4, "00:01:00", "C"),
  ]);
  const fields = "sport,attributes";
  t.deepEqual(await lines(fields, ["rwcombine", "open.rw"]), ["1|T", "2|C", "3|TC", "4|"]);
  t.deepEqual(await lines(fields, ["rwcombine", "--max-idle-time=9.5", "open.rw"]), [
    "1|T",
    "2|C",
    "3|TC",
    "4|T",
    "4|C",
  ]);
  t.deepEqual(await lines(fields, ["rwcombine", "--max-idle-time=10", "open.rw"]), ["1|T", "2|C", "3|TC", "4|"]);
  // Without the port all are one session. Of two that begin at once, the second is continued by TC and ended by the
  // first C; the C of a minute later is left without a start.
  t.deepEqual(await lines(fields, ["rwcombine", "--ignore-fields=sport", "open.rw"]), ["1|T", "4|", "4|C"]);
});

test("rwcombine leaves parts alone whose sum SiLK's records have no room for, and counts all", async (t) => {
  await tools.flows("large.rw", [PART_TITLES, part(1, "00:00:00", "T", 4294967295), part(1, "00:01:00", "C")]);
  t.deepEqual(await lines("bytes", ["rwcombine", "large.rw"]), ["4294967295", "100"]);
  t.deepEqual(await lines("bytes", ["rwcombine", "--output-format=ipfix", "large.rw"]), ["4294967395"]);
  const { status } = await tools.run("rwcombine", [
    "--print-statistics=counts.txt",
    "--output-path=out.rw",
    "parts.rw",
  ]);
  t.is(status, 0);
  const { stdout } = await tools.run("rwcombine", ["--print-statistics=stdout", "--output-path=out2.rw", "parts.rw"]);
  t.regex(stdout, /^FLOW RECORD COUNTS:\nRead: +4\nInitially Complete: +- +1\n/);
  t.regex(stdout, /\nPrior to combining: += +3\nEliminated: +- +2\nMade complete: += +1\nWritten: +2\n/);
});

test("rwnetmask keeps the prefixes of both versions, and all other fields", async (t) => {
  await tools.flows("nets.rw", [
    "sip|dip|nhip|sport|application|initialFlags|sessionFlags|flags|attributes|proto",
    "10.1.2.3|192.0.2.255|172.16.9.9|5|80|S|PA|SPA|T|6",
    "2001:db8:1:2:3::4|2001:db8::ffff|2001:db8::9|6|443|S|A|SA|C|6",
  ]);
  const fields = "sip,dip,nhip,sport,application,initial,session,attributes";
  const masks = ["--4sip-prefix-length=16", "--6sip-prefix-length=40", "--6dip=113", "--nhip-prefix-length=0"];
  t.deepEqual(await lines(fields, ["rwnetmask", ...masks, "nets.rw"]), [
    "10.1.0.0|192.0.2.255|0.0.0.0|5|80|S|PA|T",
    "2001:db8::|2001:db8::8000|2001:db8::9|6|443|S|A|C",
  ]);
  t.deepEqual(await lines("sip", ["rwnetmask", "--4dip=8", "--ipv6-policy=only", "nets.rw"]), ["2001:db8:1:2:3::4"]);
  const long = await tools.run("rwnetmask", ["--4sip-prefix-length=33", "nets.rw"]);
  t.regex(long.stderr, /^rwnetmask: Invalid 4sip-prefix-length: Value is above maximum of 32\n/);
  t.regex((await tools.run("rwnetmask", ["nets.rw"])).stderr, /at least one prefix length/);
});

test("rwrandomizeip --consistent keeps who talks to whom, and loses the addresses", async (t) => {
  await tools.flows("who.rw", [
    "sip|dip|sport",
    "10.1.2.3|10.1.2.4|1",
    "10.1.2.4|10.1.2.3|2",
    "2001:db8::1|2001:db8::2|3",
    "10.1.9.9|10.1.2.3|4",
  ]);
  const rows = await lines("sip,dip,sport", ["rwrandomizeip", "--seed=5", "--consistent", "who.rw", "stdout"]);
  const [[a, b], [c, d], [six, other], [e, f]] = rows.map((row) => row.split("|")) as [
    string[],
    string[],
    string[],
    string[],
  ];
  t.deepEqual([a, b], [d, c]);
  t.is(f, a);
  t.not(a, "10.1.2.3");
  // Three octets of the hosts are equal, and two of the network beside them.
  t.is(a!.split(".").slice(0, 3).join(), b!.split(".").slice(0, 3).join());
  t.is(a!.split(".").slice(0, 2).join(), e!.split(".").slice(0, 2).join());
  t.not(six, "2001:db8::1");
  t.not(six, other);
});

test("rwrandomizeip takes the tables of another run, and spares or chooses addresses by sets", async (t) => {
  await tools.run("rwsetbuild", ["-", "one.set"], { stdin: "10.1.2.3\n" });
  const run = (...args: readonly string[]) => lines("sip,dip", ["rwrandomizeip", ...args, "who.rw", "-"]);
  const saved = await run("--save-table=key.tab");
  t.deepEqual(await run("--load-table=key.tab"), saved);
  const spared = await run("--seed=1", "--dont-change-set=one.set");
  t.is(spared[0]!.split("|")[0], "10.1.2.3");
  t.not(spared[0]!.split("|")[1], "10.1.2.4");
  const chosen = await run("--seed=1", "--only-change-set=one.set");
  t.is(chosen[0]!.split("|")[1], "10.1.2.4");
  t.not(chosen[0]!.split("|")[0], "10.1.2.3");
  const { stderr } = await tools.run("rwrandomizeip", ["--load-table=who.rw", "who.rw", "no.rw"]);
  t.is(stderr, "rwrandomizeip: who.rw: not a table of --save-table\n");
});

real("tools that change nothing keep every field of every record format", async (t) => {
  const formats = [
    "RWSPLIT-v5",
    "RWAUGROUTING-v4",
    "RWFILTER-v5",
    "RWIPV6ROUTING-v3",
    "RWGENERIC-v5",
    "RWAUGSNMPOUT-v5",
  ];
  for (const format of formats) {
    const original = join(SILK, "formats", `${format}-c0-L.dat`);
    const unchanged = await lines(ALL_FIELDS, ["rwcat", original]);
    const ways = [
      ["rwnetmask", "--4sip-prefix-length=32", original],
      ["rwnetmask", "--6sip-prefix-length=128", "--output-format=ipfix", original],
      ["rwrandomizeip", "--only-change-set=nobody.set", original, "-"],
    ];
    await tools.run("rwsetbuild", ["-", "nobody.set"], { stdin: "0.0.0.1\n", env: { SILK_CLOBBER: "1" } });
    for (const way of ways) t.deepEqual(await lines(ALL_FIELDS, way), unchanged, way.join(" "));
    const sorted = async (way: readonly string[]) =>
      lines(ALL_FIELDS, way, ["rwsort", "--fields=sip,dip,sport,dport,proto,stime,duration,bytes,packets"]);
    t.deepEqual(await sorted(["rwcombine", original]), await sorted(["rwcat", original]), format);
  }
});

test("num2dot prints numbers of the chosen columns as addresses", async (t) => {
  const convert = async (stdin: string, ...args: readonly string[]) =>
    (await tools.run("num2dot", args, { stdin })).stdout;
  t.is(await convert("       sIP|sPort|\n 167837955|   80|\n"), "       sIP|sPort|\n       10.1.1.3|   80|\n");
  t.is(
    await convert("1,0,4294967295\nx,1\n", "--delimiter=,", "--ip-fields=2,3"),
    "1,        0.0.0.0,255.255.255.255\nx,        0.0.0.1\n",
  );
  t.is(await convert("4294967296|abc"), "4294967296|abc\n");
  t.regex((await tools.run("num2dot", ["--ip-fields=0"], { stdin: "" })).stderr, /^num2dot: Invalid ip-fields/);
});
