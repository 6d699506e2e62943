/** flowtap convert: every format that is read into every format that is written. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { OctetSource } from "../../src/files/octet_source.js";
import { IpfixRowWriter } from "../../src/formats/ipfix/row_writer.js";
import { openIpfixRows } from "../../src/formats/ipfix/rows.js";
import { openSilkFlows } from "../../src/formats/silk/flows.js";
import { readSilkHeader } from "../../src/formats/silk/header.js";
import type { RowSource } from "../../src/record/columns.js";
import { pcap } from "../support/capture_writer.js";
import { FIXTURES, testWithFixtures } from "../support/fixtures.js";
import * as nf from "../support/nfdump_files.js";
import { type Ended, linesOf, run } from "../support/program.js";
import { allRows, arbitraryRow, columnsOf, MemorySink, type PlainRow } from "../support/rows.js";
import { Scratch } from "../support/scratch.js";
import { arrowTable, csvTable, jsonTable } from "../support/tables.js";

const withFixtures = testWithFixtures(test);
const scratch = new Scratch();
test.after.always(() => scratch.remove());

const CAPTURE = join("pcaps", "office.pcap");
const TEAMS = join(FIXTURES, "nfdump", "teams.nfcapd");

let files = 0;

function newPath(ending: string): string {
  files += 1;
  return join(scratch.path, `${files}.${ending}`);
}

/** Converts, expecting no word about it; returns the path of the result. */
async function converted(t: ExecutionContext, inputs: readonly string[], ending: string, ...switches: string[]) {
  const path = newPath(ending);
  const { status, stderr } = await run(["convert", ...inputs, path, ...switches]);
  t.is(stderr, "");
  t.is(status, 0);
  return path;
}

function readAll(source: RowSource): PlainRow[] {
  try {
    return allRows(source);
  } finally {
    source.close();
  }
}

const ipfixRows = (path: string) => readAll(openIpfixRows(new OctetSource(path)));

function silkRows(path: string): PlainRow[] {
  const source = new OctetSource(path);
  return readAll(openSilkFlows(source, readSilkHeader(source)));
}

function ipfixFile(rows: readonly PlainRow[]): string {
  const sink = new MemorySink();
  const writer = new IpfixRowWriter(sink);
  writer.write(columnsOf(rows));
  writer.end();
  const path = newPath("ipfix");
  writeFileSync(path, sink.octets);
  return path;
}

function failed(t: ExecutionContext, { status, stderr }: Ended): string {
  t.not(status, 0);
  t.is(linesOf(stderr).length, 1, stderr);
  return stderr.trimEnd();
}

test("IPFIX, Parquet and IPFIX again have the same flows to the last bit", async (t) => {
  const [rows] = fc.sample(fc.array(arbitraryRow, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 11 });
  const first = ipfixFile(rows!);
  const parquet = await converted(t, [first], "parquet");
  const back = await converted(t, [parquet], "ipfix");
  const before = ipfixRows(first);
  t.is(before.length, 300);
  t.deepEqual(ipfixRows(back), before);
});

/** What SiLK's records have: times in ms, no VLAN, TOS, TTL, end reason or flow id. */
function asSilk(row: PlainRow): PlainRow {
  const milliseconds = (time: number | bigint) => (BigInt(time) / 1000n) * 1000n;
  const isIpv4 = row.sip_hi === 0n && BigInt(row.sip_lo) >> 32n === 0xffffn;
  const none = row.nhip_hi === 0n && (row.nhip_lo === 0n || row.nhip_lo === 0xffff_0000_0000n);
  return {
    ...row,
    stime: milliseconds(row.stime),
    etime: milliseconds(row.etime),
    ...(none ? { nhip_lo: isIpv4 ? 0xffff_0000_0000n : 0n } : {}),
    vlan: 0,
    tos: 0,
    min_ttl: 0,
    max_ttl: 0,
    end_reason: 0,
    flow_id: 0n,
    attributes: Number(row.attributes) & ~0x143,
  };
}

test("what SiLK's records have room for is the same behind them", async (t) => {
  const ipfix = await converted(t, [CAPTURE], "ipfix");
  const silk = await converted(t, [ipfix], "rw");
  t.true(ipfixRows(ipfix).length > 0);
  t.deepEqual(silkRows(silk).map(asSilk), ipfixRows(ipfix).map(asSilk));
});

withFixtures("SiLK's files come back from IPFIX and Parquet as they were", async (t) => {
  for (const name of ["v4.rw", "v6.rw", "v4-lzo1x.rw"]) {
    const original = join(FIXTURES, "silk", name);
    if (!existsSync(original)) continue;
    for (const between of ["ipfix", "parquet"]) {
      const there = await converted(t, [original], between);
      const back = await converted(t, [there], "rw");
      t.deepEqual(silkRows(back), silkRows(original), `${name} ${between}`);
    }
  }
});

