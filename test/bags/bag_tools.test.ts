import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { BagTools } from "../support/bag_tools.js";
import { linesOf } from "../support/program.js";

const tools = new BagTools();
test.after.always(() => tools.scratch.remove());

test("rwbagcat takes keys within limits and of a set, and those without counter when it shall", async (t) => {
  const bag = await tools.built("10.0.0.1|5\n10.0.0.3|7\n10.0.0.9|700\n");
  const set = tools.scratch.write("mask.set", await tools.octets("rwsetbuild", ["-"], "10.0.0.2-4\n10.0.0.9\n"));
  t.deepEqual(await tools.listed(bag, "--minkey=10.0.0.2", "--maxkey=10.0.0.3"), ["10.0.0.3|7"]);
  t.deepEqual(await tools.listed(bag, "--mincounter=6", "--maxcounter=10"), ["10.0.0.3|7"]);
  t.deepEqual(await tools.listed(bag, `--mask-set=${set}`), ["10.0.0.3|7", "10.0.0.9|700"]);
  t.deepEqual(await tools.listed(bag, "--minkey=10.0.0.1", "--maxkey=10.0.0.3", "--zero-counts"), [
    "10.0.0.1|5",
    "10.0.0.2|0",
    "10.0.0.3|7",
  ]);
  t.deepEqual(await tools.listed(bag, "--minkey=10.0.0.1", "--maxkey=10.0.0.3", "--zero-counts", "--maxcounter=6"), [
    "10.0.0.1|5",
    "10.0.0.2|0",
  ]);
  t.deepEqual(await tools.listed(bag, "--zero-counts", `--mask-set=${set}`), [
    "10.0.0.2|0",
    "10.0.0.3|7",
    "10.0.0.4|0",
    "10.0.0.9|700",
  ]);
});

test("rwbagcat sorts by counter, bins counters, and lays them out in columns", async (t) => {
  const bag = await tools.built("10.0.0.1|5\n10.0.0.3|70\n10.0.0.9|75\n10.0.0.8|5\n10.0.0.7|1234\n");
  t.deepEqual((await tools.listed(bag, "--sort-counters")).slice(0, 2), ["10.0.0.7|1234", "10.0.0.9|75"]);
  t.deepEqual((await tools.listed(bag, "--sort-counters=inc")).slice(0, 2), ["10.0.0.1|5", "10.0.0.8|5"]);
  t.deepEqual(await tools.listed(bag, "--bin-ips"), ["5|2", "70|1", "75|1", "1234|1"]);
  t.deepEqual(await tools.listed(bag, "--bin-ips=binary"), [
    "2^02 to 2^03-1|2",
    "2^06 to 2^07-1|2",
    "2^10 to 2^11-1|1",
  ]);
  t.deepEqual(await tools.listed(bag, "--bin-ips=decimal"), ["5|2", "70|1", "75|1", "1200-1299|1"]);
  t.is(await tools.printed("rwbagcat", ["--maxkey=10.0.0.1"], bag), "       10.0.0.1|                   5|\n");
  t.is(await tools.printed("rwbagcat", ["--no-columns", "--column-sep=,", "--maxkey=10.0.0.1"], bag), "10.0.0.1,5,\n");
});

test("many keys print as few do", async (t) => {
  const bag = await tools.built("10.0.0.0/18|5\n");
  const lines = linesOf(await tools.printed("rwbagcat", [], bag));
  t.is(lines.length, 16384);
  t.is(lines.at(-1), "    10.0.63.255|                   5|");
  t.is((await tools.listed(bag)).at(-1), "10.0.63.255|5");
  t.deepEqual((await tools.listed(bag, "--key-format=no-mixed")).join("\n"), (await tools.listed(bag)).join("\n"));
  const full = await tools.built("10.0.0.0/18|18446744073709551615\n");
  t.is((await tools.listed(full))[0], "10.0.0.0|18446744073709551615");
});

test("rwbagcat sums up blocks and describes counters", async (t) => {
  const bag = await tools.built("10.0.0.1|5\n10.0.0.2|7\n10.0.1.1|1\n11.0.0.1|2\n");
  t.deepEqual(await tools.listed(bag, "--network-structure=T,24"), [
    "10.0.0.0/24|12",
    "10.0.1.0/24|1",
    "11.0.0.0/24|2",
    "TOTAL|15",
  ]);
  t.deepEqual(await tools.listed(bag, "--network-structure=T/8,24"), ["TOTAL|15|4 hosts in 2 /8s and 3 /24s"]);
  const statistics = await tools.printed("rwbagcat", ["--print-statistics"], bag);
  for (const line of ["number of keys:  4", "sum of counters:  15", "minimum key:  10.0.0.1", "maximum counter:  7"])
    t.true(statistics.includes(line), line);
  await tools.printed("rwbagcat", ["--print-statistics=statistics.txt", "--bin-ips"], bag);
  t.is(readFileSync(join(tools.scratch.path, "statistics.txt"), "utf8"), statistics);
});

