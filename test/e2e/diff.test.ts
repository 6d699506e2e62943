/** flowtap diff: what is new, gone or changed, beside a count by hand. */
import { join } from "node:path";
import test from "ava";
import fc from "fast-check";
import { Engine } from "../../src/query/engine.js";
import { type Frame, pcap } from "../support/capture_writer.js";
import { ethernet, ipv4, udp } from "../support/frames.js";
import { linesOf, run } from "../support/program.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools("rwtuc", "rwcut");
test.after.always(() => tools.remove());

const TITLES = "sip|dip|sport|dport|proto|packets|bytes|stime|dur";
const line = (
  sip: string,
  dip: string,
  ports: string,
  proto: number,
  packets: number,
  bytes: number,
  time: string,
  duration = 0,
) => `10.0.0.${sip}|10.0.1.${dip}|${ports}|${proto}|${packets}|${bytes}|2026/11/21T${time}|${duration}`;

// A host that stays as it was (1), one that grows (2), one that goes (3), one that comes (4). Both files last 60 s.
const BEFORE = [
  line("1", "1", "4000|443", 6, 10, 1000, "08:00:00", 60),
  line("2", "1", "4001|443", 6, 10, 500, "08:00:10"),
  line("2", "1", "443|4001", 6, 10, 300, "08:00:11"),
  line("3", "2", "5000|53", 17, 1, 70, "08:00:20"),
];
const AFTER = [
  line("1", "1", "4100|443", 6, 10, 1000, "09:00:00", 60),
  line("2", "1", "4101|443", 6, 30, 3000, "09:00:10"),
  line("4", "1", "9000|9001", 6, 3, 200, "09:00:20"),
  line("4", "2", "0|2048", 1, 2, 168, "09:00:30"),
];

test.before(async () => {
  await tools.flows("before.rw", [TITLES, ...BEFORE]);
  await tools.flows("after.rw", [TITLES, ...AFTER]);
  // The same within twice the time.
  await tools.flows("longer.rw", [TITLES, line("1", "1", "4100|443", 6, 20, 2000, "09:00:00", 120)]);
});

async function diff(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(["diff", ...args], { cwd: tools.path });
  if (status !== 0 || stderr !== "") throw new Error(stderr);
  return stdout;
}

/** Rows as `table key…: before after state`. */
async function rows(...args: string[]): Promise<string[]> {
  const text = await diff(...args, "--output-format=json");
  return linesOf(text).map((each) => {
    const {
      before,
      after,
      change: _change,
      percent: _percent,
      state,
      ...keys
    } = JSON.parse(each) as Record<string, unknown>;
    return `${Object.values(keys).join(" ")}: ${before} ${after} ${state}`;
  });
}

test("talkers, services and pairs are listed by the size of the change", async (t) => {
  t.deepEqual(await rows("before.rw", "after.rw"), [
    "talkers 10.0.0.2: 800 3000 changed",
    "talkers 10.0.0.4: 0 368 new",
    "talkers 10.0.0.3: 70 0 gone",
    // 1000 + 500 + 300 before, 1000 + 3000 after: request and answer are one service.
    "services 6 443: 1800 4000 changed",
    "services 6 9000: 0 200 new",
    "services 1 2048: 0 168 new",
    "services 17 53: 70 0 gone",
    "pairs 10.0.0.2 10.0.1.1: 800 3000 changed",
    "pairs 10.0.0.4 10.0.1.1: 0 200 new",
    "pairs 10.0.0.4 10.0.1.2: 0 168 new",
    "pairs 10.0.0.3 10.0.1.2: 70 0 gone",
  ]);
});

test("text has a heading with both totals, and one for each table", async (t) => {
  const text = await diff("before.rw", "after.rw", "--count=1", "--delimited");
  t.is(
    text,
    "BEFORE: 1870 Bytes in 60.000 s\n" +
      "AFTER: 4368 Bytes in 60.000 s\n" +
      "\nTalkers by Bytes: 1 new, 1 gone, 1 changed, 1 the same\n" +
      "sIP|Before|After|Change|%Change|State\n" +
      "10.0.0.2|800|3000|+2200|+275.00|changed\n" +
      "\nServices by Bytes: 2 new, 1 gone, 1 changed, 0 the same\n" +
      "protocol|service|Before|After|Change|%Change|State\n" +
      "6|443|1800|4000|+2200|+122.22|changed\n" +
      "\nPairs by Bytes: 2 new, 1 gone, 1 changed, 1 the same\n" +
      "sIP|dIP|Before|After|Change|%Change|State\n" +
      "10.0.0.2|10.0.1.1|800|3000|+2200|+275.00|changed\n",
  );
  t.is(
    await diff(
      "before.rw",
      "after.rw",
      "--fields=dport",
      "--only=gone",
      "--no-titles",
      "--delimited",
      "--values=packets",
    ),
    "4001|10|0|-10|-100.00|gone\n53|1|0|-1|-100.00|gone\n",
  );
});

