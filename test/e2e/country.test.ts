/** Countries of addresses in the analysis commands, and the list of their fields. */
import test from "ava";
import { mmdb } from "../support/mmdb_writer.js";
import { prefixMap } from "../support/prefix_map_writer.js";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools(
  "rwtuc",
  "rwcut",
  "rwfilter",
  "rwsort",
  "rwuniq",
  "rwstats",
  "rwcount",
  "rwfileinfo",
  "rwsiteinfo",
);
test.after.always(() => tools.remove());

const BLOCKS = [
  ["10.0.0.0/8", "us"],
  ["10.1.0.0/16", "de"],
  ["192.0.2.0/24", "a1"],
  ["2001:db8::/32", "ch"],
] as const;

test.before(async () => {
  tools.write("cc.pmap", prefixMap({ version: 5, entries: BLOCKS }));
  tools.write("cc4.pmap", prefixMap({ version: 1, byteOrder: "big", entries: BLOCKS.slice(0, 3) }));
  const entries = BLOCKS.map(([block, code]) => [block, { country: { iso_code: code.toUpperCase() } }] as const);
  tools.write("cc.mmdb", mmdb({ ipVersion: 6, recordSize: 28, entries }));
  await tools.flows("flows.rw", [
    "sIP|dIP|sPort|",
    "10.1.2.3|10.2.0.1|1|",
    "10.2.0.1|192.0.2.9|2|",
    "203.0.113.1|10.1.0.1|3|",
    "2001:db8::1|2001:db9::1|4|",
    "192.0.2.9|10.255.0.1|5|",
    "10.1.9.9|203.0.113.1|6|",
  ]);
});

const ENV = { SILK_COUNTRY_CODES: "cc.pmap" };
const PLAIN = ["--no-titles", "--delimited=,"];

test("rwcut prints countries in lower case, -- for unknown", async (t) => {
  const { stdout, stderr } = await tools.run("rwcut", ["--fields=sport,scc,19", "flows.rw"], { env: ENV });
  t.is(
    stdout,
    "sPort|scc|dcc|\n    1| de| us|\n    2| us| a1|\n    3| --| de|\n    4| ch| --|\n    5| a1| us|\n    6| de| --|\n",
  );
  t.is(stderr, "");
});

test("MaxMind databases, prefix maps, the switch and both variables give the same", async (t) => {
  const args = ["--fields=scc,dcc", "--ip-version=4", ...PLAIN, "flows.rw"];
  const expected = (await tools.run("rwcut", args, { env: ENV })).stdout;
  t.is(linesOf(expected).length, 5);
  for (const [more, env] of [
    ["--country-codes=cc.mmdb", {}],
    ["--country-codes=cc4.pmap", ENV],
    ["--country-codes=cc.mmdb", { SILK_COUNTRY_CODES: "missing" }],
    ["--no-titles", { FLOWTAP_COUNTRY_CODES: "cc.mmdb" }],
    ["--no-titles", { SILK_COUNTRY_CODES: "cc4.pmap", SILK_PATH: "/nonexistent" }],
    ["--no-titles", { SILK_COUNTRY_CODES: "cc4.pmap", FLOWTAP_COUNTRY_CODES: "missing" }],
  ] as const) {
    const { stdout, stderr } = await tools.run("rwcut", [more, ...args], { env });
    t.is(stdout, expected, more);
    t.is(stderr, "");
  }
});

test("flows are picked by countries of either end, in any case, and by --", async (t) => {
  for (const [filter, ports] of [
    ["--scc=DE", "1 6"],
    ["--scc=de,Us", "1 2 6"],
    ["--dcc=--", "4 6"],
    ["--any-cc=a1", "2 5"],
    ["--any-cc=us,ch", "1 2 4 5"],
    ["--scc=o1,a2", ""],
  ] as const) {
    const passed = await tools.run("rwfilter", [filter, "--pass=stdout", "flows.rw"], { env: ENV });
    const cut = await tools.run("rwcut", ["--fields=sport", ...PLAIN], { stdin: passed.octets });
    t.is(linesOf(cut.stdout).join(" "), ports, filter);
    const direct = await tools.run("rwcut", [filter, "--fields=sport", ...PLAIN, "flows.rw"], { env: ENV });
    t.is(direct.stdout, cut.stdout, filter);
    const nested = await tools.run("rwcut", [
      `--filter=${filter} --country-codes=cc.pmap`,
      "--fields=3",
      ...PLAIN,
      "flows.rw",
    ]);
    t.is(nested.stdout, cut.stdout, filter);
  }
});

