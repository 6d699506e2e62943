import test from "ava";
import fc from "fast-check";
import { Countries } from "../../src/query/countries.js";
import { Engine } from "../../src/query/engine.js";
import { ColumnFunctions } from "../../src/query/open_query.js";
import { prefixesOf, TupleKeys } from "../../src/query/partition/tuple_keys.js";
import { type TupleMethod, tupleCondition } from "../../src/query/partition/tuples.js";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { NO_LOOKUPS, NO_MAPS } from "../support/lookups.js";
import { linesOf } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { SilkTools } from "../support/silk_tools.js";

const scratch = new Scratch();
const tools = new SilkTools("rwtuc", "rwcut", "rwfilter");
let engine: Engine;
test.before(async () => {
  engine = await Engine.open();
  // Addresses of few blocks and few ports, so that tuples meet flows; some of IPv6, some of them at the ends of blocks.
  const address = (name: string, mix: number) => `
    (CASE WHEN hash(i + ${mix}) % 3 = 0 THEN 2306139568115548160 ELSE 0 END)::UBIGINT AS ${name}_hi,
    (CASE WHEN hash(i + ${mix}) % 3 = 0 THEN hash(i + ${mix + 1}) % 12 ELSE 281470849515520 + hash(i + ${mix + 1}) % 24 END)::UBIGINT AS ${name}_lo`;
  await engine.run(`CREATE TABLE flows AS SELECT ${address("sip", 1)}, ${address("dip", 1_000_003)},
    (hash(i + 2000003) % 20)::INTEGER AS sport, (65535 - hash(i + 3000017) % 20)::INTEGER AS dport,
    ([1, 6, 17, 255])[(hash(i + 4000037) % 4 + 1)::BIGINT]::SMALLINT AS proto FROM range(5000) t(i)`);
});
test.after.always(() => {
  engine.close();
  scratch.remove();
  tools.remove();
});

let files = 0;

/** The condition of a file, its functions declared to the engine under names of their own. */
function conditionOf(path: string, switches: Readonly<Record<string, string>>, method: TupleMethod): string {
  const functions = new ColumnFunctions();
  const addFunction = (...[parameters, compute]: Parameters<ColumnFunctions["add"]>) => {
    files += 1;
    engine.addFunction(`tuples_${files}`, parameters, compute);
    return `tuples_${files}`;
  };
  const countries = new Countries(undefined, functions.add);
  const value = (name: string) => switches[name];
  const site = new Site(TWO_WAY_SITE);
  const context = { site, countries, lookups: NO_LOOKUPS, prefixMaps: NO_MAPS, addFunction, value };
  return tupleCondition(path, context, method);
}

const ipv4 = fc
  .tuple(fc.nat(26), fc.constantFrom("", "/24", "/27", "/29", "/30", "/31", "/32", "/0"))
  .map(([last, prefix]) => `10.0.0.${last}${prefix}`);
const ipv4Range = fc.tuple(fc.nat(20), fc.nat(6)).map(([first, more]) => `10.0.0.${first}-10.0.0.${first + more}`);
const ipv6 = fc
  .tuple(fc.nat(13), fc.constantFrom("", "/64", "/120", "/126", "/127"))
  .map(([last, prefix]) => `2001:db8::${last.toString(16)}${prefix}`);
const addresses = fc
  .array(fc.oneof({ weight: 2, arbitrary: ipv4 }, ipv4Range, ipv6), { minLength: 1, maxLength: 2 })
  .map((list) => list.join(","));
const numbers = (low: number, high: number) =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: low, max: high }).map(String),
        fc
          .tuple(fc.integer({ min: low, max: high }), fc.nat(9))
          .map(([first, more]) => `${first}-${Math.min(high, first + more)}`),
        fc.integer({ min: low, max: high }).map((first) => `${first}-`),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((list) => list.join(","));

const CELLS = {
  sip: addresses,
  dip: addresses,
  sport: numbers(0, 22),
  dport: numbers(65510, 65535),
  protocol: fc.constantFrom("1", "6", "17", "6,17", "0-16", "18-", "0-255"),
} as const;

const table = fc.subarray(Object.keys(CELLS) as (keyof typeof CELLS)[], { minLength: 1 }).chain((fields) =>
  fc.record({
    fields: fc.constant(fields.join(",")),
    lines: fc.array(fc.tuple(...fields.map((each) => CELLS[each])), { maxLength: 40 }),
    direction: fc.constantFrom("forward", "reverse", "both"),
  }),
);

test("tuples that are looked up and tuples as conditions pick the same flows", async (t) => {
  let met = 0;
  await fc.assert(
    fc.asyncProperty(table, async ({ fields, lines, direction }) => {
      const path = scratch.write("tuples.txt", lines.map((cells) => `${cells.join("|")}\n`).join(""));
      const switches = { "tuple-fields": fields, "tuple-direction": direction };
      const [conditions, found] = (["conditions", "look-up"] as const).map((method) =>
        conditionOf(path, switches, method),
      );
      const [[different, passed]] = (await engine.numbers(
        `SELECT count(*) FILTER (WHERE (${conditions}) <> (${found})), count(*) FILTER (WHERE ${found}) FROM flows`,
      )) as [[number, number]];
      t.is(different, 0, `${fields} ${direction}\n${lines.join("\n")}`);
      if (passed > 0 && passed < 5000) met += 1;
    }),
    { numRuns: 60 },
  );
  t.true(met > 20, `tuples met some flows in ${met} rounds only`);
});

