import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { BagTools } from "../support/bag_tools.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { prefixMap } from "../support/prefix_map_writer.js";
import { linesOf } from "../support/program.js";
import { arrowTable, csvTable, jsonTable, parquetTable } from "../support/tables.js";

const tools = new BagTools();
test.after.always(() => tools.scratch.remove());
const withFixtures = testWithFixtures(test);

const folder = join(FIXTURES, "silk");
const [V4, V6] = ["v4.rw", "v6.rw"].map((name) => join(folder, name)) as [string, string];

/** Lines that rwaggbagcat prints, without columns and titles. */
async function listed(octets: Uint8Array, ...args: string[]): Promise<string[]> {
  return linesOf(await tools.printed("rwaggbagcat", ["--delimited", "--no-titles", ...args], octets));
}

function built(lines: string, ...args: string[]): Promise<Buffer> {
  return tools.octets("rwaggbagbuild", args, lines);
}

async function saved(name: string, lines: string, ...args: string[]): Promise<string> {
  return tools.scratch.write(name, await built(lines, ...args));
}

/** Keys of rwaggbag with the fields of rwuniq that group flows the same. */
const KEYS: readonly [string, string][] = [
  ["sIPv4", "sip"],
  ["dIPv4,dPort", "dip,dport"],
  ["sPort,dPort,protocol", "sport,dport,proto"],
  ["packets", "packets"],
  ["bytes,flags", "bytes,flags"],
  ["initialFlags,sessionFlags,attributes", "initialFlags,sessionFlags,attributes"],
  ["sTime", "stime"],
  ["eTime,duration", "etime,duration"],
  ["sensor,class,type", "sensor,class,type"],
  ["input,output,nhIPv4", "in,out,nhip"],
  ["application", "application"],
];

withFixtures("rwaggbag groups flows by any keys as rwuniq does", async (t) => {
  for (const [keys, fields] of KEYS) {
    const counters = "--counters=records,sum-packets,sum-bytes";
    const octets = await tools.octets("rwaggbag", [`--keys=${keys}`, counters, V4]);
    const values = "--values=records,packets,bytes";
    const expected = await tools.printed("rwuniq", [`--fields=${fields}`, values, "--no-titles", "--delimited", V4]);
    t.deepEqual((await listed(octets)).sort(), linesOf(expected).sort(), keys);
  }
});

withFixtures("rows are in the order of their keys, and titles are cut to their columns", async (t) => {
  const octets = await tools.octets("rwaggbag", ["--key=proto,dport", "--counter=sum-pack,rec", V4]);
  const [titles, first, ...rest] = linesOf(await tools.printed("rwaggbagcat", [], octets));
  t.is(titles, "pro|dPort|    sum-packets|   records|");
  t.regex(first!, /^ {2}1\| {4}0\| {2,}\d+\| +\d+\|$/);
  const pairs = [first!, ...rest].map((line) => line.split("|").map(Number));
  for (const [k, [protocol, port]] of pairs.entries())
    if (k > 0) t.true(pairs[k - 1]![0]! < protocol! || pairs[k - 1]![1]! < port!);
});

withFixtures("sum-duration adds whole seconds, icmpType and icmpCode are zero of other protocols", async (t) => {
  const octets = await tools.octets("rwaggbag", ["--keys=icmpType,icmpCode", "--counters=records,sum-dur", V4]);
  const rows = (await listed(octets)).map((line) => line.split("|").map(Number));
  const groups = await tools.printed("rwuniq", ["--fields=duration", "--values=records", "--delimited", V4]);
  const seconds = linesOf(groups)
    .slice(1)
    .map((line) => line.split("|").map(Number) as [number, number])
    .reduce((sum, [duration, records]) => sum + duration * records, 0);
  t.is(
    rows.reduce((sum, row) => sum + row[3]!, 0),
    seconds,
  );
  t.deepEqual(rows[0]!.slice(0, 2), [0, 0]);
});

