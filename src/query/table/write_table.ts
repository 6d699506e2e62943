/** Answers of analysis commands in the formats of other programs. */
import type { Arguments } from "../../cli/switches.js";
import { type OctetSink, openSink } from "../../files/octet_sink.js";
import type { OctetTaker } from "../engine.js";
import type { FlowQuery } from "../flow_query.js";
import { valueList, writeParquet } from "./parquet_table.js";
import type { TableFormat } from "./table_format.js";
import { type RowFormat, type TableSink, type TableWriter, tableWriter } from "./table_sink.js";
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

/** What a table is asked of. */
export type TableQuery = Pick<FlowQuery, "engine" | "statement" | "deliver" | "site">;

/** Writes a table to `--output-path` or standard output and returns the exit status. */
export async function writeTable(
  query: TableQuery,
  args: Arguments,
  format: TableFormat,
  table: Table,
): Promise<number> {
  if (format === "parquet") {
    const engine = await query.engine();
    await writeParquet(engine, statement(query, table, valueList(table.columns, query.site)), pathOf(args));
    return 0;
  }
  return writeTables(query, args, format, [table]);
}

/** Writes tables one behind the other, which only lines of JSON keep apart. */
export async function writeTables(
  query: TableQuery,
  args: Arguments,
  format: RowFormat,
  tables: readonly Table[],
): Promise<number> {
  const writer = await tableWriter(format, args.flag("no-titles") ? "none" : "titles");
  // What is wrong with the inputs shows before there is an output.
  await query.engine();
  const octets = openSink(pathOf(args), writer.content);
  try {
    for (const table of tables) await writeRows(query, writer, octets, table);
  } catch (error) {
    octets.abort();
    throw error;
  }
  octets.close();
  return 0;
}

async function writeRows(query: TableQuery, writer: TableWriter, octets: OctetSink, from: Table): Promise<void> {
  const { columns, order } = from;
  const all = columns.flatMap((each) => each.parts);
  // Fields may show the same: it is computed once.
  const parts = [...new Map(all.map((part) => [part.sql, part])).values()];
  const places = all.map(({ sql }) => parts.findIndex((part) => part.sql === sql));
  const names = parts.map((_part, k) => `p${k}`);
  const select = statement(query, from, parts.map(({ sql, type }, k) => `${sql}::${type} AS ${names[k]}`).join(", "));
  // Names of sensors and types may come with the first rows: the table begins with them.
  let table: TableSink | undefined;
  const open = () => {
    table ??= writer.open(octets, columns, query.site);
    return table;
  };
  const takeOctets: OctetTaker["takeOctets"] = (values, count) =>
    open().write(
      places.map((place) => values[place]!),
      count,
    );
  await query.deliver(select, names, parts, { takeOctets }, order);
  open().end();
}

function pathOf(args: Arguments): string {
  return args.value("output-path") ?? "-";
}

function statement(query: TableQuery, { expressions, from }: Table, list: string): string {
  return query.statement(`${expressions === undefined ? "" : `WITH ${expressions} `}SELECT ${list} FROM ${from}`);
}