test("packets and records are compared as well, and only what was asked for", async (t) => {
  t.deepEqual(await rows("before.rw", "after.rw", "--fields=sip", "--values=packets"), [
    "10.0.0.2: 20 30 changed",
    "10.0.0.4: 0 5 new",
    "10.0.0.3: 1 0 gone",
  ]);
  t.deepEqual(await rows("before.rw", "after.rw", "--fields=sip", "--values=rec", "--only=new,changed"), [
    "10.0.0.4: 0 2 new",
    "10.0.0.2: 2 1 changed",
  ]);
});

test("small changes are left out, by number or percentage", async (t) => {
  const fields = ["before.rw", "after.rw", "--fields=sip"];
  t.deepEqual(await rows(...fields, "--threshold=368"), ["10.0.0.2: 800 3000 changed", "10.0.0.4: 0 368 new"]);
  t.deepEqual(await rows(...fields, "--threshold=276%"), ["10.0.0.4: 0 368 new"]);
  t.deepEqual(await rows(...fields, "--threshold=100%"), [
    "10.0.0.2: 800 3000 changed",
    "10.0.0.4: 0 368 new",
    "10.0.0.3: 70 0 gone",
  ]);
});

test("where the periods differ in length volumes per second are compared, and the heading says so", async (t) => {
  const text = await diff("before.rw", "longer.rw", "--fields=sip", "--delimited");
  t.is(
    text,
    "BEFORE: 31.167 Bytes per second in 60.000 s\n" +
      "AFTER: 16.667 Bytes per second in 120.000 s\n" +
      "All volumes are Bytes per second: the periods differ in length\n" +
      "\nGroups by Bytes: 0 new, 2 gone, 0 changed, 1 the same\n" +
      "sIP|Before|After|Change|%Change|State\n" +
      "10.0.0.2|13.333|0.000|-13.333|-100.00|gone\n" +
      "10.0.0.3|1.167|0.000|-1.167|-100.00|gone\n",
  );
  t.deepEqual(await rows("before.rw", "longer.rw", "--fields=sip", "--rates=never", "--only=changed"), [
    "10.0.0.1: 1000 2000 changed",
  ]);
  t.regex(await diff("before.rw", "after.rw", "--rates=always"), /All volumes are Bytes per second\n/);
});

test("lists and wildcards put files together", async (t) => {
  t.deepEqual(await rows("before.rw,after.rw", "after.rw", "--fields=sip", "--rates=never"), [
    "10.0.0.1: 2000 1000 changed",
    "10.0.0.2: 3800 3000 changed",
    "10.0.0.3: 70 0 gone",
  ]);
  t.deepEqual(
    await rows("[b]efore.rw", "*ft?r.rw", "--fields=sip"),
    await rows("before.rw", "after.rw", "--fields=sip"),
  );
});

test("two windows of the same files are compared", async (t) => {
  const windows = ["--before=2026/11/21T08-2026/11/21T08", "--after=2026/11/21T09-2026/11/21T09"];
  t.deepEqual(await rows(...windows, "before.rw", "after.rw"), await rows("before.rw", "after.rw"));
  const text = await diff(
    "--before=2026/11/21T08-2026/11/21T08",
    "--after=2026/11/21T09-2026/11/21T10",
    "before.rw,after.rw",
    "--fields=proto",
  );
  t.true(
    text.startsWith("BEFORE: 0.519 Bytes per second in 3600.000 s\nAFTER: 0.607 Bytes per second in 7200.000 s\n"),
    text,
  );
});

test("rwfilter's switches pick the flows of both sides", async (t) => {
  t.deepEqual(await rows("before.rw", "after.rw", "--fields=sip", "--protocol=17,1"), [
    "10.0.0.4: 0 168 new",
    "10.0.0.3: 70 0 gone",
  ]);
});

test("no flows on one side, and on both", async (t) => {
  await tools.flows("none.rw", [TITLES]);
  t.deepEqual(await rows("none.rw", "before.rw", "--fields=proto"), ["6: 0 1800 new", "17: 0 70 new"]);
  t.deepEqual(await rows("none.rw", "none.rw"), []);
  t.true((await diff("none.rw", "none.rw")).startsWith("BEFORE: 0 Bytes in 0.000 s\n"));
});

test("tables for other programs", async (t) => {
  t.is(
    await diff("before.rw", "after.rw", "--fields=sip", "--output-format=csv", "--count=2"),
    "sip,before,after,change,percent,state\n10.0.0.2,800,3000,2200,275,changed\n10.0.0.4,0,368,368,,new\n",
  );
  await diff("before.rw", "after.rw", "--fields=sip,proto", "--output-format=parquet", "--output-path=diff.parquet");
  const engine = await Engine.open();
  const parquet = `'${join(tools.path, "diff.parquet")}'`;
  t.deepEqual(
    await engine.numbers(
      `SELECT count(*), sum(change)::BIGINT, (max(typeof(before)) = 'BIGINT')::INTEGER FROM ${parquet} WHERE sip <> '10.0.0.2'`,
    ),
    [[3, 368 - 70, 1]],
  );
  engine.close();
  const { status, stderr } = await run(["diff", "before.rw", "after.rw", "--output-format=csv"], { cwd: tools.path });
  t.is(status, 2);
  t.regex(stderr, /has room for one table: say which with --fields/);
  const bytes = linesOf(await diff("before.rw", "after.rw", "--output-format=json", "--count=0")).map(
    (each) => JSON.parse(each) as { change: number },
  );
  t.is(bytes.length, 11);
});