withFixtures("addresses of IPv6 are 0.0.0.0 as IPv4 keys, IPv4 ones are mapped as IPv6 keys", async (t) => {
  const of = (file: string, ...args: string[]) => tools.octets("rwaggbag", ["--counters=records", ...args, file]);
  t.deepEqual(await listed(await of(V6, "--keys=sIPv4")), ["0.0.0.0|4000"]);
  t.is((await listed(await of(V6, "--keys=sIPv6"))).length, 3237);
  const mapped = await of(V4, "--keys=sIPv6");
  t.is((await listed(mapped))[0], "::ffff:10.66.30.194|1");
  t.is((await listed(mapped, "--ip-format=unmap-v6"))[0], "10.66.30.194|1");
  t.deepEqual(await listed(await of(V6, "--keys=sIPv6", "--ipv6-policy=ignore")), []);
  t.deepEqual(await listed(await of(V4, "--keys=sIPv6", "--ipv6-policy=only")), []);
});

withFixtures("countries are keys when there is a database", async (t) => {
  const database = tools.scratch.write("cc.pmap", prefixMap({ version: 1, entries: [["10.0.0.0/8", "de"]] }));
  const args = ["--keys=scc", "--counters=records", V4];
  const octets = await tools.octets("rwaggbag", [`--country-codes=${database}`, ...args]);
  t.deepEqual(
    (await listed(octets)).map((line) => line.split("|")[0]),
    ["--", "de"],
  );
  t.regex((await tools.run("rwaggbag", args)).stderr, /^rwaggbag: The key scc needs a country database/);
});

withFixtures("rwaggbag takes rwfilter's switches, and files as all flow commands do", async (t) => {
  const question = ["--keys=dPort", "--counters=records"];
  const direct = await tools.octets("rwaggbag", [...question, "--protocol=6", "--invocation-strip", V4]);
  const passed = await tools.octets("rwfilter", ["--protocol=6", "--pass=stdout", V4]);
  t.deepEqual(await tools.octets("rwaggbag", [...question, "--invocation-strip"], passed), direct);
  const listedFiles = await tools.octets("rwaggbag", [...question, "--xargs", "--filter=--protocol=6"], `${V4}\n`);
  t.deepEqual(await listed(listedFiles), await listed(direct));
});

withFixtures("what rwaggbagcat prints is what rwaggbagbuild reads", async (t) => {
  const keys = "--keys=sIPv4,sPort,protocol,flags,sTime,duration,sensor,class,type,attributes,sIPv6,icmpType,input";
  const octets = await tools.octets("rwaggbag", [keys, "--counters=records,sum-bytes,sum-duration", V4]);
  const text = await tools.printed("rwaggbagcat", [], octets);
  t.is(await tools.printed("rwaggbagcat", [], await built(text)), text);
  const numbers = ["--integer-sensors", "--integer-tcp-flags", "--timestamp-format=epoch", "--ip-format=zero-padded"];
  const asNumbers = await tools.printed("rwaggbagcat", [...numbers, "--delimited=,"], octets);
  t.is(await tools.printed("rwaggbagcat", [], await built(asNumbers, "--column-separator=,")), text);
});

test("lines become rows: comments, empty lines, titles, ignored columns, constants, sums", async (t) => {
  const text = "# a comment\n\nsIPv4|x|dPort|records|\n10.0.0.1|a|53|1|\n 10.0.0.2|b| 53|2 # twice\n10.0.0.1||53|4\n";
  const fields = "--fields=sipv4,ignore,dport,rec";
  const expected = ["10.0.0.1|53|5", "10.0.0.2|53|2"];
  t.deepEqual(await listed(await built(text, fields)), expected);
  t.deepEqual(await listed(await built(text)), expected);
  t.deepEqual(await listed(await built("53|7\n", "--fields=dport,ignore", "--constant-field=records=1")), ["53|1"]);
  const constants = ["--constant-field=protocol=17", "--constant-field=sum-bytes=10"];
  t.deepEqual(await listed(await built("53\n53\n80\n", "--fields=dport", "--no-titles", ...constants)), [
    "53|17|20",
    "80|17|10",
  ]);
  // A constant takes the place of a column that titles name.
  t.deepEqual(await listed(await built("dPort|protocol|records\n53|6|1\n", "--constant-field=protocol=17")), [
    "53|17|1",
  ]);
});

