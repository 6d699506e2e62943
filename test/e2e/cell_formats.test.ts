/** --output-format of the commands that print sets, labels, sites, files and volumes: the rows of their text. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import { linesOf, type RunOptions, run } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { csvTable, jsonTable, parquetTable, type TableRow } from "../support/tables.js";

const SILK = join(FIXTURES, "silk");
const fixtureTest = testWithFixtures(test);
const scratch = new Scratch();
test.after.always(() => scratch.remove());

const OPTIONS: RunOptions = { cwd: SILK, env: { SILK_CONFIG_FILE: "silk.conf" } };

async function succeeding(t: ExecutionContext, args: readonly string[]): Promise<{ stdout: string; octets: Buffer }> {
  const { status, stdout, octets, stderr } = await run(args, OPTIONS);
  t.is(status, 0, stderr);
  return { stdout, octets };
}

let files = 0;

/** The rows of a command in CSV, after the other formats have been found to have the same. */
async function table(t: ExecutionContext, ...args: readonly string[]): Promise<readonly TableRow[]> {
  const csv = csvTable((await succeeding(t, [...args, "--output-format=csv"])).stdout);
  t.deepEqual(jsonTable((await succeeding(t, [...args, "--output-format=json"])).stdout), csv, "json");
  files += 1;
  const path = join(scratch.path, `table${files}.parquet`);
  writeFileSync(path, (await succeeding(t, [...args, "--output-format=parquet"])).octets);
  t.deepEqual(await parquetTable(path), csv, "parquet");
  return csv;
}

/** The cells of a command's text, without titles. */
async function cells(t: ExecutionContext, ...args: readonly string[]): Promise<readonly string[][]> {
  const { stdout } = await succeeding(t, [...args, "--delimited=,"]);
  return linesOf(stdout).map((line) => line.split(","));
}

fixtureTest("setcat writes addresses, blocks and ranges", async (t) => {
  for (const [set, ...switches] of [
    ["sip-v4.set"],
    ["sip-v4.set", "--cidr-blocks=0", "--ip-format=hexadecimal"],
    ["sip-v6.set", "--cidr-blocks=0"],
  ])
    t.deepEqual(
      (await table(t, "setcat", set!, ...switches)).map((row) => Object.values(row)),
      await cells(t, "setcat", set!, "--cidr-blocks=0", ...switches.slice(1)),
    );
  const blocks = await table(t, "setcat", "--cidr-blocks", "sip-v4.set");
  const shown = blocks.map(({ ip, prefix }) => (prefix === "32" ? [ip!] : [`${ip}/${prefix}`]));
  t.deepEqual(shown, await cells(t, "setcat", "--cidr-blocks", "sip-v4.set"));
  const ranges = await table(t, "setcat", "--ip-ranges", "sip-v6.set");
  t.deepEqual(Object.keys(ranges[0]!), ["start_ip", "end_ip", "count"]);
  t.deepEqual(
    ranges.map(({ count, start_ip, end_ip }) => [count, start_ip, end_ip]),
    await cells(t, "setcat", "--ip-ranges", "sip-v6.set"),
  );
});

fixtureTest("setcat and setmember count the addresses of several sets", async (t) => {
  const sets = ["sip-v4.set", "sip-v6.set"];
  const counts = await table(t, "setcat", "--count-ips", ...sets);
  const text = (await succeeding(t, ["setcat", "--count-ips", ...sets])).stdout;
  t.is(counts.map(({ set, count }) => `${set}:${count}\n`).join(""), text);
  const pattern = "10.0.0.0/8";
  const members = await table(t, "setmember", "--count", pattern, ...sets);
  const lines = (await succeeding(t, ["setmember", "--count", pattern, ...sets])).stdout;
  t.is(members.map(({ set, count }) => `${set}:${count}\n`).join(""), lines);
  const holding = await table(t, "setmember", pattern, ...sets);
  t.deepEqual(
    holding.map(({ set }) => set!),
    linesOf((await succeeding(t, ["setmember", pattern, ...sets])).stdout),
  );
});

fixtureTest("what of a set has no rows is refused", async (t) => {
  for (const args of [["--print-statistics"], ["--network-structure"], ["--count-ips", "--print-ips"]]) {
    const { status, stdout, stderr } = await run(["setcat", ...args, "--output-format=json", "sip-v4.set"], OPTIONS);
    t.deepEqual([status, stdout], [2, ""]);
    t.regex(stderr, /--output-format is for --count-ips alone, or for addresses/);
  }
});

