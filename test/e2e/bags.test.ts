import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { prefixMap } from "../support/prefix_map_writer.js";
import { type Ended, linesOf, PROGRAM, type RunOptions, runCommand } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { arrowTable, csvTable, jsonTable, parquetTable } from "../support/tables.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());
const withFixtures = testWithFixtures(test);

for (const name of ["rwbag", "rwbagbuild", "rwbagcat", "rwbagtool", "rwfileinfo", "rwsetbuild", "rwsetcat", "rwuniq"])
  symlinkSync(PROGRAM, join(scratch.path, name));
const folder = join(FIXTURES, "silk");
const BAG = join(folder, "sip-bytes-v4.bag");
const [V4, V6] = ["v4.rw", "v6.rw"].map((name) => join(folder, name)) as [string, string];
const env = { SILK_CONFIG_FILE: join(folder, "silk.conf") };

/** Runs a command by its SiLK name in the folder of the test's own files. */
function silk(name: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(join(scratch.path, name), args, { cwd: scratch.path, ...options });
}

async function octetsOf(name: string, args: readonly string[], stdin?: string | Uint8Array): Promise<Buffer> {
  const { status, octets, stderr } = await silk(name, args, { env, ...(stdin === undefined ? {} : { stdin }) });
  if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: ${status} ${stderr}`);
  return octets;
}

/** Standard output of a command that must succeed. */
async function printed(name: string, args: readonly string[], stdin?: string | Uint8Array): Promise<string> {
  return (await octetsOf(name, args, stdin)).toString();
}

const built = (lines: string, ...args: string[]) => octetsOf("rwbagbuild", ["--bag-input=-", ...args], lines);

/** Lines of rwbagcat without columns. */
const listed = async (bag: Uint8Array, ...args: string[]) =>
  linesOf(await printed("rwbagcat", ["--delimited", ...args], bag));

async function saved(name: string, lines: string, ...args: string[]): Promise<string> {
  return scratch.write(name, await built(lines, ...args));
}

withFixtures("rwbag writes the octets that SiLK writes", async (t) => {
  symlinkSync(V4, join(scratch.path, "v4.rw"));
  await printed("rwbag", ["--bag-file=sipv4,sum-bytes,sip-bytes-v4.bag", "v4.rw"]);
  t.deepEqual(readFileSync(join(scratch.path, "sip-bytes-v4.bag")), readFileSync(BAG));
});

withFixtures("rwbag makes several bags in one pass, each what rwuniq counts", async (t) => {
  const asked: readonly [string, string, string][] = [
    ["sIPv4", "sum-bytes", "sip bytes"],
    ["dIPv4", "records", "dip records"],
    ["sPort", "sum-packets", "sport packets"],
    ["sPort", "flows", "sport records"],
    ["protocol", "bytes", "proto bytes"],
    ["sensor", "records", "sensor records"],
    ["flags", "records", "flags records"],
    ["attributes", "records", "attributes records"],
    ["application", "records", "application records"],
  ];
  const files = asked.map(([key, counter], k) => `--bag-file=${key},${counter},many-${k}.bag`);
  await printed("rwbag", [...files, "-"], readFileSync(V4));
  for (const [k, [, , question]] of asked.entries()) {
    const [field, value] = question.split(" ");
    const expected = await printed("rwuniq", [
      `--fields=${field}`,
      `--values=${value}`,
      "--no-titles",
      "--delimited",
      V4,
    ]);
    const bag = readFileSync(join(scratch.path, `many-${k}.bag`));
    t.deepEqual((await listed(bag)).sort(), linesOf(expected).sort(), question);
  }
});

withFixtures(
  "rwbag of IPv6 flows has IPv6 keys, whatever the key was called, unless the policy ignores them",
  async (t) => {
    const bag = await octetsOf("rwbag", ["--bag-file=sIPv4,records,stdout", V6]);
    t.is((await listed(bag)).length, 3237);
    t.regex(
      await printed("rwfileinfo", ["--fields=bag", "-"], bag),
      /key: sIPv6 @ 16 octets; counter: records @ 8 octets/,
    );
    const none = await octetsOf("rwbag", ["--ipv6-policy=ignore", "--bag-file=sIPv6,records,stdout", V6]);
    t.regex(await printed("rwfileinfo", ["--fields=bag", "-"], none), /key: sIPv4 @ 4 octets/);
    t.deepEqual(await listed(none), []);
    const forced = await octetsOf("rwbag", ["--ipv6-policy=force", "--bag-file=sIPv4,records,stdout", V4]);
    t.regex(await printed("rwfileinfo", ["--fields=bag,count-records", "-"], forced), /3237\n.*sIPv6 @ 16 octets/);
  },
);

withFixtures("countries are keys when there is a database", async (t) => {
  const database = scratch.write("cc.pmap", prefixMap({ version: 1, entries: [["10.0.0.0/8", "de"]] }));
  const { octets, status } = await silk("rwbag", [
    "--bag-file=sip-country,records,-",
    `--country-codes=${database}`,
    V4,
  ]);
  t.is(status, 0);
  const expected = await printed("rwuniq", [
    "--fields=scc",
    `--country-codes=${database}`,
    "--no-titles",
    "--delimited",
    V4,
  ]);
  t.deepEqual(await listed(octets), linesOf(expected));
  t.regex(
    (await silk("rwbag", ["--bag-file=scc,records,-", V4])).stderr,
    /^rwbag: The key sip-country needs a country/,
  );
});

withFixtures("the switches of older releases make the same bags", async (t) => {
  const pairs = [
    ["--sip-flows", "sIPv4,records"],
    ["--dport-packets", "dPort,sum-packets"],
    ["--proto-bytes", "protocol,sum-bytes"],
    ["--nhip-flows", "nhIPv4,records"],
  ] as const;
  for (const [old, current] of pairs)
    t.deepEqual(
      await octetsOf("rwbag", [`${old}=stdout`, "--invocation-strip", V4]),
      await octetsOf("rwbag", [`--bag-file=${current},stdout`, "--invocation-strip", V4]),
    );
});

withFixtures("rwbag leaves nothing when one of its outputs cannot be written", async (t) => {
  const { status, stderr } = await silk("rwbag", [
    "--bag-file=sIPv4,records,new.bag",
    "--bag-file=dIPv4,records,no/such.bag",
    V4,
  ]);
  t.is(status, 1);
  t.regex(stderr, /no\/such\.bag/);
  t.false(existsSync(join(scratch.path, "new.bag")));
});

withFixtures("a bag as a table of every format has the keys and counters of its text", async (t) => {
  const expected = (await listed(readFileSync(BAG))).map((line) => {
    const [sipv4 = "", bytes = ""] = line.split("|");
    return { sipv4, sum_bytes: bytes };
  });
  const octets = (format: string) => octetsOf("rwbagcat", [`--output-format=${format}`, BAG]);
  t.deepEqual(csvTable((await octets("csv")).toString()), expected);
  t.deepEqual(jsonTable((await octets("json")).toString()), expected);
  t.deepEqual(arrowTable(await octets("arrow")), expected);
  t.deepEqual(await parquetTable(scratch.write("bag.parquet", await octets("parquet"))), expected);
});

test("what rwbagbuild reads, rwbagcat prints", async (t) => {
  const octet = fc.nat({ max: 255 });
  const addresses = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
  const entries = fc.uniqueArray(fc.tuple(addresses, fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })), {
    selector: ([key]) => key,
    minLength: 1,
    maxLength: 200,
  });
  await fc.assert(
    fc.asyncProperty(entries, async (all) => {
      const lines = all.map(([key, counter]) => `${key}|${counter}`);
      t.deepEqual((await listed(await built(lines.join("\n")))).sort(), lines.sort());
    }),
    { numRuns: 4 },
  );
});

test("lines may have comments, blanks, no counter, blocks, and other delimiters", async (t) => {
  const text = "# head\n\n 10.0.0.0/31 | 3 | more # tail\n10.0.0.1\n10.0.0.2|\n7|5\n";
  t.deepEqual(await listed(await built(text)), ["0.0.0.7|5", "10.0.0.0|3", "10.0.0.1|4", "10.0.0.2|1"]);
  t.deepEqual(await listed(await built("10.0.0.1,4\n", "--delimiter=,")), ["10.0.0.1|4"]);
  t.deepEqual(await listed(await built("10.0.0.1   4\n", "--delimiter= ")), ["10.0.0.1|4"]);
  t.deepEqual(await listed(await built(text, "--default-count=9")), [
    "0.0.0.7|9",
    "10.0.0.0|9",
    "10.0.0.1|18",
    "10.0.0.2|9",
  ]);
  t.deepEqual(await listed(await built("2001:db8::1|2\n10.0.0.1|3\n")), ["::ffff:10.0.0.1|3", "2001:db8::1|2"]);
  t.deepEqual(await listed(await built("2001:db8::1|2\n10.0.0.1|3\n"), "--key-format=unmap-v6"), [
    "10.0.0.1|3",
    "2001:db8::1|2",
  ]);
});

test("keys are read and printed as their type says", async (t) => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ["dport", "443|1", "", ["443|1"]],
    ["dport", "443|1", "hexadecimal", ["1bb|1"]],
    ["flags", "SA|2", "", ["SA|2"]],
    ["flags", "SA|2", "decimal", ["18|2"]],
    ["attributes", "TF|2", "", ["TF|2"]],
    ["scc", "de|5\n--|1", "", ["--|1", "de|5"]],
    ["stime", "2026/11/21:08:00:01.9|5", "", ["2026/11/21T08:00:01|5"]],
    ["stime", "2026/11/21:08:00:01|5", "epoch", ["1795248001|5"]],
    ["stime", "2026/11/21:08:00:01|5", "iso-time", ["2026-11-21 08:00:01|5"]],
    ["duration", "77|5", "", ["77|5"]],
    ["sipv6", "10.1.2.3|5", "", ["10.1.2.3|5"]],
    ["sipv4", "10.1.2.3|5", "zero-padded", ["010.001.002.003|5"]],
    ["sipv4", "10.1.2.3|5", "decimal", ["167838211|5"]],
    ["sipv4", "10.1.2.3|5", "map-v4", ["::ffff:10.1.2.3|5"]],
  ];
  for (const [type, text, format, expected] of cases) {
    const args = format === "" ? [] : [`--key-format=${format}`];
    t.deepEqual(await listed(await built(text, `--key-type=${type}`), ...args), expected, `${type} ${format}`);
  }
});

test("a set becomes a bag, and a bag's keys a set again", async (t) => {
  const set = await octetsOf("rwsetbuild", ["-"], "10.0.0.0/30\n2001:db8::1\n");
  const bag = await octetsOf("rwbagbuild", ["--set-input=-", "--default-count=6"], set);
  t.deepEqual((await listed(bag, "--key-format=unmap-v6")).slice(-2), ["10.0.0.3|6", "2001:db8::1|6"]);
  const back = await octetsOf("rwbagtool", ["--coverset"], bag);
  t.is(await printed("rwsetcat", [], back), await printed("rwsetcat", [], set));
});

test("rwbagcat takes keys within limits and of a set, and those without counter when it shall", async (t) => {
  const bag = await built("10.0.0.1|5\n10.0.0.3|7\n10.0.0.9|700\n");
  const set = scratch.write("mask.set", await octetsOf("rwsetbuild", ["-"], "10.0.0.2-4\n10.0.0.9\n"));
  t.deepEqual(await listed(bag, "--minkey=10.0.0.2", "--maxkey=10.0.0.3"), ["10.0.0.3|7"]);
  t.deepEqual(await listed(bag, "--mincounter=6", "--maxcounter=10"), ["10.0.0.3|7"]);
  t.deepEqual(await listed(bag, `--mask-set=${set}`), ["10.0.0.3|7", "10.0.0.9|700"]);
  t.deepEqual(await listed(bag, "--minkey=10.0.0.1", "--maxkey=10.0.0.3", "--zero-counts"), [
    "10.0.0.1|5",
    "10.0.0.2|0",
    "10.0.0.3|7",
  ]);
  t.deepEqual(await listed(bag, "--minkey=10.0.0.1", "--maxkey=10.0.0.3", "--zero-counts", "--maxcounter=6"), [
    "10.0.0.1|5",
    "10.0.0.2|0",
  ]);
  t.deepEqual(await listed(bag, "--zero-counts", `--mask-set=${set}`), [
    "10.0.0.2|0",
    "10.0.0.3|7",
    "10.0.0.4|0",
    "10.0.0.9|700",
  ]);
});

test("rwbagcat sorts by counter, bins counters, and lays them out in columns", async (t) => {
  const bag = await built("10.0.0.1|5\n10.0.0.3|70\n10.0.0.9|75\n10.0.0.8|5\n10.0.0.7|1234\n");
  t.deepEqual((await listed(bag, "--sort-counters")).slice(0, 2), ["10.0.0.7|1234", "10.0.0.9|75"]);
  t.deepEqual((await listed(bag, "--sort-counters=inc")).slice(0, 2), ["10.0.0.1|5", "10.0.0.8|5"]);
  t.deepEqual(await listed(bag, "--bin-ips"), ["5|2", "70|1", "75|1", "1234|1"]);
  t.deepEqual(await listed(bag, "--bin-ips=binary"), ["2^02 to 2^03-1|2", "2^06 to 2^07-1|2", "2^10 to 2^11-1|1"]);
  t.deepEqual(await listed(bag, "--bin-ips=decimal"), ["5|2", "70|1", "75|1", "1200-1299|1"]);
  t.is(await printed("rwbagcat", ["--maxkey=10.0.0.1"], bag), "       10.0.0.1|                   5|\n");
  t.is(await printed("rwbagcat", ["--no-columns", "--column-sep=,", "--maxkey=10.0.0.1"], bag), "10.0.0.1,5,\n");
});

test("many keys print as few do", async (t) => {
  const bag = await built("10.0.0.0/18|5\n");
  const lines = linesOf(await printed("rwbagcat", [], bag));
  t.is(lines.length, 16384);
  t.is(lines.at(-1), "    10.0.63.255|                   5|");
  t.is((await listed(bag)).at(-1), "10.0.63.255|5");
  t.deepEqual((await listed(bag, "--key-format=no-mixed")).join("\n"), (await listed(bag)).join("\n"));
  const full = await built("10.0.0.0/18|18446744073709551615\n");
  t.is((await listed(full))[0], "10.0.0.0|18446744073709551615");
});

test("rwbagcat sums up blocks and describes counters", async (t) => {
  const bag = await built("10.0.0.1|5\n10.0.0.2|7\n10.0.1.1|1\n11.0.0.1|2\n");
  t.deepEqual(await listed(bag, "--network-structure=T,24"), [
    "10.0.0.0/24|12",
    "10.0.1.0/24|1",
    "11.0.0.0/24|2",
    "TOTAL|15",
  ]);
  t.deepEqual(await listed(bag, "--network-structure=T/8,24"), ["TOTAL|15|4 hosts in 2 /8s and 3 /24s"]);
  const statistics = await printed("rwbagcat", ["--print-statistics"], bag);
  for (const line of ["number of keys:  4", "sum of counters:  15", "minimum key:  10.0.0.1", "maximum counter:  7"])
    t.true(statistics.includes(line), line);
  await printed("rwbagcat", ["--print-statistics=statistics.txt", "--bin-ips"], bag);
  t.is(readFileSync(join(scratch.path, "statistics.txt"), "utf8"), statistics);
});

test("rwbagtool combines bags, limits the result, and keeps history and notes", async (t) => {
  const a = await saved("a.bag", "10.0.0.1|5\n10.0.0.2|7\n", "--key-type=sipv4", "--note-add=first");
  const b = await saved("b.bag", "10.0.0.2|2\n10.0.0.3|1\n", "--key-type=dipv4");
  const result = async (...args: string[]) => listed(await octetsOf("rwbagtool", args));
  t.deepEqual(await result(a, b), ["10.0.0.1|5", "10.0.0.2|9", "10.0.0.3|1"]);
  t.deepEqual(await result("--subtract", a, b), ["10.0.0.1|5", "10.0.0.2|5"]);
  t.deepEqual(await result("--minimize", a, b), ["10.0.0.2|2"]);
  t.deepEqual(await result("--maximize", a, b), ["10.0.0.1|5", "10.0.0.2|7", "10.0.0.3|1"]);
  t.deepEqual(await result("--compare=gt", a, b), ["10.0.0.2|1"]);
  t.deepEqual(await result("--scalar-multiply=3", b), ["10.0.0.2|6", "10.0.0.3|3"]);
  t.deepEqual(await result("--mincounter=6", a, b), ["10.0.0.2|9"]);
  const set = scratch.write("one.set", await octetsOf("rwsetbuild", ["-"], "10.0.0.2\n"));
  t.deepEqual(await result(`--intersect=${set}`, a, b), ["10.0.0.2|9"]);
  t.deepEqual(await result(`--complement-intersect=${set}`, a, b), ["10.0.0.1|5", "10.0.0.3|1"]);
  t.deepEqual(await listed(await octetsOf("rwbagtool", ["--invert", a, a]), "--integer-keys"), ["10|1", "14|1"]);
  const described = await printed("rwfileinfo", ["-"], await octetsOf("rwbagtool", [a, b]));
  t.regex(described, /key: any-IPv4 @ 4 octets; counter: custom @ 8 octets/);
  t.is(described.match(/rwbagbuild|rwbagtool/g)?.length, 3);
  t.regex(described, /first/);
  t.is(
    await printed(
      "rwfileinfo",
      ["--fields=annotations", "--no-titles", "-"],
      await octetsOf("rwbagtool", ["--note-strip", a]),
    ),
    "",
  );
});

test("what cannot be done is said in SiLK's way", async (t) => {
  const a = await saved("x.bag", "10.0.0.1|5\n10.0.0.2|18446744073709551615\n");
  const b = await saved("y.bag", "10.0.0.1|5\n");
  const cases: readonly [string, readonly string[], RegExp][] = [
    ["rwbagcat", ["--bin-ips", "--sort-counters", a], /^rwbagcat: May only specify one of/],
    ["rwbagcat", ["--zero-counts", a], /^rwbagcat: --zero-counts requires/],
    ["rwbagcat", ["--mincounter=5", "--maxcounter=4", a], /^rwbagcat: Minimum counter is greater than maximum: 5 > 4/],
    ["rwbagcat", ["--key-format=foo", a], /^rwbagcat: Invalid key-format: Unrecognized value 'foo'/],
    ["rwbagcat", ["--key-format=epoch", a], /^rwbagcat: Invalid key-format: May not use 'epoch'/],
    ["rwbagcat", ["no.bag"], /^rwbagcat: Error opening file 'no.bag': No such file or directory/],
    ["rwbagcat", ["--pmap-file=x", a], /^rwbagcat: --pmap-file is not supported/],
    ["rwbagtool", ["--divide", a, b], /^rwbagtool: Error when dividing bag '.*y\.bag': A key of the dividend/],
    ["rwbagtool", ["--divide", a], /^rwbagtool: The --divide switch requires exactly 2 bags, not 1/],
    ["rwbagtool", ["--add", a, a], /^rwbagtool: Error when adding bag '.*x\.bag': Counter overflow/],
    ["rwbagtool", ["--add", "--divide", a], /^rwbagtool: May only specify one of --add, --divide/],
    ["rwbagtool", ["--compare=xx", a, b], /^rwbagtool: Invalid compare: Expected one of lt, le, eq, ge, gt/],
    ["rwbagbuild", [], /^rwbagbuild: Either the --set-input or --bag-input switch is required/],
    ["rwbagbuild", ["--bag-input=-", "--key-type=foo"], /^rwbagbuild: Invalid key-type: No match was found/],
    ["rwbag", [], /^rwbag: No output bags were requested/],
    [
      "rwbag",
      ["--bag-file=foo,records,z.bag", "-"],
      /^rwbag: Invalid bag-file: No match was found for the field 'foo'/,
    ],
    ["rwbag", ["--bag-file=sip-pmap:x,records,z.bag", "-"], /^rwbag: Invalid bag-file: Prefix maps/],
    ["rwbag", ["--bag-file=sport,records,-", "--bag-file=dport,records,-", "-"], /using standard output/],
  ];
  for (const [name, args, expected] of cases) {
    const { status, stderr } = await silk(name, args, { stdin: "" });
    t.is(status, 1, args.join(" "));
    t.regex(stderr, expected);
  }
  for (const text of ["10.0.0.1|x", "10.0.0|1", "10.0.0.1|18446744073709551616", "0.0.0.0/1|1"]) {
    const { status, stderr } = await silk("rwbagbuild", ["--bag-input=-"], { stdin: `1|1\n${text}\n` });
    t.is(status, 1, text);
    t.regex(stderr, /^rwbagbuild: Error parsing line 2 of stdin: /);
  }
});
