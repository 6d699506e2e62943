/** rwtotal and rwaddrcount on a few flows whose sums can be done by hand. */
import test from "ava";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwtuc", "rwtotal", "rwaddrcount", "rwsetcat", "rwcat");
test.after.always(() => tools.remove());

/** Three flows of two sources, one of IPv6. */
const FLOWS = [
  "sip|dip|sport|dport|proto|packets|bytes|stime|dur",
  "10.1.2.3|192.0.2.1|1000|80|6|10|1000|2026/01/01T00:00:00.500|4.9",
  "10.1.9.9|192.0.2.1|1001|80|6|20|17000000|2026/01/01T00:01:00|0",
  "10.1.2.3|192.0.2.2|8|769|1|3|300|2026/01/01T01:00:00|61",
  "2001:db8::1|2001:db8::2|1002|443|6|5|500|2026/01/01T00:00:00|1",
];

test.before(async () => {
  await tools.flows("flows.rw", FLOWS);
});

async function lines(name: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, status } = await tools.run(name, [...args, "flows.rw"]);
  if (status !== 0 || stderr !== "") throw new Error(stderr);
  return linesOf(stdout);
}

test("rwtotal prints every value that a key can have, empty ones too", async (t) => {
  const rows = await lines("rwtotal", "--proto", "--delimited", "--no-titles");
  t.is(rows.length, 256);
  t.is(rows[0], "0|0|0|0");
  t.is(rows[1], "1|1|300|3");
  t.is(rows[6], "6|3|17001500|35");
});

test("rwtotal leaves out IPv6 flows where the key is part of an IPv4 address", async (t) => {
  const rows = await lines("rwtotal", "--sip-last-16", "--skip-zeroes", "--no-titles");
  t.deepEqual(rows, [
    "      2.  3|              2|                1300|               13|",
    "      9.  9|              1|            17000000|               20|",
  ]);
});

test("rwtotal counts what is beyond the last bin there", async (t) => {
  const rows = await lines("rwtotal", "--bytes", "--skip-zeroes", "--delimited=,");
  t.deepEqual(rows, [
    "bytes,Records,Bytes,Packets",
    "300,1,300,3",
    "500,1,500,5",
    "1000,1,1000,10",
    "16777215,1,17000000,20",
  ]);
});

test("rwtotal takes whole seconds for durations, and type and code for ICMP", async (t) => {
  t.deepEqual(await lines("rwtotal", "--duration", "--skip", "--delim", "--no-title"), [
    "0|1|17000000|20",
    "1|1|500|5",
    "4|1|1000|10",
    "61|1|300|3",
  ]);
  t.true((await lines("rwtotal", "--icmp-code", "--skip", "--delim", "--no-title")).includes("769|1|300|3"));
});

test("rwtotal prints bins within the limits, and their sums", async (t) => {
  const rows = await lines("rwtotal", "--dport", "--min-bytes=400", "--max-packets=10", "--summation", "--delim");
  t.deepEqual(rows, ["dPort|Records|Bytes|Packets", "443|1|500|5", "TOTALS|1|500|5"]);
});

test("rwtotal wants one key", async (t) => {
  for (const keys of [[], ["--sport", "--dport"]]) {
    const { status, stdout, stderr } = await tools.run("rwtotal", [...keys, "flows.rw"]);
    t.is(status, 1);
    t.is(stdout, "");
    t.regex(stderr, /^rwtotal: .*key/);
  }
});

test("rwtotal takes rwfilter's conditions, and prints tables for other programs", async (t) => {
  const rows = await lines("rwtotal", "--sport", "--protocol=6", "--output-format=csv");
  t.deepEqual(rows, ["key_sport,records,bytes,packets", "1000,1,1000,10", "1001,1,17000000,20", "1002,1,500,5"]);
});

test("rwaddrcount sums up each IPv4 source, from its first second to its last", async (t) => {
  t.deepEqual(await lines("rwaddrcount", "--print-recs", "--sort-ips", "--delimited"), [
    "sIP|Bytes|Packets|Records|Start_Time|End_Time",
    "10.1.2.3|1300|13|2|2026/01/01T00:00:00|2026/01/01T01:01:01",
    "10.1.9.9|17000000|20|1|2026/01/01T00:01:00|2026/01/01T00:01:00",
  ]);
});

test("rwaddrcount sums up destinations, and those within limits apart", async (t) => {
  t.deepEqual(await lines("rwaddrcount", "--print-stat", "--use-dest", "--max-bytes=300"), [
    "          |  dIP_Uniq|               Bytes|        Packets|        Records|",
    "     Total|         2|            17001300|             33|              3|",
    "Qualifying|         1|                 300|              3|              1|",
  ]);
});

test("rwaddrcount writes the set of addresses that it prints", async (t) => {
  const rows = await lines("rwaddrcount", "--print-ips", "--rec-min=2", "--no-titles", "--set-file=often.set");
  t.deepEqual(rows, ["       10.1.2.3|"]);
  t.is((await tools.run("rwsetcat", ["often.set"])).stdout, "10.1.2.3\n");
});

test("rwaddrcount wants something to do, and limits that can be met", async (t) => {
  t.regex((await tools.run("rwaddrcount", ["flows.rw"])).stderr, /^rwaddrcount: Must specify at least one of/);
  const { stderr } = await tools.run("rwaddrcount", ["--print-recs", "--min-bytes=9", "--max-bytes=8", "flows.rw"]);
  t.regex(stderr, /^rwaddrcount: Invalid max-bytes/);
});