/** The meter's messages hold flows of IPv4 and IPv6 apart, which changes their order. */
function inOrder(rows: readonly PlainRow[]): readonly string[] {
  return rows.map((row) => Object.values(row).join()).sort();
}

test("a capture becomes what the meter makes of it", async (t) => {
  const metered = newPath("ipfix");
  await run(["meter", "-r", CAPTURE, "-o", metered, "--quiet"]);
  t.deepEqual(inOrder(ipfixRows(await converted(t, [CAPTURE], "ipfix"))), inOrder(ipfixRows(metered)));
  const short = ipfixRows(await converted(t, [CAPTURE], "ipfix", "--idle-timeout=1"));
  t.true(short.length > ipfixRows(metered).length);
  const packed = newPath("pcap.gz");
  writeFileSync(packed, gzipSync(readFileSync(CAPTURE)));
  t.deepEqual(inOrder(ipfixRows(await converted(t, [packed], "ipfix"))), inOrder(ipfixRows(metered)));
});

withFixtures("nfdump's files become what nfdump says is in them", async (t) => {
  const rows = silkRows(await converted(t, [TEAMS], "rw"));
  t.is(rows.length, 176);
  const sums = (column: "packets" | "bytes") => rows.reduce((sum, row) => sum + BigInt(row[column]), 0n);
  const printed = nf.printedByNfdump(TEAMS);
  if (printed.length > 0) {
    t.is(
      Number(sums("packets")),
      printed.reduce((sum, flow) => sum + Number(flow.in_packets), 0),
    );
    t.is(
      Number(sums("bytes")),
      printed.reduce((sum, flow) => sum + Number(flow.in_bytes), 0),
    );
  }
  const { stdout } = await run(["cut", TEAMS, "--fields=sip,dport", "--num-recs=1", "--no-titles", "--delimited"]);
  t.is(stdout, "192.168.1.6|443\n");
});

test("tables for other programs have a row for each flow, with the same values", async (t) => {
  const count = ipfixRows(await converted(t, [CAPTURE], "ipfix")).length;
  const json = jsonTable(readFileSync(await converted(t, [CAPTURE], "json"), "utf8"));
  const csv = csvTable(readFileSync(await converted(t, [CAPTURE], "csv"), "utf8"));
  const arrow = arrowTable(readFileSync(await converted(t, [CAPTURE], "arrow")));
  t.is(json.length, count);
  t.deepEqual(csv, json);
  t.deepEqual(arrow, json);
});

test("inputs are put together in their order, whatever their formats, Parquet last", async (t) => {
  const silk = await converted(t, [CAPTURE], "rw");
  const parquet = await converted(t, [silk], "parquet");
  const made = newPath("nfcapd");
  const record = nf.elementRecord(nf.generic({ packets: 7, octets: 777 }), nf.element(2, nf.ENDS4));
  writeFileSync(made, nf.elementFile([{ type: 3, records: [record] }]));
  const count = silkRows(silk).length;
  const all = ipfixRows(await converted(t, [parquet, made, CAPTURE, silk], "ipfix"));
  t.is(all.length, 3 * count + 1);
  t.is(all[0]!.bytes, 777n);
  const volume = (rows: readonly PlainRow[]) => rows.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n);
  for (const part of [0, 1, 2]) {
    const rows = all.slice(1 + part * count, 1 + (part + 1) * count);
    t.is(volume(rows), volume(silkRows(silk)));
  }
  const two = ipfixRows(await converted(t, [silk, CAPTURE, CAPTURE], "ipfix"));
  t.true(two.length > count);
});

test("rwfilter's switches choose the flows", async (t) => {
  for (const ending of ["ipfix", "parquet"]) {
    const path = await converted(t, [CAPTURE], ending, "--dport=53");
    const rows = ending === "ipfix" ? ipfixRows(path) : ipfixRows(await converted(t, [path], "ipfix"));
    t.true(rows.length > 0);
    t.deepEqual([...new Set(rows.map(({ dport }) => dport))], [53]);
  }
  const inner = await converted(t, [CAPTURE], "ipfix", "--filter", "--dport=53 --proto=17");
  t.deepEqual([...new Set(ipfixRows(inner).map(({ proto }) => proto))], [17]);
});

