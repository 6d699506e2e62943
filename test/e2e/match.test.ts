/** rwmatch as its users run it. */
import test from "ava";
import { linesOf } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools(..."rwtuc rwcut rwmatch rwsort".split(" "));
test.after.always(() => tools.remove());

const TITLES = "sip|dip|sport|dport|proto|stime|dur";
/** A flow of 10.0.0.1 to 10.0.0.2, or back. */
const query = (sport: number, second: string, duration: number, dport = 53, proto = 17) =>
  `10.0.0.1|10.0.0.2|${sport}|${dport}|${proto}|2026/01/01T00:00:${second}|${duration}`;
const response = (dport: number, second: string, duration: number, sport = 53, proto = 17) =>
  `10.0.0.2|10.0.0.1|${sport}|${dport}|${proto}|2026/01/01T00:00:${second}|${duration}`;

const HOSTS = ["--relate=sip,dip", "--relate=dip,sip"];

/** `sport|dport|stime's seconds|next hop` of each flow that is written. */
async function matched(
  queries: readonly string[],
  responses: readonly string[],
  ...args: readonly string[]
): Promise<string[]> {
  const number = String(Math.random()).slice(2);
  await tools.flows(`q${number}.rw`, [TITLES, ...queries]);
  await tools.flows(`r${number}.rw`, [TITLES, ...responses]);
  const { status, stderr, octets } = await tools.run("rwmatch", [...args, `q${number}.rw`, `r${number}.rw`, "stdout"]);
  if (status !== 0 || stderr !== "") throw new Error(stderr);
  const fields = ["--fields=sport,dport,stime,nhip", "--no-titles", "--delimited"];
  const { stdout } = await tools.run("rwcut", fields, { stdin: octets });
  return linesOf(stdout).map((line) => line.replace("2026/01/01T00:00:", "").replace(/\.000\|/, "|"));
}

test("a response that starts while its query lasts is in a match with it", async (t) => {
  const queries = [query(2000, "01", 2), query(2001, "10", 0)];
  // 3 s is the end of the first query; the second has none within its time.
  const responses = [response(2000, "03", 1), response(2001, "12", 0)];
  t.deepEqual(await matched(queries, responses, ...HOSTS), ["2000|53|01|0.0.0.1", "53|2000|03|255.0.0.1"]);
});

test("--time-delta makes the time of the query longer, by fractions of a second, too", async (t) => {
  const [queries, responses] = [[query(2000, "01", 1)], [response(2000, "02.250", 0)]];
  t.deepEqual(await matched(queries, responses, ...HOSTS, "--time-delta=.249"), []);
  t.deepEqual(await matched(queries, responses, ...HOSTS, "--time-delta=0.25"), [
    "2000|53|01|0.0.0.1",
    "53|2000|02.250|255.0.0.1",
  ]);
});

test("--symmetric-delta takes responses that started before, and their time counts then", async (t) => {
  const [queries, responses] = [[query(2000, "05", 1)], [response(2000, "01", 2)]];
  t.deepEqual(await matched(queries, responses, ...HOSTS, "--time-delta=2"), []);
  t.deepEqual(await matched(queries, responses, ...HOSTS, "--symmetric-delta", "--time-delta=1"), []);
  t.deepEqual(await matched(queries, responses, ...HOSTS, "--symmetric-delta", "--time-delta=2"), [
    "53|2000|01|255.0.0.1",
    "2000|53|05|0.0.0.1",
  ]);
});

test("later flows join by the end of the first, by the latest end, or always", async (t) => {
  // The first query ends at 2 s, its response at 6 s, the second query at 9 s.
  const queries = [query(2000, "01", 1), query(2001, "05", 4), query(2002, "30", 1)];
  const responses = [response(2000, "02", 4), response(2001, "09", 0), response(2002, "40", 1)];
  const groups = async (...mode: readonly string[]) =>
    (await matched(queries, responses, ...HOSTS, "--unmatched=b", ...mode)).map((line) => line.split("|").at(-1)!);
  t.deepEqual(await groups(), [...["0.0.0.1", "255.0.0.1"], ...["0.0.0.2", "255.0.0.2"], ...["0.0.0.0", "255.0.0.0"]]);
  t.deepEqual(await groups("--absolute-delta"), await groups());
  t.deepEqual(await groups("--relative-delta"), [
    ...["0.0.0.1", "255.0.0.1", "0.0.0.1", "255.0.0.1"],
    ...["0.0.0.0", "255.0.0.0"],
  ]);
  t.deepEqual(await groups("--infinite-delta"), [
    ...["0.0.0.1", "255.0.0.1", "0.0.0.1", "255.0.0.1"],
    ...["0.0.0.1", "255.0.0.1"],
  ]);
});

