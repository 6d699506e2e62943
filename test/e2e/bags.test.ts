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

const NETS = "map-name nets\nmode ipv4\n10.0.0.0/9 left, inside\n10.128.0.0/9 right\n";
const SERVICES = "map-name svc\nmode proto-port\n6/80 6/81 web\n17 UDP\n";

/** Makes a prefix map of text and returns its path. */
async function map(name: string, text: string): Promise<string> {
  return tools.scratch.write(name, await tools.octets("rwpmapbuild", ["--input-path=-"], text));
}

withFixtures("labels are keys of rwbag, counted as rwuniq counts them", async (t) => {
  const maps = [`--pmap-file=${await map("n.pmap", NETS)}`, `--pmap-file=${await map("s.pmap", SERVICES)}`] as const;
  const files = [
    ["sip-pmap:nets", "src-nets", maps[0]],
    ["dip-pmap:NETS", "dst-nets", maps[0]],
    ["sport-pmap:svc", "src-svc", maps[1]],
    ["dport-pmap:svc", "dst-svc", maps[1]],
  ] as const;
  const outputs = files.map(([key], k) => `--bag-file=${key},sum-bytes,labels-${k}.bag`);
  await tools.printed("rwbag", [...maps, ...outputs, V4]);
  for (const [k, [, field, pmap]] of files.entries()) {
    const bag = readFileSync(join(tools.scratch.path, `labels-${k}.bag`));
    const args = [pmap, `--fields=${field}`, "--values=bytes", "--no-titles", "--delimited", V4];
    t.deepEqual(await tools.listed(bag, pmap), linesOf(await tools.printed("rwuniq", args)), field);
    // Without the map the numbers of the labels are printed, in the same order.
    const numbers = (await tools.listed(bag)).map((line) => Number(line.split("|")[0]));
    t.is(numbers.at(-1), 0x7fff_ffff);
    t.deepEqual(await tools.listed(bag, pmap, "--key-format=decimal"), await tools.listed(bag));
    const table = jsonTable(await tools.printed("rwbagcat", [pmap, "--output-format=json", "-"], bag));
    t.deepEqual(
      table.map((row) => Object.values(row).join("|")),
      await tools.listed(bag, pmap),
    );
  }
  const alone = await tools.octets("rwbag", [maps[0], "--bag-file=sip-pmap,sum-bytes,stdout", V4]);
  t.deepEqual(await tools.listed(alone), await tools.listed(readFileSync(join(tools.scratch.path, "labels-0.bag"))));
});

test("rwbagbuild looks keys up in a map, and reads the labels that rwbagcat prints", async (t) => {
  const nets = `--pmap-file=${await map("nets.pmap", NETS)}`;
  const svc = `--pmap-file=some:${await map("svc.pmap", SERVICES)}`;
  const of = async (lines: string, type: string, pmap: string, ...args: string[]) =>
    tools.listed(await tools.built(lines, `--key-type=${type}`, pmap, ...args), pmap);
  const labelled = ["left, inside|6", "right|2", "UNKNOWN|1"];
  t.deepEqual(await of("10.0.0.1|5\n10.1.2.3\n10.200.0.1|2\n::1\n", "any-ip-pmap", nets), labelled);
  t.deepEqual(await of(`${labelled.join("\n")}\n`, "sip-pmap", nets), labelled);
  const ports = ["web|12", "UDP|1", "UNKNOWN|3"];
  t.deepEqual(await of("6|80|5\n6 | 81 | 7\n17|53\n1|0|3\n", "dport-pmap", svc), ports);
  t.deepEqual(await of("6/80|5\n6/81|7\n17/53\n1/0|3\n", "sport-pmap", svc, "--proto-port-delimiter=/"), ports);
  t.deepEqual(await of(`${ports.join("\n")}\n`, "any-port-pmap", svc), ports);
});

test("of a set, rwbagbuild counts the addresses of each label or country", async (t) => {
  const nets = `--pmap-file=${await map("set.pmap", NETS)}`;
  const set = await tools.octets("rwsetbuild", [], "10.1.0.0/24\n10.200.0.0/30\n192.0.2.1\n2001:db8::1\n");
  const bag = await tools.octets("rwbagbuild", ["--set-input=-", "--key-type=sip-pmap", nets], set);
  t.deepEqual(await tools.listed(bag, nets), ["left, inside|256", "right|4", "UNKNOWN|2"]);
  const database = tools.scratch.write("set-cc.pmap", prefixMap({ version: 1, entries: [["10.0.0.0/8", "de"]] }));
  const countries = await tools.run("rwbagbuild", ["--set-input=-", "--key-type=sip-country", "--default-count=2"], {
    stdin: set,
    env: { SILK_COUNTRY_CODES: database },
  });
  t.deepEqual(await tools.listed(countries.octets), ["--|4", "de|520"]);
  const looked = await tools.run("rwbagbuild", ["--bag-input=-", "--key-type=any-country"], {
    stdin: "10.0.0.1|5\nfr|1\n",
    env: { SILK_COUNTRY_CODES: database },
  });
  t.deepEqual(await tools.listed(looked.octets), ["de|5", "fr|1"]);
});

test("keys that are labels need a map that fits", async (t) => {
  const nets = `--pmap-file=${await map("fit.pmap", NETS)}`;
  const svc = `--pmap-file=${await map("fit-svc.pmap", SERVICES)}`;
  const bag = tools.scratch.write("fit.bag", await tools.built("web|1\n", "--key-type=sport-pmap", svc));
  const cases: readonly [string, readonly string[], RegExp][] = [
    ["rwbag", ["--bag-file=sip-pmap,records,-", "-"], /^rwbag: The key sip-pmap needs a prefix map: give one/],
    ["rwbag", [nets, svc, "--bag-file=sip-pmap,records,-", "-"], /^rwbag: The key sip-pmap needs the name of one/],
    ["rwbag", [nets, "--bag-file=sip-pmap:x,records,-", "-"], /^rwbag: The key sip-pmap names the prefix map 'x'/],
    ["rwbag", [nets, "--bag-file=sport-pmap,records,-", "-"], /needs a prefix map of protocols and ports, not /],
    ["rwbagbuild", ["--bag-input=-", "--key-type=sip-pmap"], /^rwbagbuild: The --pmap-file switch is required/],
    ["rwbagbuild", ["--bag-input=-", "--key-type=dip-pmap", svc], /a map of protocols and ports, but keys of type dip/],
    [
      "rwbagbuild",
      ["--set-input=-", "--key-type=sport-pmap", svc],
      /Cannot use --key-type=sport-pmap with --set-input/,
    ],
    ["rwbagcat", [nets, bag], /a map of addresses, but keys of type sport-pmap need one of protocols and ports/],
    ["rwbagcat", [`--pmap-file=${bag}`, bag], /not a prefix map/],
  ];
  for (const [name, args, expected] of cases) {
    const { status, stderr } = await tools.run(name, args, { stdin: "" });
    t.is(status, 1, `${name} ${args.join(" ")}`);
    t.regex(stderr, expected);
  }
  const wrong = await tools.run("rwbagbuild", ["--bag-input=-", "--key-type=sport-pmap", svc], { stdin: "ssh|1\n" });
  t.regex(wrong.stderr, /^rwbagbuild: Error parsing line 1 of stdin: 'ssh' is neither a label nor a protocol/);
});
