import test from "ava";
import fc from "fast-check";
import { BagTools } from "../support/bag_tools.js";

const tools = new BagTools();
test.after.always(() => tools.scratch.remove());

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
      t.deepEqual((await tools.listed(await tools.built(lines.join("\n")))).sort(), lines.sort());
    }),
    { numRuns: 4 },
  );
});

test("lines may have comments, blanks, no counter, blocks, and other delimiters", async (t) => {
  const text = "# head\n\n 10.0.0.0/31 | 3 | more # tail\n10.0.0.1\n10.0.0.2|\n7|5\n";
  t.deepEqual(await tools.listed(await tools.built(text)), ["0.0.0.7|5", "10.0.0.0|3", "10.0.0.1|4", "10.0.0.2|1"]);
  t.deepEqual(await tools.listed(await tools.built("10.0.0.1,4\n", "--delimiter=,")), ["10.0.0.1|4"]);
  t.deepEqual(await tools.listed(await tools.built("10.0.0.1   4\n", "--delimiter= ")), ["10.0.0.1|4"]);
  t.deepEqual(await tools.listed(await tools.built(text, "--default-count=9")), [
    "0.0.0.7|9",
    "10.0.0.0|9",
    "10.0.0.1|18",
    "10.0.0.2|9",
  ]);
  t.deepEqual(await tools.listed(await tools.built("2001:db8::1|2\n10.0.0.1|3\n")), [
    "::ffff:10.0.0.1|3",
    "2001:db8::1|2",
  ]);
  t.deepEqual(await tools.listed(await tools.built("2001:db8::1|2\n10.0.0.1|3\n"), "--key-format=unmap-v6"), [
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
    t.deepEqual(
      await tools.listed(await tools.built(text, `--key-type=${type}`), ...args),
      expected,
      `${type} ${format}`,
    );
  }
});

test("a set becomes a bag, and a bag's keys a set again", async (t) => {
  const set = await tools.octets("rwsetbuild", ["-"], "10.0.0.0/30\n2001:db8::1\n");
  const bag = await tools.octets("rwbagbuild", ["--set-input=-", "--default-count=6"], set);
  t.deepEqual((await tools.listed(bag, "--key-format=unmap-v6")).slice(-2), ["10.0.0.3|6", "2001:db8::1|6"]);
  const back = await tools.octets("rwbagtool", ["--coverset"], bag);
  t.is(await tools.printed("rwsetcat", [], back), await tools.printed("rwsetcat", [], set));
});

test("tables have keys of every type as other programs want them", async (t) => {
  const cases: readonly [string, string, string][] = [
    ["stime", "2026/11/21:08:00:01|5", '{"stime":"2026-11-21T08:00:01.000000Z","counter":5}'],
    ["flags", "SA|2", '{"flags":"SA","counter":2}'],
    ["attributes", "TF|2", '{"attributes":"TF","counter":2}'],
    ["scc", "de|7", '{"sip_country":"de","counter":7}'],
    ["dport", "443|1", '{"dport":443,"counter":1}'],
    ["sensor", "S1|1", '{"sensor":"S1","counter":1}'],
    ["custom", "10.0.0.1|1", '{"key":"10.0.0.1","counter":1}'],
    ["sipv6", "2001:db8::1|9", '{"sipv6":"2001:db8::1","counter":9}'],
  ];
  tools.scratch.write("silk.conf", "version 1\nsensor 1 S1\nclass all\n sensors S1\n type 0 in\nend class\n");
  const site = { env: { SILK_CONFIG_FILE: "silk.conf" } };
  for (const [type, text, expected] of cases) {
    const bag = await tools.run("rwbagbuild", ["--bag-input=-", `--key-type=${type}`], { ...site, stdin: text });
    const table = await tools.run("rwbagcat", ["--output-format=json"], { ...site, stdin: bag.octets });
    t.deepEqual([table.stderr, table.stdout], ["", `${expected}\n`], type);
  }
  const sorted = await tools.built("10.0.0.1|1\n10.0.0.2|9\n", "--key-type=sipv4");
  t.is(
    await tools.printed("rwbagcat", ["--output-format=csv", "--sort-counters"], sorted),
    "sipv4,counter\n10.0.0.2,9\n10.0.0.1,1\n",
  );
  const huge = await tools.built("10.0.0.1|9223372036854775808\n");
  const { status, stderr } = await tools.run("rwbagcat", ["--output-format=json"], { stdin: huge });
  t.deepEqual([status, stderr], [1, "rwbagcat: --output-format=json: a counter is above 9223372036854775807\n"]);
});