test("rwsort, rwuniq and rwstats order and group by countries, and count different ones", async (t) => {
  const sorted = await tools.run("rwsort", ["--fields=scc,dcc", "flows.rw"], { env: ENV });
  const cut = await tools.run("rwcut", ["--fields=scc,sport", ...PLAIN], { stdin: sorted.octets, env: ENV });
  t.deepEqual(linesOf(cut.stdout), ["--,3", "a1,5", "ch,4", "de,6", "de,1", "us,2"]);
  const uniq = await tools.run("rwuniq", ["--fields=scc", "--values=records,distinct:dcc", "flows.rw"], { env: ENV });
  t.is(
    uniq.stdout,
    "scc|   Records|        dcc-Distinct|\n --|         1|                   1|\n a1|         1|                   1|\n ch|         1|                   1|\n de|         2|                   2|\n us|         1|                   1|\n",
  );
  const stats = await tools.run("rwstats", ["--fields=dcc", "--count=1", ...PLAIN, "flows.rw"], { env: ENV });
  t.deepEqual(linesOf(stats.stdout), ["--,2,33.333333,33.333333"]);
  const count = await tools.run("rwcount", ["--scc=de", "--bin-size=86400", ...PLAIN, "flows.rw"], { env: ENV });
  t.is(
    linesOf(count.stdout).reduce((sum, line) => sum + Number(line.split(",")[1]), 0),
    2,
  );
});

test("without a database, fields and switches say how to give one", async (t) => {
  for (const [name, args, wanted] of [
    ["rwcut", ["--fields=1,scc"], "The field scc"],
    ["rwsort", ["--fields=dcc"], "The field dcc"],
    ["rwuniq", ["--fields=sip", "--values=distinct:dcc"], "The field dcc"],
    ["rwfilter", ["--any-cc=us", "--pass=stdout"], "--any-cc"],
  ] as const) {
    const { stderr, stdout, status } = await tools.run(name, [...args, "flows.rw"], {
      env: { SILK_COUNTRY_CODES: "" },
    });
    t.true(
      stderr.startsWith(`${name}: ${wanted} needs a country database: give one with --country-codes=FILE or`),
      stderr,
    );
    t.is(stdout, "");
    t.is(status, 1);
  }
});

test("wrong codes and unreadable databases are one error each", async (t) => {
  const wrong = await tools.run("rwcut", ["--scc=us,xxx", "flows.rw"], { env: ENV });
  t.is(
    wrong.stderr,
    "rwcut: Invalid scc: 'xxx' is not a country code of two letters\nrwcut: Error processing --scc option: 'us,xxx'\n",
  );
  for (const [path, message] of [
    ["nowhere.mmdb", "Error opening file 'nowhere.mmdb': No such file or directory"],
    ["flows.rw", "flows.rw: not a prefix map"],
    ["rwcut", "rwcut: neither a MaxMind database nor a SiLK prefix map"],
  ] as const) {
    const { stderr, status } = await tools.run("rwcut", [`--country-codes=${path}`, "--fields=scc", "flows.rw"]);
    t.is(stderr, `rwcut: ${message}\n`);
    t.is(status, 1);
  }
});

test("countries are not among all fields, which need no database", async (t) => {
  const { stdout, status } = await tools.run("rwcut", ["--all-fields", "flows.rw"], {
    env: { SILK_COUNTRY_CODES: "" },
  });
  t.false(linesOf(stdout)[0]!.includes("scc"));
  t.is(status, 0);
});

test("--help-fields lists every field with number, aliases and meaning, without input", async (t) => {
  for (const [name, line] of [
    ["rwcut", /^ *packets +6, pkts +packets of the flow$/m],
    ["rwsort", /^ *scc +18 +country of the source/m],
    ["rwuniq", /^ *Distinct:FIELD +number of different/m],
    ["rwstats", /^ *icmpTypeCode +25 +iType and iCode$/m],
    ["rwfileinfo", /^ *7 +count-records +the number of records$/m],
    ["rwsiteinfo", /^ *describe-sensor +description of the sensor$/m],
  ] as const) {
    const { stdout, stderr, status } = await tools.run(name, ["--help-fields"]);
    t.regex(stdout, line, name);
    t.is(stderr, "");
    t.is(status, 0);
  }
});