test("rwbagtool combines bags, limits the result, and keeps history and notes", async (t) => {
  const a = await tools.saved("a.bag", "10.0.0.1|5\n10.0.0.2|7\n", "--key-type=sipv4", "--note-add=first");
  const b = await tools.saved("b.bag", "10.0.0.2|2\n10.0.0.3|1\n", "--key-type=dipv4");
  const result = async (...args: string[]) => tools.listed(await tools.octets("rwbagtool", args));
  t.deepEqual(await result(a, b), ["10.0.0.1|5", "10.0.0.2|9", "10.0.0.3|1"]);
  t.deepEqual(await result("--subtract", a, b), ["10.0.0.1|5", "10.0.0.2|5"]);
  t.deepEqual(await result("--minimize", a, b), ["10.0.0.2|2"]);
  t.deepEqual(await result("--maximize", a, b), ["10.0.0.1|5", "10.0.0.2|7", "10.0.0.3|1"]);
  t.deepEqual(await result("--compare=gt", a, b), ["10.0.0.2|1"]);
  t.deepEqual(await result("--scalar-multiply=3", b), ["10.0.0.2|6", "10.0.0.3|3"]);
  t.deepEqual(await result("--mincounter=6", a, b), ["10.0.0.2|9"]);
  const set = tools.scratch.write("one.set", await tools.octets("rwsetbuild", ["-"], "10.0.0.2\n"));
  t.deepEqual(await result(`--intersect=${set}`, a, b), ["10.0.0.2|9"]);
  t.deepEqual(await result(`--complement-intersect=${set}`, a, b), ["10.0.0.1|5", "10.0.0.3|1"]);
  t.deepEqual(await tools.listed(await tools.octets("rwbagtool", ["--invert", a, a]), "--integer-keys"), [
    "10|1",
    "14|1",
  ]);
  const described = await tools.printed("rwfileinfo", ["-"], await tools.octets("rwbagtool", [a, b]));
  t.regex(described, /key: any-IPv4 @ 4 octets; counter: custom @ 8 octets/);
  t.is(described.match(/rwbagbuild|rwbagtool/g)?.length, 3);
  t.regex(described, /first/);
  t.is(
    await tools.printed(
      "rwfileinfo",
      ["--fields=annotations", "--no-titles", "-"],
      await tools.octets("rwbagtool", ["--note-strip", a]),
    ),
    "",
  );
});

test("what cannot be done is said in SiLK's way", async (t) => {
  const a = await tools.saved("x.bag", "10.0.0.1|5\n10.0.0.2|18446744073709551615\n");
  const b = await tools.saved("y.bag", "10.0.0.1|5\n");
  const cases: readonly [string, readonly string[], RegExp][] = [
    ["rwbagcat", ["--bin-ips", "--sort-counters", a], /^rwbagcat: May only specify one of/],
    ["rwbagcat", ["--zero-counts", a], /^rwbagcat: --zero-counts requires/],
    ["rwbagcat", ["--mincounter=5", "--maxcounter=4", a], /^rwbagcat: Minimum counter is greater than maximum: 5 > 4/],
    ["rwbagcat", ["--key-format=foo", a], /^rwbagcat: Invalid key-format: Unrecognized value 'foo'/],
    ["rwbagcat", ["--key-format=epoch", a], /^rwbagcat: Invalid key-format: May not use 'epoch'/],
    ["rwbagcat", ["no.bag"], /^rwbagcat: Error opening file 'no.bag': No such file or directory/],
    ["rwbagcat", ["--pmap-file=x", a], /^rwbagcat: Error opening file 'x': No such file/],
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
    ["rwbag", ["--bag-file=sip-pmap:x,records,z.bag", "-"], /^rwbag: The key sip-pmap needs a prefix map/],
    ["rwbag", ["--bag-file=sport,records,-", "--bag-file=dport,records,-", "-"], /using standard output/],
  ];
  for (const [name, args, expected] of cases) {
    const { status, stderr } = await tools.run(name, args, { stdin: "" });
    t.is(status, 1, args.join(" "));
    t.regex(stderr, expected);
  }
  for (const text of ["10.0.0.1|x", "10.0.0|1", "10.0.0.1|18446744073709551616", "0.0.0.0/1|1"]) {
    const { status, stderr } = await tools.run("rwbagbuild", ["--bag-input=-"], { stdin: `1|1\n${text}\n` });
    t.is(status, 1, text);
    t.regex(stderr, /^rwbagbuild: Error parsing line 2 of stdin: /);
  }
});

test("rwbagcat prints the bags before one that cannot be read", async (t) => {
  const first = await tools.saved("first.bag", "10.0.0.1|5\n");
  const { status, stdout, stderr } = await tools.run("rwbagcat", ["--no-columns", first, "missing.bag", first]);
  t.deepEqual([status, stdout], [1, "10.0.0.1|5|\n"]);
  t.regex(stderr, /^rwbagcat: Error opening file 'missing.bag'/);
});