fixtureTest("siteinfo writes numbers as numbers and lists as lists", async (t) => {
  const args = ["siteinfo", "--fields=class,type,id-flowtype,sensor:list"];
  const { stdout } = await succeeding(t, [...args, "--output-format=json"]);
  const [first] = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
  t.is(typeof first!.id_flowtype, "number");
  t.true(Array.isArray(first!.sensor_list));
  const rows = csvTable((await succeeding(t, [...args, "--output-format=csv"])).stdout);
  const text = await cells(t, ...args, "--list-delimiter= ", "--no-titles");
  t.deepEqual(
    rows.map((row) => Object.values(row)),
    text,
  );
});

fixtureTest("fileinfo writes a row for each file", async (t) => {
  const files = ["v4.rw", "sip-v4.set", "v4.ipfix"];
  const { stdout } = await succeeding(t, ["fileinfo", "--output-format=json", ...files]);
  const rows = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
  t.deepEqual(
    rows.map(({ file }) => file),
    files,
  );
  const count = (await succeeding(t, ["fileinfo", "--fields=count-records", "--no-titles", "v4.rw"])).stdout;
  t.is(rows[0]!.count_records, Number(count));
  t.true((rows[0]!.command_lines as string[])[0]!.startsWith("rw"));
  const mixed = await run(["fileinfo", "--output-format=csv", "--fields=format", "silk.conf", "v4.rw"], OPTIONS);
  t.is(mixed.status, 1);
  t.regex(mixed.stderr, /silk\.conf: not a SiLK file/);
  t.is(csvTable(mixed.stdout).length, 1);
});

test("pmaplookup writes what was found, with blocks", async (t) => {
  const text = scratch.write("nets.txt", "map-name nets\ndefault elsewhere\n10.0.0.0/8 in side\n2001:db8::/32 six\n");
  const map = join(scratch.path, "nets.pmap");
  await succeeding(t, ["pmapbuild", "--mode=ipv6", `--input-path=${text}`, `--output-path=${map}`]);
  const fields = "--fields=key,value,block,start-block,input";
  const keys = ["--no-files", "10.1.2.3", "2001:db8::1"];
  t.deepEqual(await table(t, "pmaplookup", `--map-file=${map}`, fields, ...keys), [
    {
      key: "10.1.2.3",
      value: "in side",
      block: "::ffff:10.0.0.0/104",
      start_block: "::ffff:10.0.0.0",
      input: "10.1.2.3",
    },
    { key: "2001:db8::1", value: "six", block: "2001:db8::/32", start_block: "2001:db8::", input: "2001:db8::1" },
  ]);
});

fixtureTest("addrcount writes what its text has, within the limits", async (t) => {
  const limits = ["--min-bytes=10000", "--max-packets=400"];
  const records = await table(t, "addrcount", "--print-recs", ...limits, "v4.rw");
  const text = await cells(
    t,
    "addrcount",
    "--print-recs",
    "--no-titles",
    "--timestamp-format=epoch",
    ...limits,
    "v4.rw",
  );
  t.true(records.length > 1);
  const seconds = (time: string) => String(Math.floor(Date.parse(time) / 1000));
  t.deepEqual(
    records.map(({ sip, bytes, packets, records, start_time, end_time }) => [
      sip!,
      bytes!,
      packets!,
      records!,
      seconds(start_time!),
      seconds(end_time!),
    ]),
    text,
  );
  const sums = await table(t, "addrcount", "--print-stat", "--use-dest", ...limits, "v4.rw");
  t.deepEqual(
    sums.map((row) => Object.values(row)),
    await cells(t, "addrcount", "--print-stat", "--use-dest", "--no-titles", ...limits, "v4.rw"),
  );
});

fixtureTest("total's limits hold for every format", async (t) => {
  const args = ["total", "--dport", "--min-records=5", "v4.rw"];
  t.deepEqual(
    (await table(t, ...args)).map((row) => Object.values(row)),
    await cells(t, ...args, "--no-titles", "--skip-zeroes"),
  );
});

test("interfaces are written as Parquet, too", async (t) => {
  const path = join(scratch.path, "interfaces.parquet");
  writeFileSync(path, (await succeeding(t, ["interfaces", "--output-format=parquet"])).octets);
  const { stdout } = await succeeding(t, ["interfaces", "--output-format=json"]);
  t.deepEqual(
    (await parquetTable(path)).map(({ name, index, link }) => ({ name, index, link })),
    jsonTable(stdout).map(({ name, index, link }) => ({ name, index, link })),
  );
});
