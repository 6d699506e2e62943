/** Flow rows as plain objects, and where tests write and read them. */

import fc from "fast-check";
import type { OctetSink } from "../../src/files/octet_sink.js";
import {
  COLUMN_NAMES,
  COLUMNS,
  type ColumnName,
  columnOf,
  columnWidth,
  FlowColumns,
  type RowSource,
} from "../../src/record/columns.js";

/** All columns of a row; 64-bit ones as bigint. */
export type PlainRow = Record<ColumnName, number | bigint>;

/** Row `at` in the columns that are there. */
export function rowAt(columns: FlowColumns, at: number): Partial<PlainRow> {
  const row: Partial<PlainRow> = {};
  for (const name of columns.names) {
    const array = columns.arrays[name]!;
    row[name] =
      columnWidth(columnOf(name).type) === 8
        ? (BigInt(array[2 * at + 1]!) << 32n) | BigInt(array[2 * at]!)
        : array[at]!;
  }
  return row;
}

/** Columns that hold the rows. */
export function columnsOf(rows: readonly PlainRow[]): FlowColumns {
  const columns = new FlowColumns(Math.max(1, rows.length));
  rows.forEach((row, at) => {
    for (const name of COLUMN_NAMES) {
      const array = columns.arrays[name]!;
      const value = row[name];
      if (typeof value === "bigint") {
        array[2 * at] = Number(value & 0xffffffffn);
        array[2 * at + 1] = Number(value >> 32n);
      } else array[at] = value as number;
    }
  });
  columns.count = rows.length;
  return columns;
}

/** Every row of a source, which is closed, read in pieces of `capacity`. */
export function allRows(source: RowSource, capacity = 100, names: readonly ColumnName[] = COLUMN_NAMES): PlainRow[] {
  const columns = new FlowColumns(capacity, names);
  const rows: PlainRow[] = [];
  while (source.read(columns) > 0) for (let at = 0; at < columns.count; at++) rows.push(rowAt(columns, at) as PlainRow);
  return rows;
}

/** A sink that keeps what is written. */
export class MemorySink implements OctetSink {
  readonly name = "memory";
  readonly pieces: Uint8Array[] = [];

  write(octets: Uint8Array): void {
    this.pieces.push(octets.slice());
  }

  close(): void {}
  abort(): void {}

  get octets(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

const HALF = (1n << 64n) - 1n;

/** Rows as flows can be: two addresses of one version, counters of 63 bits. */
export const arbitraryRow: fc.Arbitrary<PlainRow> = fc.boolean().chain((ipv4) => {
  const bound: Partial<Record<ColumnName, fc.Arbitrary<number | bigint>>> = {
    stime: fc.bigInt(0n, 2n ** 51n),
    etime: fc.bigInt(0n, 2n ** 51n),
    sport: fc.integer({ min: 0, max: 65535 }),
    dport: fc.integer({ min: 0, max: 65535 }),
    application: fc.integer({ min: 0, max: 65535 }),
    sensor: fc.integer({ min: 0, max: 65535 }),
    vlan: fc.integer({ min: 0, max: 4095 }),
    end_reason: fc.integer({ min: 0, max: 31 }),
    attributes: fc.integer({ min: 0, max: 0x3ff }),
    input: fc.bigInt(0n, 2n ** 32n - 1n),
    output: fc.bigInt(0n, 2n ** 32n - 1n),
  };
  const shape = Object.fromEntries(
    COLUMNS.map(({ name, type }) => {
      const own = bound[name as ColumnName];
      if (own !== undefined) return [name, own];
      if (name.endsWith("_hi")) return [name, ipv4 ? fc.constant(0n) : fc.bigInt(0n, HALF)];
      if (name.endsWith("_lo")) {
        const address = fc.bigInt(0n, 2n ** 32n - 1n).map((low) => (0xffffn << 32n) | low);
        return [name, ipv4 ? address : fc.bigInt(0n, HALF)];
      }
      return [name, type === "BIGINT" ? fc.bigInt(0n, 2n ** 63n - 1n) : fc.integer({ min: 0, max: 255 })];
    }),
  );
  return (fc.record(shape) as fc.Arbitrary<PlainRow>).map((row) =>
    // Flags that were not measured apart are zero.
    (Number(row.attributes) & 0x80) === 0 ? { ...row, initial_flags: 0, session_flags: 0 } : row,
  );
});
