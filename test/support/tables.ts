/** Tables that commands write, read back by independent readers as texts by name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { literal } from "../../src/query/dialect.js";
import { Engine } from "../../src/query/engine.js";
import { csvRows } from "./csv.js";
import { linesOf } from "./program.js";
import { Scratch } from "./scratch.js";

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
export function parquetTable(path: string): Promise<readonly TableRow[]> {
  return selectedTexts(`FROM read_parquet(${literal(path)}, hive_partitioning = false)`);
}

/** Rows of a SELECT as the engine's own JSON writer has them. */
export async function selectedTexts(select: string): Promise<readonly TableRow[]> {
  const engine = await Engine.open();
  const scratch = new Scratch();
  try {
    const file = join(scratch.path, "rows.json");
    await engine.run("SET TimeZone = 'UTC'");
    await engine.run(`COPY (SELECT COLUMNS(*)::VARCHAR FROM (${select})) TO ${literal(file)} (FORMAT json)`);
    return jsonTable(readFileSync(file, "utf8")).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, engineTime(value) ?? value])),
    );
  } finally {
    engine.close();
    scratch.remove();
  }
}

/** A time as DuckDB prints it, as the tables of text formats show it. */
function engineTime(text: string): string | undefined {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  return found === null ? undefined : `${found[1]}T${found[2]}.${(found[3] ?? "").padEnd(6, "0")}Z`;
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
