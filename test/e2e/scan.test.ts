/** rwscan as its users run it. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { linesOf } from "../support/program.js";
import { SITE_TEXT } from "../support/silk_rows.js";
import { SilkTools } from "../support/silk_tools.js";

const tools = new SilkTools(..."rwtuc rwscan rwsetbuild".split(" "));
test.after.always(() => tools.remove());

const TITLES = "sip|dip|sport|dport|proto|packets|bytes|flags|stime|dur";
interface Probe {
  readonly to: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly proto?: number;
  readonly packets?: number;
  readonly bytes?: number;
  readonly flags?: string;
  readonly second?: number;
}
const probe = (
  from: string,
  { to, sport = 4000, dport = 80, proto = 6, packets = 1, bytes = 40, flags = "S", second = 0 }: Probe,
) => {
  const time = new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().slice(0, 19).replaceAll("-", "/");
  return `${from}|${to}|${sport}|${dport}|${proto}|${packets}|${bytes}|${flags}|${time}|0.5`;
};
const times = (count: number, line: (k: number) => string) => Array.from({ length: count }, (_, k) => line(k));

/** Hosts 10.0.0.1 to 10.0.0.9 exist. */
test.before(async () => {
  writeFileSync(join(tools.path, "hosts.txt"), "10.0.0.1-9\n");
  await tools.run("rwsetbuild", ["hosts.txt", "hosts.set"]);
  await tools.flows("flows.rw", [
    TITLES,
    // A walk: four hosts that do not exist, last octet first.
    ...times(4, (k) => probe("192.0.2.1", { to: `10.0.0.${90 - k}`, second: 10 * k })),
    // Too few, and hosts that do exist.
    ...times(3, (k) => probe("192.0.2.2", { to: `10.0.0.${50 + k}` })),
    ...times(9, (k) => probe("192.0.2.3", { to: `10.0.0.${1 + k}` })),
    // A sweep of a /24 by UDP, and pings of the same.
    ...times(60, (k) => probe("192.0.2.4", { to: `10.0.0.${100 + k}`, dport: 161, proto: 17, flags: "", bytes: 59 })),
    ...times(60, (k) => probe("192.0.2.4", { to: `10.0.0.${100 + k}`, sport: 0, dport: 2048, proto: 1, flags: "" })),
    // Forty ports of one host that exists.
    ...times(40, (k) => probe("192.0.2.5", { to: "10.0.0.1", dport: 1 + k })),
    // Forty whole connections to one host.
    ...times(40, (k) =>
      probe("192.0.2.6", { to: "10.0.0.2", sport: 5000 + k, packets: 10, bytes: 5000, flags: "FSPA" }),
    ),
  ]);
});

async function scans(...args: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await tools.run("rwscan", args);
  if (status !== 0 || stderr !== "") throw new Error(stderr);
  return linesOf(stdout);
}

const SET = "--trw-internal-set=hosts.set";

/** The probability of y, as it is printed. */
const logistic = (y: number) => (1 / (1 + Math.exp(-y))).toFixed(6);

/**
 * UDP: all flows are small (3), the run is of 60 addresses (60 * 0.05), one low port each (0.05 + 0.1), one source port
 * for each destination (-0.1), none of 60 octets, one port in 60 flows (-1/60); the intercept is -5.
 */
const UDP_SWEEP = logistic(-5 + 3 + 3 + 0.05 + 0.1 - 0.1 - 1 / 60);
/** ICMP: one network (0.05), a run of 60 (3), 60 in it (1.8), 60 in all (0.3), all echo requests (3); -6. */
const PINGS = logistic(-6 + 0.05 + 3 + 1.8 + 0.3 + 3);
/** TCP: no ACK (4.5), all small (4), one source port (-0.1), one destination in 40 flows (2 / 40); -6. */
const PORTS = logistic(-6 + 4.5 + 4 - 0.1 + 2 / 40);
/** Four misses, 4 times likelier each. */
const WALK = (256 / 257).toFixed(6);

test("both models list scanners by source and protocol, with the sums of their flows", async (t) => {
  t.deepEqual(await scans(SET, "flows.rw"), [
    "            sip|proto|              stime|              etime|     flows|   packets|         bytes|",
    "      192.0.2.1|    6|2026-01-01 00:00:00|2026-01-01 00:00:30|         4|         4|           160|",
    "      192.0.2.4|    1|2026-01-01 00:00:00|2026-01-01 00:00:00|        60|        60|          2400|",
    "      192.0.2.4|   17|2026-01-01 00:00:00|2026-01-01 00:00:00|        60|        60|          3540|",
    "      192.0.2.5|    6|2026-01-01 00:00:00|2026-01-01 00:00:00|        40|        40|          1600|",
  ]);
});

test("--model-fields tells which model found a scan, and its probability", async (t) => {
  const found = await scans(SET, "--model-fields", "--delimited=,", "flows.rw");
  t.deepEqual(
    found.map((line) => {
      const cells = line.split(",");
      return [cells[0], cells[1], cells.at(-2), cells.at(-1)].join(" ");
    }),
    [
      "sip proto scan_model scan_prob",
      `192.0.2.1 6 1 ${WALK}`,
      `192.0.2.4 1 2 ${PINGS}`,
      `192.0.2.4 17 2 ${UDP_SWEEP}`,
      `192.0.2.5 6 2 ${PORTS}`,
    ],
  );
});

