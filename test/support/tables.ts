/** Tables that commands write, read back by independent readers as texts by name. */
import { DuckDBInstance } from "@duckdb/node-api";
import { tableFromIPC } from "apache-arrow";
import { csvRows } from "./csv.js";
import { linesOf } from "./program.js";

export type TableRow = Readonly<Record<string, string>>;

/** Rows of a CSV text. */
export function csvTable(text: string): readonly TableRow[] {
  return csvRows(text);
}

/** Rows of JSON lines. */
export function jsonTable(text: string): readonly TableRow[] {
  return linesOf(text).map((line) => asTexts(JSON.parse(line) as Record<string, unknown>));
}

/** Rows of Arrow's stream format. */
export function arrowTable(octets: Uint8Array): readonly TableRow[] {
  const table = tableFromIPC(octets);
  const times = new Set(table.schema.fields.filter((field) => String(field.type).startsWith("Timestamp")));
  return table.toArray().map((row) => {
    const values = (row as { toJSON(): Record<string, unknown> }).toJSON();
    for (const { name } of times) values[name] = rfc3339(Number(values[name]) * 1000);
    return asTexts(values);
  });
}

/** Rows of a Parquet file, in its order. */
export async function parquetTable(path: string): Promise<readonly TableRow[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const { columnTypes, names } = await describe(path);
    const list = names.map((name, k) =>
      columnTypes[k] === "TIMESTAMP WITH TIME ZONE" ? `epoch_us("${name}") AS "${name}"` : `"${name}"`,
    );
    const reader = await connection.runAndReadAll(`SELECT ${list.join(", ")} FROM '${path}'`);
    return reader.getRowObjectsJS().map((row) => {
      const texts: Record<string, unknown> = { ...row };
      names.forEach((name, k) => {
        if (columnTypes[k] === "TIMESTAMP WITH TIME ZONE") texts[name] = rfc3339(Number(row[name]));
      });
      return asTexts(texts);
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }

  async function describe(file: string) {
    const described = await connection.runAndReadAll(`DESCRIBE FROM '${file}'`);
    const rows = described.getRowObjectsJS();
    return { names: rows.map((row) => String(row.column_name)), columnTypes: rows.map((row) => row.column_type) };
  }
}

/** Microseconds since 1970 as the tables of text formats show them. */
function rfc3339(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1e6);
  const fraction = String(microseconds - seconds * 1e6).padStart(6, "0");
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

function asTexts(values: Record<string, unknown>): TableRow {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? "" : String(value)]));
}