test("of a pair that starts together, who asks a service is the base", async (t) => {
  // Both start at 1 s. The flow of the second file goes to port 53 and lasts until 6 s: the flow at 5 s joins.
  const queries = [query(53, "01", 0, 2000)];
  const responses = [response(53, "01", 5, 2000), response(53, "05", 0, 2000)];
  t.deepEqual(await matched(queries, responses, ...HOSTS), [
    "53|2000|01|0.0.0.1",
    "2000|53|01|255.0.0.1",
    "2000|53|05|255.0.0.1",
  ]);
  // Without ports of services it is the query, which ends at 1 s.
  const high = await matched(
    [query(5353, "01", 0, 2000)],
    [response(5353, "01", 5, 2000), response(5353, "05", 0, 2000)],
    ...HOSTS,
  );
  t.is(high.length, 2);
});

test("ports, and type and code of ICMP, are fields to relate", async (t) => {
  const ports = [...HOSTS, "--relate=sport,dport", "--relate=dport,sport"];
  t.deepEqual(await matched([query(2000, "01", 9), query(2001, "01", 9)], [response(2001, "02", 0)], ...ports), [
    "2001|53|01|0.0.0.1",
    "53|2001|02|255.0.0.1",
  ]);
  // Echo request is type 8 (2048), its reply type 0; the code is the same.
  const [ping, pong] = [query(0, "01", 9, 2048, 1), response(0, "02", 0, 0, 1)];
  t.is((await matched([ping], [pong], ...HOSTS, "--relate=icmpTypeCode,icmpTypeCode")).length, 0);
  t.is((await matched([ping], [pong], ...HOSTS, "--relate=icode,icode")).length, 2);
});

test("--ipv6-policy leaves flows out before they are looked at", async (t) => {
  const six = (line: string) => line.replaceAll("10.0.0.", "2001:db8::");
  const [queries, responses] = [[query(2000, "01", 9)], [response(2000, "02", 0)]];
  t.is((await matched(queries, responses, ...HOSTS, "--ipv6-policy=only", "--unmatched=b")).length, 0);
  const both = [
    [...queries, ...queries.map(six)],
    [...responses, ...responses.map(six)],
  ] as const;
  t.deepEqual(await matched(...both, ...HOSTS), [
    ...["2000|53|01|0.0.0.1", "53|2000|02|255.0.0.1"],
    ...["2000|53|01|0.0.0.2", "53|2000|02|255.0.0.2"],
  ]);
  t.is((await matched(...both, ...HOSTS, "--ipv6-policy=ignore")).length, 2);
});

test("an input that is not sorted is an error that says how to sort it, and leaves no output", async (t) => {
  await tools.flows("late.rw", [TITLES, query(1, "02", 0), query(1, "01", 0)]);
  await tools.flows("good.rw", [TITLES, response(1, "01", 0)]);
  const { status, stderr } = await tools.run("rwmatch", [...HOSTS, "late.rw", "good.rw", "none.rw"]);
  t.is(status, 1);
  t.is(stderr, "rwmatch: late.rw: flows are not sorted: sort them with rwsort --fields=sIP,dIP,sTime\n");
  const none = await tools.run("rwcut", ["none.rw"]);
  t.is(none.status, 1);
});

test("what cannot be matched by is refused", async (t) => {
  const refusal = async (...args: readonly string[]) => {
    const { status, stderr } = await tools.run("rwmatch", args);
    t.is(status, 1);
    return stderr.split("\n")[0]!;
  };
  const files = ["a.rw", "b.rw", "c.rw"];
  t.is(await refusal(...files), "rwmatch: The --relate switch is required");
  t.regex(await refusal("--relate=sip", ...files), /^rwmatch: Invalid relate: Expected two fields/);
  t.regex(await refusal("--relate=sip,dip,sip", ...files), /^rwmatch: Invalid relate: Expected two fields/);
  t.is(
    await refusal("--relate=sip,sport", ...files),
    "rwmatch: Invalid relate: The fields 'sIP' and 'sPort' cannot be equal",
  );
  t.is(await refusal("--relate=scc,dcc", ...files), "rwmatch: Invalid relate: The field 'scc' cannot be related");
  t.regex(await refusal(...HOSTS, "--unmatched=x", ...files), /^rwmatch: Invalid unmatched: /);
  t.regex(await refusal(...HOSTS, "--time-delta=-1", ...files), /^rwmatch: Invalid time-delta: /);
  t.regex(
    await refusal(...HOSTS, "--absolute-delta", "--infinite-delta", ...files),
    /^rwmatch: May only specify one of/,
  );
  t.regex(await refusal(...HOSTS, "a.rw", "b.rw"), /^rwmatch: Expected three files/);
  t.regex(await refusal(...HOSTS, "-", "stdin", "c.rw"), /^rwmatch: Only one input/);
});

test("--help-relate lists the fields", async (t) => {
  const { stdout, status } = await tools.run("rwmatch", ["--help-relate"]);
  t.is(status, 0);
  t.regex(stdout, /^ {2}sIP +1 +\S/m);
  t.regex(stdout, /^ {2}iCode /m);
});