test("later files may have titles of their own, in another order, or none", async (t) => {
  const [a, b, c, d] = [
    tools.scratch.write("1.txt", "type|dPort|records\nin|53|1\n"),
    tools.scratch.write("2.txt", "records|dPort|type\n2|53|in\n"),
    tools.scratch.write("3.txt", "7|80|out\n"),
    tools.scratch.write("4.txt", "records|sPort|type\n"),
  ];
  const octets = await tools.octets("rwaggbagbuild", [a, b, c]);
  t.deepEqual(await listed(octets), ["in|53|3", "out|80|7"]);
  const { status, stderr } = await tools.run("rwaggbagbuild", [a, d], { stdin: "" });
  t.is(status, 1);
  t.regex(stderr, /4\.txt: has other fields than the input before it/);
});

test("lines that cannot be read are left out, kept, told of or final", async (t) => {
  const text = "53|1\nx|1\n80|2|3|4\n443|5\n";
  const path = tools.scratch.write("lines.txt", text);
  const fields = "--fields=dport,records";
  t.deepEqual(await listed(await built(text, fields)), ["53|1", "443|5"]);
  const verbose = await tools.run("rwaggbagbuild", [fields, "--verbose", "--bad-input-lines=bad.txt", path]);
  t.is(verbose.status, 0);
  t.deepEqual(linesOf(verbose.stderr), [
    `rwaggbagbuild: ${path}:2: Invalid dPort 'x': Unexpected character 'x'`,
    `rwaggbagbuild: ${path}:3: Too many fields: 4 instead of 2`,
  ]);
  t.is(readFileSync(join(tools.scratch.path, "bad.txt"), "utf8"), `${path}:2:x|1\n${path}:3:80|2|3|4\n`);
  const stopped = await tools.run("rwaggbagbuild", [fields, "--stop-on-error", path]);
  t.is(stopped.status, 1);
  t.is(linesOf(stopped.stderr).length, 1);
  t.deepEqual(await listed(stopped.octets), ["53|1"]);
});

test("aggregate bags are added, subtracted, limited and reduced to some fields", async (t) => {
  const titles = "sIPv4|dPort|records|sum-bytes\n";
  const a = await saved("a.aggbag", `${titles}10.0.0.1|53|1|100\n10.0.0.1|80|2|200\n10.0.0.2|53|3|300\n`);
  const b = await saved("b.aggbag", "dPort|sIPv4|sum-bytes|records\n53|10.0.0.1|150|1\n443|10.0.0.9|9|9\n");
  const made = async (...args: string[]) => listed(await tools.octets("rwaggbagtool", args));
  const added = ["10.0.0.1|53|2|250", "10.0.0.1|80|2|200", "10.0.0.2|53|3|300", "10.0.0.9|443|9|9"];
  t.deepEqual(await made("--add", a, b), added);
  t.deepEqual(await made(a, b), added);
  t.deepEqual(await made("--subtract", a, b), ["10.0.0.1|80|2|200", "10.0.0.2|53|3|300"]);
  t.deepEqual(await made("--select-fields=sipv4,records", a), ["10.0.0.1|3", "10.0.0.2|3"]);
  t.deepEqual(await made("--remove-fields=sipv4,records,sensor", a), ["53|400", "80|200"]);
  t.deepEqual(await made("--remove=dport", "--insert=dport=7", a), ["10.0.0.1|7|3|300", "10.0.0.2|7|3|300"]);
  t.deepEqual(await made("--insert=protocol=17", "--insert=dport=7", "--min-field=records=3", a), [
    "10.0.0.2|53|17|3|300",
  ]);
  t.deepEqual(await made("--min-field=dport=60", "--max-field=dport=100", a), ["10.0.0.1|80|2|200"]);
  // The last bound of a field counts; limits apply to the result.
  t.deepEqual(await made("--min-field=records=1", "--min-field=records=9", a, b), ["10.0.0.9|443|9|9"]);
  const set = tools.scratch.write("one.set", await tools.octets("rwsetbuild", [], "10.0.0.1\n"));
  t.deepEqual(await made(`--set-intersect=sipv4=${set}`, a), ["10.0.0.1|53|1|100", "10.0.0.1|80|2|200"]);
  t.deepEqual(await made(`--set-complement=sipv4=${set}`, a), ["10.0.0.2|53|3|300"]);
});

