/** Answers of analysis commands in the formats of other programs. */
import type { Arguments } from "../../cli/switches.js";
import { openSink } from "../../files/octet_sink.js";
import type { OctetTaker } from "../engine.js";
import type { FlowQuery } from "../flow_query.js";
import { valueList, writeParquet } from "./parquet_table.js";
import type { TableFormat } from "./table_format.js";
import { type TableSink, tableWriter } from "./table_sink.js";
import type { ValueColumn } from "./value_column.js";

export interface Table {
  readonly columns: readonly ValueColumn[];
  /** Common table expressions, without WITH; nothing when there are none. */
  readonly expressions?: string;
  /** What follows FROM: a relation in which the columns' SQL has a meaning, perhaps with its order. */
  readonly from: string;
  /** Whether `from` says an order. */
  readonly order: "input" | "statement";
}

/** Writes a table to `--output-path` or standard output and returns the exit status. */
export async function writeTable(
  query: FlowQuery,
  args: Arguments,
  format: TableFormat,
  { columns, expressions, from, order }: Table,
): Promise<number> {
  const path = args.value("output-path") ?? "-";
  const engine = await query.engine();
  const statement = (list: string) =>
    query.statement(`${expressions === undefined ? "" : `WITH ${expressions} `}SELECT ${list} FROM ${from}`);
  if (format === "parquet") {
    await writeParquet(engine, statement(valueList(columns, query.site)), path);
    return 0;
  }
  const all = columns.flatMap((each) => each.parts);
  // Fields may show the same: it is computed once.
  const parts = [...new Map(all.map((part) => [part.sql, part])).values()];
  const places = all.map(({ sql }) => parts.findIndex((part) => part.sql === sql));
  const names = parts.map((_part, k) => `p${k}`);
  const select = statement(parts.map(({ sql, type }, k) => `${sql}::${type} AS ${names[k]}`).join(", "));
  const writer = await tableWriter(format, args.flag("no-titles") ? "none" : "titles");
  const octets = openSink(path, writer.content);
  try {
    // Names of sensors and types may come with the first rows: the table begins with them.
    let table: TableSink | undefined;
    const open = () => {
      table ??= writer.open(octets, columns, query.site);
      return table;
    };
    const takeOctets: OctetTaker["takeOctets"] = (octets, count) =>
      open().write(
        places.map((place) => octets[place]!),
        count,
      );
    await query.deliver(select, names, parts, { takeOctets }, order);
    open().end();
  } catch (error) {
    octets.abort();
    throw error;
  }
  octets.close();
  return 0;
}