test("--scan-model uses one model only; the regression needs no set", async (t) => {
  const sources = async (...args: readonly string[]) =>
    (await scans(...args, "--no-titles", "--delimited", "flows.rw")).map((line) => line.split("|", 2).join(" "));
  t.deepEqual(await sources("--scan-model=1", SET), ["192.0.2.1 6"]);
  t.deepEqual(await sources("--scan-model=2"), ["192.0.2.4 1", "192.0.2.4 17", "192.0.2.5 6"]);
  t.deepEqual(await sources("--scan-model=0", "--trw-sip-set=hosts.set"), [
    "192.0.2.1 6",
    ...(await sources("--scan-model=2")),
  ]);
  // Misses of 0.5 / 0.2 = 2.5: 2.5^4 = 39 is not enough.
  t.deepEqual(await sources("--scan-model=1", SET, "--trw-theta1=.5"), []);
});

test("--scandb prints lines for a database", async (t) => {
  t.deepEqual(
    (await scans(SET, "--scandb", "flows.rw"))[0],
    `3221225985|6|2026-01-01 00:00:00|2026-01-01 00:00:30|4|4|160|1|${WALK}|`,
  );
});

test("--verbose-results tells on standard error what the models make of sources with so many flows", async (t) => {
  const args = [SET, "--verbose-results=60", "--verbose-progress=24", "flows.rw"];
  const { stderr, status } = await tools.run("rwscan", args);
  t.is(status, 0);
  t.regex(stderr, /^progress: 192\.0\.2\.0\/24$/m);
  t.regex(stderr, /^192\.0\.2\.4 proto 17: 60 flows, 60 packets, 3540 bytes: scan by logistic regression/m);
  t.notRegex(stderr, /^192\.0\.2\.5 /m);
  t.notRegex(stderr, /^192\.0\.2\.4\|/m);
  const { stderr: withFlows } = await tools.run("rwscan", ["--verbose-flows", ...args]);
  t.is(withFlows.split("\n").filter((line) => line.startsWith("192.0.2.4|10.0.0.")).length, 120);
  t.notRegex(withFlows, /^192\.0\.2\.5\|/m);
  const { stderr: all } = await tools.run("rwscan", [SET, "--verbose-results", "flows.rw"]);
  t.regex(all, /^192\.0\.2\.3 proto 6: 9 flows, .*: no scan\n {2}random walk: benign, 4 hits, 0 misses/m);
});

test("scans are written as tables for other programs", async (t) => {
  const [first] = await scans(SET, "--output-format=json", "flows.rw");
  t.like(JSON.parse(first!), { sip: "192.0.2.1", proto: 6, flows: 4, scan_model: 1, scan_prob: Number(WALK) });
  const csv = await scans(SET, "--output-format=csv", "flows.rw");
  t.is(csv[0], "sip,proto,stime,etime,flows,packets,bytes,scan_model,scan_prob");
  t.is(csv.length, 5);
  const parquet = await tools.run("rwscan", [SET, "--output-format=parquet", "flows.rw"]);
  t.is(parquet.octets.toString("latin1", 0, 4), "PAR1");
  for (const format of ["json", "csv", "arrow", "parquet"]) {
    const none = await tools.run("rwscan", [SET, `--output-format=${format}`, "--protocol=99", "flows.rw"]);
    t.deepEqual([none.status, none.stderr], [0, ""]);
  }
});

test("flows of a store are taken by rwfilter's switches", async (t) => {
  const hour = join(tools.path, "store", "in", "2026", "01", "01");
  mkdirSync(hour, { recursive: true });
  copyFileSync(join(tools.path, "flows.rw"), join(hour, "in-S0_20260101.00"));
  writeFileSync(join(tools.path, "store", "silk.conf"), SITE_TEXT);
  const select = ["--data-rootdir=store", "--type=in", "--start-date=2026/01/01", "--protocol=1"];
  const found = await scans("--scan-model=2", ...select, "--no-titles", "--delimited");
  t.deepEqual(
    found.map((line) => line.split("|", 2).join(" ")),
    ["192.0.2.4 1"],
  );
});

test("what rwscan cannot do is refused", async (t) => {
  const refusal = async (...args: readonly string[]) => {
    const { status, stderr } = await tools.run("rwscan", [...args, "flows.rw"]);
    t.is(status, 1);
    return stderr.split("\n")[0]!;
  };
  t.is(await refusal(), "rwscan: The --trw-internal-set switch is required when using the TRW scan detection model");
  t.is(await refusal("--scan-model=3"), "rwscan: Invalid scan-model: Value is above maximum of 2");
  t.is(await refusal(SET, "--trw-theta0=1"), "rwscan: Invalid trw-theta0: Expected a number between 0 and 1");
  t.is(await refusal(SET, "--trw-theta1=0.9"), "rwscan: --trw-theta0 must be greater than --trw-theta1");
  t.is(await refusal(SET, "--threads=0"), "rwscan: Invalid threads: Value is below minimum of 1");
  t.is(await refusal(SET, "--verbose-progress=33"), "rwscan: Invalid verbose-progress: Value is above maximum of 32");
  t.is(
    await refusal("--trw-internal-set=none.set"),
    "rwscan: Error opening file 'none.set': No such file or directory",
  );
});
