import { existsSync, readFileSync, symlinkSync } from "node:fs";
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
const BAG = join(folder, "sip-bytes-v4.bag");
const [V4, V6] = ["v4.rw", "v6.rw"].map((name) => join(folder, name)) as [string, string];

withFixtures("rwbag writes the octets that SiLK writes", async (t) => {
  symlinkSync(V4, join(tools.scratch.path, "v4.rw"));
  await tools.printed("rwbag", ["--bag-file=sipv4,sum-bytes,sip-bytes-v4.bag", "v4.rw"]);
  t.deepEqual(readFileSync(join(tools.scratch.path, "sip-bytes-v4.bag")), readFileSync(BAG));
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
  await tools.printed("rwbag", [...files, "-"], readFileSync(V4));
  for (const [k, [, , question]] of asked.entries()) {
    const [field, value] = question.split(" ");
    const expected = await tools.printed("rwuniq", [
      `--fields=${field}`,
      `--values=${value}`,
      "--no-titles",
      "--delimited",
      V4,
    ]);
    const bag = readFileSync(join(tools.scratch.path, `many-${k}.bag`));
    t.deepEqual((await tools.listed(bag)).sort(), linesOf(expected).sort(), question);
  }
});

withFixtures(
  "rwbag of IPv6 flows has IPv6 keys, whatever the key was called, unless the policy ignores them",
  async (t) => {
    const bag = await tools.octets("rwbag", ["--bag-file=sIPv4,records,stdout", V6]);
    t.is((await tools.listed(bag)).length, 3237);
    t.regex(
      await tools.printed("rwfileinfo", ["--fields=bag", "-"], bag),
      /key: sIPv6 @ 16 octets; counter: records @ 8 octets/,
    );
    const none = await tools.octets("rwbag", ["--ipv6-policy=ignore", "--bag-file=sIPv6,records,stdout", V6]);
    t.regex(await tools.printed("rwfileinfo", ["--fields=bag", "-"], none), /key: sIPv4 @ 4 octets/);
    t.deepEqual(await tools.listed(none), []);
    const forced = await tools.octets("rwbag", ["--ipv6-policy=force", "--bag-file=sIPv4,records,stdout", V4]);
    t.regex(
      await tools.printed("rwfileinfo", ["--fields=bag,count-records", "-"], forced),
      /3237\n.*sIPv6 @ 16 octets/,
    );
  },
);

withFixtures("countries are keys when there is a database", async (t) => {
  const database = tools.scratch.write("cc.pmap", prefixMap({ version: 1, entries: [["10.0.0.0/8", "de"]] }));
  const { octets, status } = await tools.run("rwbag", [
    "--bag-file=sip-country,records,-",
    `--country-codes=${database}`,
    V4,
  ]);
  t.is(status, 0);
  const expected = await tools.printed("rwuniq", [
    "--fields=scc",
    `--country-codes=${database}`,
    "--no-titles",
    "--delimited",
    V4,
  ]);
  t.deepEqual(await tools.listed(octets), linesOf(expected));
  t.regex(
    (await tools.run("rwbag", ["--bag-file=scc,records,-", V4])).stderr,
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
      await tools.octets("rwbag", [`${old}=stdout`, "--invocation-strip", V4]),
      await tools.octets("rwbag", [`--bag-file=${current},stdout`, "--invocation-strip", V4]),
    );
});

withFixtures("rwbag leaves nothing when one of its outputs cannot be written", async (t) => {
  const { status, stderr } = await tools.run("rwbag", [
    "--bag-file=sIPv4,records,new.bag",
    "--bag-file=dIPv4,records,no/such.bag",
    V4,
  ]);
  t.is(status, 1);
  t.regex(stderr, /no\/such\.bag/);
  t.false(existsSync(join(tools.scratch.path, "new.bag")));
});

withFixtures("a bag as a table of every format has the keys and counters of its text", async (t) => {
  const expected = (await tools.listed(readFileSync(BAG))).map((line) => {
    const [sipv4 = "", bytes = ""] = line.split("|");
    return { sipv4, sum_bytes: bytes };
  });
  const octets = (format: string) => tools.octets("rwbagcat", [`--output-format=${format}`, BAG]);
  t.deepEqual(csvTable((await octets("csv")).toString()), expected);
  t.deepEqual(jsonTable((await octets("json")).toString()), expected);
  t.deepEqual(arrowTable(await octets("arrow")), expected);
  t.deepEqual(await parquetTable(tools.scratch.write("bag.parquet", await octets("parquet"))), expected);
});
