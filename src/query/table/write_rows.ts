/** Tables of rows that do not come from flows: they travel in the columns of flow records. */
import { openSink } from "../../files/octet_sink.js";
import { type ColumnName, FlowColumns, type RowSource } from "../../record/columns.js";
import type { Site } from "../../site/site.js";
import { Engine } from "../engine.js";
import { valueList, writeParquet } from "./parquet_table.js";
import type { TableFormat } from "./table_format.js";
import { tableWriter } from "./table_sink.js";
import type { ValueColumn } from "./value_column.js";

/** Rows that are handed on at once. */
const RUN = 2048;

/**
 * Writes rows to a path, or standard output (`-`).
 *
 * @param columns whose parts are names of columns of flow records
 */
export async function writeRows(
  rows: RowSource,
  columns: readonly ValueColumn[],
  format: TableFormat,
  path: string,
  site: Site,
): Promise<void> {
  if (format === "parquet") return writeWithEngine(rows, columns, path, site);
  const names = columns.flatMap(({ parts }) => parts.map(({ sql }) => sql as ColumnName));
  const run = new FlowColumns(RUN, names);
  const writer = await tableWriter(format);
  const sink = openSink(path, writer.content);
  try {
    const table = writer.open(sink, columns, site);
    while (rows.read(run) > 0)
      table.write(
        names.map((name) => run.arrays[name]!),
        run.count,
      );
    table.end();
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
}

async function writeWithEngine(
  rows: RowSource,
  columns: readonly ValueColumn[],
  path: string,
  site: Site,
): Promise<void> {
  const engine = await Engine.open();
  try {
    await writeParquet(engine, `SELECT ${valueList(columns, site)} FROM ${engine.addRows(rows)}`, path);
  } finally {
    engine.close();
  }
}