test("the prefixes of a range hold its numbers and no others", (t) => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(300), (low, more) => {
      const prefixes = prefixesOf(BigInt(low), BigInt(low + more), 1);
      const inside = (value: number) =>
        prefixes.filter(({ words, length }) => value >>> (32 - length) === words[0]! >>> (32 - length)).length;
      for (let value = low - 3; value <= low + more + 3; value++)
        if (value >= 0 && inside(value) !== (value >= low && value <= low + more ? 1 : 0)) return false;
      return prefixes.length <= 2 * Math.ceil(Math.log2(more + 2));
    }),
  );
  t.deepEqual(prefixesOf(0n, 2n ** 128n - 1n, 4), [{ words: [0, 0, 0, 0], length: 0 }]);
  t.pass();
});

test("a hundred thousand tuples are found, each by itself", (t) => {
  const keys = new TupleKeys(2);
  const tuple = (k: number) => [
    prefixesOf(BigInt(k * 7), BigInt(k * 7), 1)[0]!,
    prefixesOf(BigInt(k), BigInt(k), 1)[0]!,
  ];
  for (let k = 0; k < 100_000; k++) keys.add(tuple(k));
  t.is(keys.count, 100_000);
  let found = 0;
  for (let k = 0; k < 100_000; k++) {
    if (keys.has(Uint32Array.of(k * 7, k))) found += 1;
    if (keys.has(Uint32Array.of(k * 7, k + 1))) t.fail(`${k}`);
  }
  t.is(found, 100_000);
});

const TITLES = "sIP|dIP|sPort|dPort|protocol|";
const FLOWS = ["10.0.0.1|10.0.0.2|1000|53|17|", "10.0.0.2|10.0.0.1|53|1000|17|", "2001:db8::1|2001:db8::2|1001|443|6|"];
const PLAIN = ["--no-titles", "--delimited=,"];

test.serial("rwfilter takes 100,000 tuples with titles, comments and blanks, in every direction", async (t) => {
  await tools.flows("flows.rw", [TITLES, ...FLOWS]);
  const many = Array.from({ length: 100_000 }, (_, k) => `10.${k >> 16}.${(k >> 8) & 255}.${k & 255} | ${k % 65536}`);
  const lines = [
    "# hosts and ports",
    "",
    "dIP | dPort",
    ...many.filter((_, k) => k !== 1 && k !== 2),
    "10.0.0.2|53 # the server",
  ];
  tools.write("tuples.txt", `${lines.join("\n")}\n`);
  for (const [direction, ports] of [
    ["forward", "1000"],
    ["reverse", "53"],
    ["both", "1000 53"],
  ] as const) {
    const args = ["--tuple-file=tuples.txt", `--tuple-direction=${direction}`, "--fields=sport", ...PLAIN, "flows.rw"];
    const { stdout, stderr } = await tools.run("rwcut", args);
    t.is(linesOf(stdout).join(" "), ports, direction);
    t.is(stderr, "");
  }
});

test.serial("errors in tuple files name file and line; too much is refused", async (t) => {
  await tools.flows("few.rw", [TITLES, ...FLOWS]);
  for (const [text, switches, message] of [
    ["sip|sport\n1.2.3.4|80\n1.2.3.4\n", [], "tuples.bad, line 3: 1 columns instead of 2"],
    ["sip\n1.2.3.4.5\n", [], "tuples.bad, line 2: '1.2.3.4.5': "],
    ["#\nsport\n65536\n", [], "tuples.bad, line 3: '65536': Value is above maximum of 65535"],
    ["sip\n1.2.3.4-1.2.3.3\n", [], "tuples.bad, line 2: '1.2.3.4-1.2.3.3': Range is invalid"],
    ["1.2.3.4\n", [], "--tuple-file: tuples.bad has no line of titles: name its columns with --tuple-fields"],
    [`sport|dport\n${"1-65534|1-65534\n".repeat(6000)}`, [], "tuples.bad: tuples stand for too many ranges"],
    ["sip\n", ["--tuple-direction=up"], "Invalid tuple-direction: Expected forward, reverse or both"],
    ["sip\n", ["--tuple-fields=bytes"], "Invalid tuple-fields: No match was found for the field 'bytes'"],
  ] as const) {
    tools.write("tuples.bad", text);
    const { stderr, status } = await tools.run("rwfilter", [
      "--tuple-file=tuples.bad",
      ...switches,
      "--pass=stdout",
      "few.rw",
    ]);
    t.true(stderr.startsWith(`rwfilter: ${message}`), `${message}: ${stderr}`);
    t.is(status, 1);
  }
  const { stderr } = await tools.run("rwfilter", ["--tuple-file=nowhere", "--pass=stdout", "few.rw"]);
  t.is(stderr, "rwfilter: Error opening file 'nowhere': No such file or directory\n");
});

test.serial("a file of titles alone passes nothing, and columns may be named on the command line", async (t) => {
  await tools.flows("named.rw", [TITLES, ...FLOWS]);
  const ports = async (text: string, ...switches: readonly string[]) => {
    tools.write("named.txt", text);
    const { stdout } = await tools.run("rwcut", [
      "--tuple-file=named.txt",
      ...switches,
      "--fields=sport",
      ...PLAIN,
      "named.rw",
    ]);
    return linesOf(stdout).join(" ");
  };
  t.is(await ports("sip|dip\n"), "");
  t.is(await ports("10.0.0.0/31,53", "--tuple-fields=1,dport", "--tuple-delimiter=,"), "1000");
  t.is(await ports("10.0.0.2-10.0.0.9,2001:db8::1-2001:db8::1", "--tuple-fields=sip"), "53 1001");
  t.is(await ports("2001:db8::/64;1000-1001", "--tuple-fields=sip,sport", "--tuple-delimiter=;"), "1001");
});
