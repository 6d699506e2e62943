import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { OutputError } from "../../../src/errors.js";
import { OctetSource } from "../../../src/files/octet_source.js";
import { COMPRESSIONS } from "../../../src/formats/silk/compression.js";
import { type SilkFlowFile, SilkFlowWriter } from "../../../src/formats/silk/flow_writer.js";
import { openSilkFlows } from "../../../src/formats/silk/flows.js";
import { readSilkHeader } from "../../../src/formats/silk/header.js";
import { FlowColumns } from "../../../src/record/columns.js";
import { FIXTURES, testWithFixtures } from "../../support/fixtures.js";
import { rowText } from "../../support/row_text.js";
import { Scratch } from "../../support/scratch.js";
import { MemorySink } from "../../support/silk_files.js";

const fixtureTest = testWithFixtures(test);
const SILK = join(FIXTURES, "silk");

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const PLAIN: SilkFlowFile = { records: "any", byteOrder: "little", compression: "none", entries: [] };

function rowsOf(path: string): FlowColumns {
  const source = new OctetSource(path);
  const flows = openSilkFlows(source, readSilkHeader(source));
  const rows = new FlowColumns(5000);
  flows.read(rows);
  flows.close();
  return rows;
}

function written(rows: FlowColumns, file: SilkFlowFile): Buffer {
  const sink = new MemorySink();
  const writer = new SilkFlowWriter(sink, file);
  writer.write(rows);
  writer.end();
  return sink.octets;
}

function texts(rows: FlowColumns): string[] {
  return Array.from({ length: rows.count }, (_, i) => rowText(rows, i).join());
}

/** The records of an uncompressed file. */
function recordsOf(path: string): Buffer {
  const source = new OctetSource(path);
  const { headerLength } = readSilkHeader(source);
  source.close();
  return readFileSync(path).subarray(headerLength);
}

fixtureTest("what SiLK wrote is written again octet for octet", (t) => {
  const v4 = rowsOf(join(SILK, "v4.rw"));
  t.true(
    written(v4, PLAIN)
      .subarray(88)
      .equals(recordsOf(join(SILK, "v4.rw"))),
  );
  t.true(written(v4, { ...PLAIN, byteOrder: "big" }).equals(readFileSync(join(SILK, "v4-bigendian.rw"))));
  t.true(written(v4, { ...PLAIN, records: "ipv4" }).equals(readFileSync(join(SILK, "v4-generic.rw"))));
  const v6 = rowsOf(join(SILK, "v6.rw"));
  t.true(
    written(v6, PLAIN)
      .subarray(88)
      .equals(recordsOf(join(SILK, "v6.rw"))),
  );
});

fixtureTest("rows come back through every record, byte order and compression", (t) => {
  for (const name of ["v4.rw", "v6.rw"]) {
    const rows = rowsOf(join(SILK, name));
    const expected = texts(rows);
    for (const records of ["any", "wide"] as const)
      for (const byteOrder of ["big", "little"] as const)
        for (const compression of COMPRESSIONS) {
          const octets = written(rows, { records, byteOrder, compression, entries: [] });
          const path = scratch.write("again.rw", octets);
          t.deepEqual(texts(rowsOf(path)), expected, `${name} ${records} ${byteOrder} ${compression}`);
        }
  }
});

fixtureTest("IPv4 records leave out rows with IPv6 addresses", (t) => {
  const rows = rowsOf(join(SILK, "v6.rw"));
  t.is(written(rows, { ...PLAIN, records: "ipv4" }).length, 52);
});

test("values too large for the usual record are refused by name, and fit the wide one", (t) => {
  for (const [column, words, message] of [
    ["packets", [5, 1], "packets of 4294967301 does not fit into the record: at most 4294967295"],
    ["bytes", [0, 2], "bytes of 8589934592 does not fit into the record: at most 4294967295"],
    ["input", [65536, 0], "input interface of 65536 does not fit into the record: at most 65535"],
    ["output", [4294967295, 0], "output interface of 4294967295 does not fit into the record: at most 65535"],
  ] as const) {
    const rows = new FlowColumns(1);
    rows.count = 1;
    rows.arrays[column]!.set(words);
    t.throws(() => written(rows, PLAIN), { instanceOf: OutputError, message: `memory: ${message}` });
    const path = scratch.write("wide.rw", written(rows, { ...PLAIN, records: "wide" }));
    t.deepEqual([...rowsOf(path).arrays[column]!.subarray(0, 2)], [...words]);
  }
  const rows = new FlowColumns(1);
  rows.count = 1;
  rows.arrays.etime!.set([0, 2_000_000]);
  t.throws(() => written(rows, { ...PLAIN, records: "wide" }), { instanceOf: OutputError, message: /duration/ });
});

test("SILK_HEADER_NOVERSION writes no version", (t) => {
  process.env.SILK_HEADER_NOVERSION = "1";
  try {
    t.is(written(new FlowColumns(0), PLAIN).readUInt32BE(8), 0);
  } finally {
    delete process.env.SILK_HEADER_NOVERSION;
  }
  t.is(written(new FlowColumns(0), PLAIN).readUInt32BE(8), 3019001);
});