test("standard input and output are read and written", async (t) => {
  const silk = await converted(t, [CAPTURE], "rw");
  const { octets, status } = await run(["convert", "-", "-", "--output-format=ipfix"], { stdin: readFileSync(silk) });
  t.is(status, 0);
  const path = newPath("ipfix");
  writeFileSync(path, octets);
  t.is(ipfixRows(path).length, silkRows(silk).length);
});

const [sample] = fc.sample(arbitraryRow, { numRuns: 1, seed: 3 });
const LARGE: PlainRow = {
  ...sample!,
  stime: 1_700_000_000_000_000n,
  etime: 1_699_999_999_000_000n,
  packets: 2n ** 32n,
  bytes: 2n ** 40n,
  input: 70_000n,
  output: 1n,
};

test("a value that SiLK's records have no room for is an error, unless it may be fitted", async (t) => {
  const path = ipfixFile([LARGE, { ...LARGE, packets: 0n }]);
  const output = newPath("rw");
  t.regex(failed(t, await run(["convert", path, output])), /^flowtap: .*\.rw: .* does not fit into the record/);
  t.false(existsSync(output));
  const { status, stderr } = await run(["convert", path, output, "--fit"]);
  t.is(status, 0);
  t.is(stderr, "flowtap convert: flows without packets, left out: 1\n");
  const [row, ...others] = silkRows(output);
  t.is(others.length, 0);
  t.like(row, { packets: 2n ** 32n - 1n, bytes: 2n ** 32n - 1n, input: 65535n, etime: LARGE.stime });
  const chosen = newPath("rw");
  t.is((await run(["convert", path, chosen, "--fit", "--packets=1-"])).stderr, "");
  t.deepEqual(silkRows(chosen), [row]);
});

test("what cannot be read leaves nothing behind, not even a temporary file", async (t) => {
  const good = await converted(t, [CAPTURE], "ipfix");
  const cut = newPath("nfcapd");
  const record = nf.elementRecord(nf.generic({ packets: 7, octets: 777 }), nf.element(2, nf.ENDS4));
  writeFileSync(cut, nf.elementFile([{ type: 3, records: [record] }]).subarray(0, 60));
  const text = scratch.write("notes.txt", "nothing of flows\n");
  const strange = scratch.write("strange.pcap", pcap([{ data: new Uint8Array(60) }]).subarray(0, 10));
  const temporary = new Scratch();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[good, cut], /^flowtap: .*nfcapd: block at octet 40: is cut off$/],
    [[good, text], /^flowtap: .*notes\.txt: not a flow file: neither SiLK nor IPFIX nor nfdump's nor Parquet$/],
    [[strange, good], /^flowtap: .*strange\.pcap/],
    [[good, join(scratch.path, "absent.rw")], /^flowtap: .*absent\.rw/],
    [[scratch.path], /is a directory$/],
  ];
  for (const ending of ["ipfix", "parquet", "csv"])
    for (const [inputs, message] of cases) {
      const output = newPath(ending);
      t.regex(failed(t, await run(["convert", ...inputs, output, `--temp-directory=${temporary.path}`])), message);
      t.false(existsSync(output));
    }
  t.deepEqual(
    readdirSync(scratch.path).filter((name) => name.endsWith(".tmp")),
    [],
  );
  t.deepEqual(readdirSync(temporary.path), []);
  temporary.remove();
});

test("what is asked for wrongly is said in a line", async (t) => {
  const good = await converted(t, [CAPTURE], "ipfix");
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /give at least two names/],
    [[good], /give at least two names/],
    [[good, join(scratch.path, "flows")], /cannot tell the format of .*flows: give --output-format/],
    [[good, "-"], /cannot tell the format of -/],
    [[good, join(scratch.path, "nfcapd.202611210800")], /files of nfdump are read, not written$/],
    [[good, newPath("rw"), "--output-format=xml"], /Expected one of/],
    [[good, newPath("csv"), "--fit"], /--fit is for SiLK's records/],
    [[good, newPath("rw"), "--start-date=2026/01/01"], /Cannot use --start-date when input files are given/],
  ];
  for (const [args, message] of cases) {
    const ended = await run(["convert", ...args]);
    t.is(ended.status, 2);
    t.regex(linesOf(ended.stderr)[0]!, message);
  }
});

test("an output that exists is kept unless it may be replaced, be it an input", async (t) => {
  const good = await converted(t, [CAPTURE], "ipfix");
  const before = readFileSync(good);
  t.regex(failed(t, await run(["convert", good, good])), /file exists$/);
  t.deepEqual(readFileSync(good), before);
  const { status } = await run(["convert", good, good], { env: { SILK_CLOBBER: "1" } });
  t.is(status, 0);
  t.true(ipfixRows(good).length > 0);
});