test("a store is asked for two windows of time", async (t) => {
  const frame = (source: string, octets: number, hour: number): Frame => {
    const ip = { source, destination: "10.9.9.9" };
    const packet = ipv4(ip, 17, udp(ip, 5000, 53, new Uint8Array(octets - 28)));
    const macs = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
    return { data: ethernet(packet, 0x0800, macs), time: Date.UTC(2026, 10, 21, hour, 30) * 1000 };
  };
  const capture = pcap([
    frame("10.0.0.1", 100, 8),
    frame("10.0.0.2", 200, 8),
    frame("10.0.0.2", 500, 9),
    frame("10.0.0.3", 300, 10),
  ]);
  const store = join(tools.path, "store");
  const { status, stderr } = await run(["meter", "-q", "-r", tools.write("three.pcap", capture), "--store", store]);
  t.is(status, 0, stderr);
  const asked = ["--type=all", `--data-rootdir=${store}`, "--fields=sip"];
  t.deepEqual(await rows(...asked, "--before=2026/11/21T08-2026/11/21T08", "--after=2026/11/21T09-2026/11/21T09"), [
    "10.0.0.2: 200 500 changed",
    "10.0.0.1: 100 0 gone",
  ]);
  t.deepEqual(
    await rows(
      ...asked,
      "--before=2026/11/21T08:00-2026/11/21T08:29",
      "--after=2026/11/21T10-2026/11/21T10",
      "--rates=never",
    ),
    ["10.0.0.3: 0 300 new"],
  );
});

test("--sql prints the one statement", async (t) => {
  const text = await diff("before.rw", "after.rw", "--sql");
  t.regex(text, /FULL OUTER JOIN/);
  t.is(linesOf(text).length, 1);
});

test("what is compared must be said, and wrong arguments are refused", async (t) => {
  for (const [args, reason] of [
    [["before.rw"], /expected two files/],
    [["before.rw", "after.rw", "before.rw"], /expected two files/],
    [["--before=2026/11/21"], /--before and --after must be given together/],
    [["-", "-"], /standard input can be read once only/],
    [["before.rw", "after.rw", "--values=other"], /invalid values: Expected one of bytes, packets, records/],
    [["before.rw", "after.rw", "--only=same"], /Expected a list of new, gone, changed/],
    [["before.rw", "after.rw", "--threshold=x"], /expected a number, or a percentage/],
    [["before.rw", "after.rw", "--start-date=2026/11/21"], /unknown switch --start-date/],
    [["missing*.rw", "after.rw"], /no file matches/],
    [["nothing.rw", "after.rw"], /nothing.rw/],
  ] as const) {
    const { status, stderr } = await run(["diff", ...args], { cwd: tools.path });
    t.not(status, 0);
    t.regex(stderr, reason);
  }
});

test("differences of random flows are those of two maps", async (t) => {
  const flow = fc.record({ sip: fc.nat({ max: 5 }), dip: fc.nat({ max: 3 }), bytes: fc.integer({ min: 1, max: 9 }) });
  const flows = fc.array(flow, { maxLength: 30 });
  type Flows = { sip: number; dip: number; bytes: number }[];
  const sums = (all: Flows) => {
    const map = new Map<string, number>();
    for (const { sip, dip, bytes } of all) {
      const key = `10.0.0.${sip} 10.0.1.${dip}`;
      map.set(key, (map.get(key) ?? 0) + bytes);
    }
    return map;
  };
  let number = 0;
  await fc.assert(
    fc.asyncProperty(flows, flows, async (before, after) => {
      number += 1;
      const file = (name: string, all: Flows) =>
        tools.flows(`${name}${number}.rw`, [
          TITLES,
          ...all.map(({ sip, dip, bytes }) => line(String(sip), String(dip), "1|2", 6, 1, bytes, "08:00:00")),
        ]);
      const files = [await file("x", before), await file("y", after)];
      const [old, now] = [sums(before), sums(after)];
      const expected = [...new Set([...old.keys(), ...now.keys()])]
        .map((key) => ({ key, was: old.get(key) ?? 0, is: now.get(key) ?? 0 }))
        .filter(({ was, is }) => was !== is)
        .sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was) || (a.key < b.key ? -1 : 1))
        .map(({ key, was, is }) => `${key}: ${was} ${is} ${was === 0 ? "new" : is === 0 ? "gone" : "changed"}`);
      t.deepEqual(await rows(...files, "--fields=sip,dip", "--count=0"), expected);
    }),
    { numRuns: 8 },
  );
});
