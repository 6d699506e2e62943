/** Fields of SiLK's plug-ins flowrate and int-ext-fields, which are built in. Expected values are worked out in comments. */
import test from "ava";
import { SilkTools } from "../support/silk_tools.js";
import { csvTable } from "../support/tables.js";

const tools = new SilkTools("rwtuc", "rwcut", "rwfilter", "rwsort", "rwuniq", "rwstats");
test.after.always(() => tools.remove());

test.before(async () => {
  await tools.flows("flows.rw", [
    "sIP|dIP|sPort|dPort|protocol|packets|bytes|sTime|duration|type|",
    // TCP: 40 octets of headers a packet.
    "10.1.0.10|192.0.2.1|1|80|6|1|140|2026/11/21T08:00:00|2.000|out|",
    // UDP: 28; no duration is 0.4 ms.
    "10.1.2.3|10.2.0.1|2|53|17|10|1280|2026/11/21T08:00:00|0.000|int2int|",
    // Headers take more than there is: no payload.
    "203.0.113.1|10.9.0.1|3|81|6|4|100|2026/11/21T08:00:00|0.500|in|",
    // UDP over IPv6: 48.
    "2001:db8::2|2001:db8::1|4|9|17|3|300|2026/11/21T08:00:00|1.500|out|",
  ]);
});

const FIELDS = "--fields=pckts/sec,bytes/sec,bytes/packet,payload-bytes,payload-rate";
const PLAIN = ["--no-titles", "--delimited=,"];

async function output(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = await tools.run(name, args, { env });
  if (status !== 0 || stderr !== "") throw new Error(`${name} ${args.join(" ")}: status ${status}: ${stderr}`);
  return stdout;
}

const TEXT = `      pckts/sec|      bytes/sec|   bytes/packet|  payload-bytes|   payload-rate|
          0.500|         70.000|        140.000|            100|         50.000|
      25000.000|    3200000.000|        128.000|           1000|    2500000.000|
          8.000|        200.000|         25.000|              0|          0.000|
          2.000|        200.000|        100.000|            156|        104.000|
`;

test("rwcut prints rates and payload, with and without the plug-in's name", async (t) => {
  t.is(await output("rwcut", [FIELDS, "flows.rw"]), TEXT);
  t.is(await output("rwcut", ["--plugin=flowrate.so", "--plugin=int-ext-fields", FIELDS, "flows.rw"]), TEXT);
  const [, second] = csvTable(await output("rwcut", [FIELDS, "--output-format=csv", "flows.rw"]));
  t.like(second, { pckts_sec: "25000", bytes_packet: "128", payload_bytes: "1000", payload_rate: "2500000" });
});

test("flows without a duration are taken for as long as the switch says", async (t) => {
  const line = ["--fields=pckts/sec", ...PLAIN, "--sport=2", "flows.rw"];
  t.is(await output("rwcut", line), "25000.000\n");
  t.is(await output("rwcut", ["--flowrate-zero-duration=1000000", ...line]), "10.000\n");
  t.is(await output("rwcut", ["--packets-per-second=11-", ...line]), "25000.000\n");
  t.is(await output("rwcut", ["--packets-per-second=11-", "--flowrate-zero-duration=1000000", ...line]), "");
});

test("flows are sorted and grouped by rates", async (t) => {
  await output("rwsort", ["--fields=bytes/sec,sport", "--reverse", "--output-path=sorted.rw", "flows.rw"]);
  t.is(await output("rwcut", ["--fields=sport", ...PLAIN, "sorted.rw"]), "2\n4\n3\n1\n");
  t.is(
    await output("rwuniq", ["--fields=bytes/sec", "--values=records,distinct:payload-bytes", "flows.rw"]),
    `      bytes/sec|   Records|payload-bytes-Distin|
         70.000|         1|                   1|
        200.000|         2|                   2|
    3200000.000|         1|                   1|
`,
  );
});