test("rows become bags and sets, after the limits", async (t) => {
  const path = await saved(
    "c.aggbag",
    "sIPv4|sIPv6|dPort|sum-bytes\n10.0.0.1|::1|53|100\n10.0.0.1|::2|80|200\n10.0.0.2|::2|80|300\n",
  );
  const bag = await tools.octets("rwaggbagtool", ["--to-bag=sipv4,sum-bytes", "--min-field=dport=80", path]);
  t.deepEqual(await tools.listed(bag), ["10.0.0.1|200", "10.0.0.2|300"]);
  t.regex(await tools.printed("rwfileinfo", ["--fields=bag", "-"], bag), /key: sIPv4 @ 4 octets; counter: sum-bytes/);
  t.deepEqual(await tools.listed(await tools.octets("rwaggbagtool", ["--to-bag=sipv6,sum-bytes", path])), [
    "::1|100",
    "::2|500",
  ]);
  const set = await tools.octets("rwaggbagtool", ["--to-ipset=sipv4", "--max-field=sum-bytes=100", path]);
  t.is(await tools.printed("rwsetcat", [], set), "10.0.0.1\n");
  const version = await tools.octets("rwaggbagtool", ["--to-ipset=sipv4", "--ipset-record-version=4", path]);
  t.is(await tools.printed("rwfileinfo", ["--fields=record-version", "--no-titles", "-"], version), "4\n");
});

test("headers keep command lines and notes, and rwfileinfo names the fields", async (t) => {
  const a = await saved("noted.aggbag", "dPort|records\n53|1\n", "--note-add=first");
  const described = await tools.printed(
    "rwfileinfo",
    ["--fields=command-lines,annotations,aggregate-bag,count-records", "-"],
    await tools.octets("rwaggbagtool", ["--note-add=second", a]),
  );
  t.regex(described, /1 {2}rwaggbagbuild --note-add=first\n +2 {2}rwaggbagtool --note-add=second/);
  t.regex(described, /annotations *\n +1 {2}first\n +2 {2}second\n {2}aggregate-bag +key: dPort; counter: records\n/);
  t.regex(described, /count-records +1\n/);
  const stripped = await tools.octets("rwaggbagtool", ["--note-strip", a]);
  t.is(await tools.printed("rwfileinfo", ["--fields=annotations", "--no-titles", "-"], stripped), "");
});

withFixtures("an aggregate bag as a table of every format has the rows of its text", async (t) => {
  const keys = "--keys=sIPv4,dIPv6,sTime,flags,attributes,sensor,class,type,bytes,duration";
  const octets = await tools.octets("rwaggbag", [keys, "--counters=records,sum-bytes", V4]);
  const names = "sipv4 dipv6 stime flags attributes sensor class type bytes duration records sum_bytes".split(" ");
  const expected = (await listed(octets, "--timestamp-format=iso", "--ip-format=unmap-v6")).map((line) => {
    const cells = line.split("|");
    cells[2] = `${cells[2]!.replace(" ", "T")}.000000Z`;
    return Object.fromEntries(names.map((name, k) => [name, cells[k]!]));
  });
  const table = (format: string) => tools.octets("rwaggbagcat", [`--output-format=${format}`, "-"], octets);
  t.deepEqual(csvTable((await table("csv")).toString()), expected);
  t.deepEqual(jsonTable((await table("json")).toString()), expected);
  t.deepEqual(arrowTable(await table("arrow")), expected);
  t.deepEqual(await parquetTable(tools.scratch.write("agg.parquet", await table("parquet"))), expected);
});

