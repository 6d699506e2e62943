/** rwgroup as its users run it. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { linesOf } from "../support/program.js";
import { SITE_TEXT } from "../support/silk_rows.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools(..."rwtuc rwcut rwsort rwgroup rwpmapbuild".split(" "));
test.after.always(() => tools.remove());

const TITLES = "sip|dip|sport|dport|proto|packets|bytes|flags|stime|dur";
const flow = (sip: string, sport: number, stime: string, bytes = 100) =>
  `${sip}|10.9.9.9|${sport}|80|6|2|${bytes}|S|2026/01/01T${stime}|1`;

async function lines(fields: string, file: string, ...args: readonly string[]): Promise<string[]> {
  const groups = await tools.run("rwgroup", [...args, file]);
  if (groups.status !== 0 || groups.stderr !== "") throw new Error(groups.stderr);
  const { stdout } = await tools.run("rwcut", [`--fields=${fields}`, "--no-titles", "--delimited"], {
    stdin: groups.octets,
  });
  return linesOf(stdout);
}

test.before(async () => {
  await tools.flows("flows.rw", [
    TITLES,
    flow("10.0.0.1", 1, "00:00:00"),
    flow("10.0.0.1", 2, "00:00:10"),
    flow("10.0.0.1", 3, "00:00:20"),
    flow("10.0.0.2", 4, "00:00:20"),
    flow("10.0.0.1", 5, "00:00:21"),
  ]);
});

test("the first group is 0, and each flow that differs from the one before begins another", async (t) => {
  // Not sorted: the source of the last flow comes back and is another group.
  t.deepEqual(await lines("sport,nhip", "flows.rw", "--id-fields=sip"), [
    "1|0.0.0.0",
    "2|0.0.0.0",
    "3|0.0.0.0",
    "4|0.0.0.1",
    "5|0.0.0.2",
  ]);
});

test("--group-offset is the first number: an integer, IPv4 or IPv6", async (t) => {
  const of = (offset: string) => lines("nhip", "flows.rw", "--id-fields=sip", `--group-offset=${offset}`);
  t.deepEqual([...new Set(await of("300"))], ["0.0.1.44", "0.0.1.45", "0.0.1.46"]);
  t.deepEqual([...new Set(await of("10.0.0.255"))], ["10.0.0.255", "10.0.1.0", "10.0.1.1"]);
  t.deepEqual([...new Set(await of("2001:db8::ffff"))], ["2001:db8::ffff", "2001:db8::1:0", "2001:db8::1:1"]);
});

test("a delta of seconds counts from the flow before, or from the first of the group", async (t) => {
  // Starts at 0, 10, 20, 20, 21 s: each is within 10 s of the one before; 20 s is 20 from the first.
  const delta = ["--delta-field=stime", "--delta-value=10"];
  t.deepEqual(await lines("nhip", "flows.rw", ...delta), Array(5).fill("0.0.0.0"));
  t.deepEqual(await lines("nhip", "flows.rw", ...delta, "--objective"), [
    ...["0.0.0.0", "0.0.0.0"],
    ...["0.0.0.1", "0.0.0.1", "0.0.0.1"],
  ]);
});

test("a delta of an address is a number of low bits", async (t) => {
  await tools.flows("nets.rw", [
    TITLES,
    ..."10.0.0.1 10.0.0.200 10.0.1.1".split(" ").map((ip) => flow(ip, 1, "00:00")),
  ]);
  const of = (bits: number) => lines("nhip", "nets.rw", "--delta-field=sip", `--delta-value=${bits}`);
  t.deepEqual(await of(7), ["0.0.0.0", "0.0.0.1", "0.0.0.2"]);
  t.deepEqual(await of(8), ["0.0.0.0", "0.0.0.0", "0.0.0.1"]);
  t.deepEqual(await of(9), ["0.0.0.0", "0.0.0.0", "0.0.0.0"]);
});

test("--summarize writes the first flow of each group with the sums of all", async (t) => {
  // Flows of 10.0.0.1: starts 0, 10 and 20 s, each one second long.
  t.deepEqual(await lines("sip,sport,packets,bytes,dur,nhip", "flows.rw", "--id-fields=sip", "--summarize"), [
    "10.0.0.1|1|6|300|21.000|0.0.0.0",
    "10.0.0.2|4|2|100|1.000|0.0.0.1",
    "10.0.0.1|5|2|100|1.000|0.0.0.2",
  ]);
});

test("sums that SiLK's records have no room for go on in another record of the group", async (t) => {
  const large = (sport: number) => flow("10.0.0.1", sport, "00:00:00", 4_000_000_000);
  await tools.flows("large.rw", [TITLES, large(1), flow("10.0.0.1", 2, "00:00:00"), large(3), large(4)]);
  t.deepEqual(await lines("sport,bytes,nhip", "large.rw", "--id-fields=sip", "--summarize", "--rec-threshold=4"), [
    "1|4000000100|0.0.0.0",
    "3|4000000000|0.0.0.0",
    "4|4000000000|0.0.0.0",
  ]);
  t.deepEqual(await lines("sport", "large.rw", "--id-fields=sip", "--summarize", "--rec-threshold=5"), []);
});

test("labels of prefix maps are fields to group by", async (t) => {
  writeFileSync(join(tools.path, "nets.txt"), "map-name nets\ndefault other\n10.0.0.0/31 pair\n");
  await tools.run("rwpmapbuild", ["--input-path=nets.txt", "--output-path=nets.pmap"]);
  t.deepEqual(await lines("nhip", "flows.rw", "--pmap-file=nets.pmap", "--id-fields=src-nets"), [
    ...["0.0.0.0", "0.0.0.0", "0.0.0.0"],
    ...["0.0.0.1", "0.0.0.2"],
  ]);
});

test("flows of a store are sorted first: a group has all flows that are alike", async (t) => {
  const hour = join(tools.path, "store", "in", "2026", "01", "01");
  mkdirSync(hour, { recursive: true });
  copyFileSync(join(tools.path, "flows.rw"), join(hour, "in-S0_20260101.00"));
  writeFileSync(join(tools.path, "store", "silk.conf"), SITE_TEXT);
  const select = ["--data-rootdir=store", "--type=in", "--start-date=2026/01/01", "--sport=2-"];
  const groups = await tools.run("rwgroup", [...select, "--id-fields=sip", "--output-format=silk"]);
  t.is(groups.stderr, "");
  const { stdout } = await tools.run("rwcut", ["--fields=sport,nhip", "--no-titles", "--delimited"], {
    stdin: groups.octets,
  });
  t.deepEqual(linesOf(stdout), ["2|0.0.0.0", "3|0.0.0.0", "5|0.0.0.0", "4|0.0.0.1"]);
});

test("what cannot be grouped by is refused", async (t) => {
  const refusal = async (...args: readonly string[]) => {
    const { status, stderr } = await tools.run("rwgroup", [...args, "flows.rw"]);
    t.is(status, 1);
    return stderr.split("\n")[0];
  };
  t.is(await refusal(), "rwgroup: Must specify --id-fields or --delta-field or both");
  t.is(await refusal("--delta-field=stime"), "rwgroup: The --delta-value switch is required with --delta-field");
  t.is(await refusal("--delta-value=3"), "rwgroup: The --delta-field switch is required with --delta-value");
  t.regex((await refusal("--delta-field=flags", "--delta-value=1"))!, /^rwgroup: Invalid delta-field: .*'flags'/);
  t.regex((await refusal("--delta-field=sip,dip", "--delta-value=1"))!, /^rwgroup: Invalid delta-field: Only one/);
  t.is(await refusal("--id-fields=nofield"), "rwgroup: Invalid id-fields: No match was found for the field 'nofield'");
  t.is(
    await refusal("--id-fields=sip", "--rec-threshold=0"),
    "rwgroup: Invalid rec-threshold: Value is below minimum of 1",
  );
  t.is(
    await refusal("--id-fields=sip", "--rec-threshold=65536"),
    "rwgroup: Invalid rec-threshold: Value is above maximum of 65535",
  );
  t.regex((await refusal("--id-fields=sip", "--group-offset=x"))!, /^rwgroup: Invalid group-offset: /);
});
