/** Values of tables: SQL of Parquet and the native formatter against the printers of text. */
import test from "ava";
import fc from "fast-check";
import { LineTable } from "../../src/query/table/line_table.js";
import { simple, type ValueColumn } from "../../src/query/table/value_column.js";
import type { ValueKind } from "../../src/query/table/value_kind.js";
import { addressText, valueSql } from "../../src/query/table/value_sql.js";
import { Site, type SiteConfig, TWO_WAY_SITE } from "../../src/site/site.js";
import { addressFormatter, CANONICAL } from "../../src/text/ip_format.js";
import { rfc3339 } from "../../src/text/timestamp.js";
import { MemorySink } from "../support/rows.js";
import { selectedTexts } from "../support/tables.js";

const WORD = 2n ** 32n;
const canonical = addressFormatter(CANONICAL);
const site = new Site(TWO_WAY_SITE);

interface Address {
  readonly hi: bigint;
  readonly lo: bigint;
}

/** Addresses with many groups of zeros, IPv4 ones, and those that look like them. */
const address: fc.Arbitrary<Address> = fc
  .oneof(
    fc
      .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 0xffff })), {
        minLength: 8,
        maxLength: 8,
      })
      .map((groups) => groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n)),
    fc.bigInt(0n, WORD - 1n).map((low) => 0xffffn * WORD + low),
    fc.bigInt(0n, WORD - 1n),
  )
  .map((whole) => ({ hi: whole >> 64n, lo: whole % 2n ** 64n }));

function expected({ hi, lo }: Address): string {
  return canonical(Number(hi / WORD), Number(hi % WORD), Number(lo / WORD), Number(lo % WORD));
}

/** The 64-bit numbers as halves, low first. */
function halves(numbers: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigInt64Array.from(numbers.map((each) => BigInt.asIntN(64, each))).buffer);
}

/** Lines of one column without its title. */
function cells(kind: ValueKind, arrays: readonly (Uint32Array | Int16Array)[], of: Site = site): string[] {
  const octets = new MemorySink();
  const type = arrays[0] instanceof Int16Array ? "SMALLINT" : "BIGINT";
  const column: ValueColumn = { ...simple("x", kind, "x", type), parts: arrays.map(() => ({ sql: "x", type })) };
  const table = LineTable.csv(octets, [column], of, "none");
  const width = arrays[0] instanceof Int16Array ? 1 : 2;
  table.write(arrays, arrays[0]!.length / width);
  table.end();
  return octets.octets.toString().split("\n").slice(0, -1);
}

test("addresses in SQL and of the formatter are those of rwcut", async (t) => {
  const property = fc.asyncProperty(fc.array(address, { minLength: 100, maxLength: 200 }), async (addresses) => {
    const values = addresses.map(({ hi, lo }, k) => `(${k}, ${hi}::UBIGINT, ${lo}::UBIGINT)`);
    const rows = await selectedTexts(
      `SELECT ${addressText("hi", "lo")} AS text FROM (VALUES ${values.join(", ")}) AS v(k, hi, lo) ORDER BY k`,
    );
    const wanted = addresses.map(expected);
    t.deepEqual(
      rows.map(({ text }) => text),
      wanted,
    );
    const formatted = cells("address", [halves(addresses.map(({ hi }) => hi)), halves(addresses.map(({ lo }) => lo))]);
    t.deepEqual(formatted, wanted);
  });
  await fc.assert(property, { numRuns: 5 });
});

test("times are those of RFC 3339", (t) => {
  const microseconds = fc.integer({ min: 0, max: 2 ** 51 });
  fc.assert(
    fc.property(fc.array(microseconds, { minLength: 1 }), (times) => {
      t.deepEqual(
        cells("time", [halves(times.map(BigInt))]),
        times.map((each) => rfc3339(each)),
      );
    }),
  );
});

test("flags, attributes and types are the same texts in SQL and lines", async (t) => {
  const numbers = Int16Array.from({ length: 256 }, (_, k) => k);
  for (const kind of ["flags", "attributes", "class", "type"] as const) {
    const column = simple("x", kind, "n", "SMALLINT");
    const rows = await selectedTexts(
      `SELECT ${valueSql(column, site)} AS text FROM (SELECT unnest(range(256)) AS n) ORDER BY n`,
    );
    t.deepEqual(
      rows.map(({ text }) => text),
      cells(kind, [numbers]),
    );
  }
  t.deepEqual(cells("flags", [Int16Array.of(0, 0x12, 0xff)]), ["", "SA", "FSRPAUEC"]);
  t.deepEqual(cells("type", [Int16Array.of(0, 1, 255)]), ["in", "out", "255"]);
});

test("names that would break a line of CSV or JSON are quoted", (t) => {
  const sensor = { id: 0, name: 'a,"b"\n', description: "", classes: [] };
  const odd: SiteConfig = { ...TWO_WAY_SITE, sensors: [sensor] };
  const columns = [simple("sensor", "sensor", "sensor", "SMALLINT")];
  const written = (open: (sink: MemorySink) => LineTable) => {
    const sink = new MemorySink();
    open(sink).write([Int16Array.of(0)], 1);
    return sink.octets.toString();
  };
  t.is(
    written((sink) => LineTable.csv(sink, columns, new Site(odd), "titles")),
    'sensor\n"a,""b""\n"\n',
  );
  const json = written((sink) => LineTable.json(sink, columns, new Site(odd)));
  t.deepEqual(JSON.parse(json), { sensor: sensor.name });
});

test("arrays that are too short are refused", (t) => {
  const table = LineTable.csv(new MemorySink(), [simple("x", "integer", "x", "BIGINT")], site, "none");
  t.throws(() => table.write([new Uint32Array(3)], 2), { message: /too small/ });
});