test("what cannot be done is said in SiLK's way", async (t) => {
  const a = await saved("x.aggbag", "sIPv4|dPort|records\n10.0.0.1|53|1\n");
  const b = await saved("y.aggbag", "dPort|records\n53|1\n");
  const bag = await tools.saved("some.bag", "10.0.0.1|5\n");
  const cases: readonly [string, readonly string[], RegExp][] = [
    ["rwaggbag", ["--counters=records", "-"], /^rwaggbag: The --keys switch is required/],
    ["rwaggbag", ["--keys=sport", "-"], /^rwaggbag: The --counters switch is required/],
    [
      "rwaggbag",
      ["--keys=sip", "--counters=records", "-"],
      /^rwaggbag: Invalid keys: The field 'sip' matches multiple/,
    ],
    ["rwaggbag", ["--keys=sport,sport", "--counters=records", "-"], /^rwaggbag: Invalid keys: Duplicate name 'sPort'/],
    ["rwaggbag", ["--keys=records", "--counters=records", "-"], /^rwaggbag: Invalid keys: No match was found/],
    ["rwaggbag", ["--keys=any-port", "--counters=records", "-"], /^rwaggbag: Invalid keys: No match was found/],
    [
      "rwaggbagbuild",
      ["--fields=foo,records"],
      /^rwaggbagbuild: Invalid fields: No match was found for the field 'foo'/,
    ],
    ["rwaggbagbuild", ["--fields=sport,sport,records"], /^rwaggbagbuild: Invalid fields: Duplicate name 'sPort'/],
    ["rwaggbagbuild", ["--fields=sport"], /^rwaggbagbuild: --fields: an aggregate bag needs at least one counter/],
    ["rwaggbagbuild", ["--no-titles"], /^rwaggbagbuild: The --fields switch is required when --no-titles/],
    ["rwaggbagbuild", [], /^rwaggbagbuild: No line of the input tells the fields/],
    [
      "rwaggbagbuild",
      ["--fields=sport,records", "--constant-field=records=1"],
      /^rwaggbagbuild: Invalid constant-field: The field 'records' is among --fields/,
    ],
    ["rwaggbagbuild", ["--constant-field=sport"], /^rwaggbagbuild: Invalid constant-field: Expected FIELD=VALUE/],
    ["rwaggbagbuild", ["--constant-field=sport=x"], /^rwaggbagbuild: Invalid constant-field: Unexpected character/],
    ["rwaggbagbuild", ["--column-separator=ab"], /^rwaggbagbuild: Invalid column-separator/],
    ["rwaggbagcat", [bag], /some\.bag: not an aggregate bag but a SiLK file of format FT_RWBAG/],
    ["rwaggbagcat", ["no.aggbag"], /^rwaggbagcat: Error opening file 'no.aggbag': No such file or directory/],
    ["rwaggbagtool", ["--add", "--subtract", a], /^rwaggbagtool: May only specify one of --add, --subtract/],
    [
      "rwaggbagtool",
      ["--select-fields=dport", "--to-ipset=sipv4", a],
      /^rwaggbagtool: May only specify one of --select-fields, --to-ipset/,
    ],
    ["rwaggbagtool", [a, b], /y\.aggbag: has the fields dPort,records, others have sIPv4,dPort,records/],
    ["rwaggbagtool", ["--remove-fields=dport", b], /y\.aggbag: no key field would be left/],
    ["rwaggbagtool", ["--to-bag=dport", a], /^rwaggbagtool: Invalid to-bag: Expected KEY,COUNTER/],
    ["rwaggbagtool", ["--to-bag=records,dport", a], /^rwaggbagtool: Invalid to-bag: The field records is not a key/],
    ["rwaggbagtool", ["--to-bag=sport,records", a], /^rwaggbagtool: Invalid to-bag: The field 'sPort' is not in/],
    ["rwaggbagtool", ["--to-ipset=dport", a], /^rwaggbagtool: Invalid to-ipset: The field dPort holds no addresses/],
    ["rwaggbagtool", ["--min-field=sport=1", a], /^rwaggbagtool: Invalid min-field: The field 'sPort' is not in/],
    ["rwaggbagtool", ["--insert-field=dport=70000", a], /^rwaggbagtool: Invalid insert-field: Value is above maximum/],
  ];
  for (const [name, args, expected] of cases) {
    const { status, stderr } = await tools.run(name, args, { stdin: "" });
    t.is(status, 1, `${name} ${args.join(" ")}`);
    t.regex(stderr, expected);
  }
});

test("a title that could be several fields' is an error, one of no field is a column that is not read", async (t) => {
  const { status, stderr } = await tools.run("rwaggbagbuild", [], { stdin: "dPort|icmp|records\n53|1|1\n" });
  t.is(status, 1);
  t.regex(stderr, /^rwaggbagbuild: stdin: title 'icmp': The field 'icmp' matches multiple fields/);
  t.deepEqual(await listed(await built("dPort|what|records\n53|1|2\n")), ["53|2"]);
});
