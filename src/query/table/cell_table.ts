/** Tables that are no answers about flows (sensors, members of sets, labels): rows of cells, written as they come. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Arguments, Switch } from "../../cli/switches.js";
import { ArgumentError, OutputError } from "../../errors.js";
import { type Content, type OctetSink, openSink } from "../../files/octet_sink.js";
import { TextOutput } from "../../text/output.js";
import { literal } from "../dialect.js";
import { csvCell } from "./csv_cell.js";

export const CELL_FORMATS = ["parquet", "json", "csv"] as const;
export type CellFormat = (typeof CELL_FORMATS)[number];

/** Of commands whose tables are rows of cells. */
export const CELL_FORMAT_SWITCH: Switch = {
  name: "output-format",
  argument: "FORMAT",
  values: CELL_FORMATS,
  group: "Output",
  help: "Write parquet, json (an object a line) or csv",
  fallback: "text",
  shared: true,
};

/** The format asked for; undefined for text. */
export function cellFormat(args: Arguments): CellFormat | undefined {
  const given = args.value("output-format");
  if (given === undefined || given === "text") return undefined;
  const found = CELL_FORMATS.find((each) => each === given);
  if (found === undefined)
    throw new ArgumentError(
      "output-format",
      `Expected one of text, ${CELL_FORMATS.join(", ")}`,
      "output-format",
      given,
    );
  return found;
}

/** What the cells of a column are. */
export type CellKind = "text" | "integer" | "list";

export interface CellColumn {
  readonly name: string;
  readonly kind: CellKind;
}

/** A value of a column; undefined where there is none. */
export type Cell = string | number | bigint | readonly string[] | undefined;

/** A cell for each column. */
export type CellRow = readonly Cell[];

export type AddRow = (cells: CellRow) => void;

const SQL_TYPES: Readonly<Record<CellKind, string>> = { text: "VARCHAR", integer: "BIGINT", list: "VARCHAR[]" };
const CONTENT: Readonly<Record<CellFormat, Content>> = { parquet: "binary", json: "text", csv: "text" };

/**
 * Writes the rows that `fill` adds to `--output-path` or standard output. `--no-titles` leaves out the names of CSV.
 *
 * @throws OutputError when the output cannot be written; nothing of a new file remains then
 */
export async function writeCells(
  args: Arguments,
  format: CellFormat,
  columns: readonly CellColumn[],
  fill: (add: AddRow) => void | Promise<void>,
): Promise<void> {
  const sink = openSink(args.value("output-path") ?? "-", CONTENT[format]);
  try {
    if (format === "parquet") await fillParquet(sink, columns, fill);
    else await fillLines(sink, format, columns, args.flag("no-titles") ? "none" : "titles", fill);
  } catch (error) {
    sink.abort();
    throw error;
  }
  sink.close();
}

async function fillLines(
  sink: OctetSink,
  format: "json" | "csv",
  columns: readonly CellColumn[],
  titles: "titles" | "none",
  fill: (add: AddRow) => void | Promise<void>,
): Promise<void> {
  // The sink is the caller's to end.
  const output = new TextOutput({ name: sink.name, write: (octets) => sink.write(octets), close() {}, abort() {} });
  if (format === "csv") {
    if (titles === "titles") output.add(`${columns.map(({ name }) => csvCell(name)).join(",")}\n`);
    await fill((cells) => output.add(`${cells.map((cell) => csvCell(plainText(cell))).join(",")}\n`));
  } else {
    const names = columns.map(({ name }) => JSON.stringify(name));
    await fill((cells) => output.add(`{${cells.map((cell, k) => `${names[k]}:${jsonText(cell)}`).join(",")}}\n`));
  }
  await output.end();
}

function plainText(cell: Cell): string {
  if (cell === undefined) return "";
  return typeof cell === "object" ? cell.join(" ") : String(cell);
}

/** Integers are digits, however many: what reads them says how exactly. */
function jsonText(cell: Cell): string {
  if (cell === undefined) return "null";
  return typeof cell === "bigint" ? String(cell) : JSON.stringify(cell);
}

const MOST = 2n ** 63n - 1n;

function checkInteger(cell: Cell): void {
  if (typeof cell === "bigint" && cell > MOST)
    throw new OutputError(`--output-format=parquet: ${cell} is above ${MOST}`);
}

/** The rows wait in a file of JSON lines: the engine reads files, and rows are not kept in memory. */
async function fillParquet(
  sink: OctetSink,
  columns: readonly CellColumn[],
  fill: (add: AddRow) => void | Promise<void>,
): Promise<void> {
  const [{ Engine }, { copyParquet }] = await Promise.all([import("../engine.js"), import("./parquet_table.js")]);
  const engine = await Engine.open();
  const folder = mkdtempSync(join(engine.spill, "cells-"));
  try {
    const path = join(folder, "rows.json");
    const lines = openSink(path, "text");
    try {
      await fillLines(lines, "json", columns, "none", (add) =>
        fill((cells) => {
          cells.forEach(checkInteger);
          add(cells);
        }),
      );
    } catch (error) {
      lines.abort();
      throw error;
    }
    lines.close();
    const types = columns.map(({ name, kind }) => `${literal(name)}: ${literal(SQL_TYPES[kind])}`).join(", ");
    const rows = `read_json(${literal(path)}, format = 'newline_delimited', columns = {${types}})`;
    await copyParquet(engine, `SELECT * FROM ${rows}`, sink);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    engine.close();
  }
}