test("groups have the rates of all their flows together", async (t) => {
  // UDP: 13 packets, 1580 octets, 1156 of payload in 1.5004 s. TCP: 5, 240 and 100 in 2.5 s.
  const values = "--values=pckts/sec,bytes/sec,bytes/packet,payload-bytes,payload-rate";
  t.is(
    await output("rwuniq", ["--fields=proto", values, ...PLAIN, "flows.rw"]),
    "6,2.000,96.000,48.000,100,40.000\n17,8.664,1053.053,121.538,1156,770.461\n",
  );
  t.is(
    await output("rwuniq", ["--fields=proto", "--values=bytes/sec", "--threshold=bytes/sec=97", ...PLAIN, "flows.rw"]),
    "17,1053.053\n",
  );
  t.is(
    await output("rwstats", ["--fields=proto", "--values=payload-bytes,bytes", "--count=2", "flows.rw"]),
    `INPUT: 4 Records for 2 Bins
OUTPUT: Top 2 Bins by payload-bytes
pro|  payload-bytes|               Bytes|%payload-b|   cumul_%|
 17|           1156|                1580|         ?|         ?|
  6|            100|                 240|         ?|         ?|
`,
  );
});

test("thresholds of rates are in their own unit, and shares of them are refused", async (t) => {
  const ranked = await output("rwstats", ["--fields=proto", "--values=bytes/sec", "--threshold=97", "flows.rw"]);
  t.deepEqual(ranked.split("\n").slice(1, 4), [
    "OUTPUT: Top 1 bins by bytes/sec (threshold 97)",
    "pro|      bytes/sec|%bytes/sec|   cumul_%|",
    " 17|       1053.053|         ?|         ?|",
  ]);
  const refused = await tools.run("rwstats", ["--fields=proto", "--values=payload-rate", "--percentage=5", "flows.rw"]);
  t.deepEqual(refused.stderr.split("\n")[0], "rwstats: Cannot use --percentage with payload-rate: it has no total");
});

test("abbreviations mean SiLK's own fields, values and switches first", async (t) => {
  t.is(await output("rwcut", ["--fields=pa,b,in", "--num-recs=1", ...PLAIN, "flows.rw"]), "1,140,0\n");
  t.is(await output("rwcut", ["--fields=pc,payload-r", "--num-recs=1", ...PLAIN, "flows.rw"]), "0.500,50.000\n");
  t.is(await output("rwuniq", ["--fields=proto", "--values=b", ...PLAIN, "flows.rw"]), "6,240\n17,1580\n");
  await output("rwfilter", ["--pack=10", "--bytes-per=128", "--pass=passed.rw", "flows.rw"]);
  t.is(await output("rwcut", ["--fields=sport", ...PLAIN, "passed.rw"]), "2\n");
});

test("inner and outer ends are told by the types of flows", async (t) => {
  const fields = "--fields=sport,int-ip,ext-ip,int-port,ext-port";
  const expected =
    "1,10.1.0.10,192.0.2.1,1,80\n2,0.0.0.0,0.0.0.0,0,0\n3,10.9.0.1,203.0.113.1,81,3\n4,2001:db8::2,2001:db8::1,4,9\n";
  const switches = ["--incoming-flowtypes=all/in,all/inweb", "--outgoing-flowtypes=all/out"];
  t.is(await output("rwcut", [...switches, fields, ...PLAIN, "flows.rw"]), expected);
  const env = { INCOMING_FLOWTYPES: "all/in", OUTGOING_FLOWTYPES: "all/out,all/outweb" };
  t.is(await output("rwcut", [fields, ...PLAIN, "flows.rw"], env), expected);
  t.is(await output("rwuniq", ["--fields=int-port", ...PLAIN, "flows.rw"], env), "0,1\n1,1\n4,1\n81,1\n");
  const { status, stderr } = await tools.run("rwcut", [fields, "flows.rw"]);
  t.is(status, 1);
  t.regex(stderr, /^rwcut: The field int-ip needs to know which flows come in and go out: give --incoming-flowtypes/);
});
