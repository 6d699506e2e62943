/** Aggregate bags as tables for other programs. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { rowAttributes } from "../bags/attributes.js";
import { OutputError } from "../errors.js";
import { type OctetSink, openSink } from "../files/octet_sink.js";
import type { AggBagFile } from "../formats/silk/aggbag.js";
import { literal, quoted } from "../query/dialect.js";
import { Engine } from "../query/engine.js";
import { columnName } from "../query/table/column_name.js";
import { copyParquet } from "../query/table/parquet_table.js";
import type { TableFormat } from "../query/table/table_format.js";
import { type RowFormat, type TableSink, tableWriter } from "../query/table/table_sink.js";
import { isText, simple, type ValueColumn } from "../query/table/value_column.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { withAggBag } from "./agg_bag_file.js";
import { type AggField, aggField } from "./agg_field.js";
import { classText } from "./class_number.js";

/** Rows that are handed on at once. */
const RUN = 2048;

/** A column that gets the words of a field, as it travels: numbers of 64 bits, low half first. */
interface FieldColumn {
  readonly value: ValueColumn;
  readonly words: number;
  readonly arrays: readonly Uint32Array[];
  set(row: number, words: Uint32Array, at: number): void;
}

function fieldColumn(field: AggField, site: Site): FieldColumn {
  const { kind, octets } = field;
  const name = columnName(field.name);
  const array = new Uint32Array(2 * RUN);
  const wide = octets === 8;
  const single = (value: ValueColumn, set: FieldColumn["set"]): FieldColumn => ({
    value,
    words: wide ? 2 : 1,
    arrays: [array],
    set,
  });
  const number: FieldColumn["set"] = (row, words, at) => {
    array[2 * row] = words[wide ? at + 1 : at]!;
    array[2 * row + 1] = wide ? words[at]! : 0;
    if (wide && words[at]! >= SIGN) throw new OutputError(`${field.name} of row ${row}: ${ABOVE}`);
  };
  if (kind === "address") return addressColumn(name, octets);
  if (kind === "time")
    return single(simple(name, "time", name, "BIGINT"), (row, words, at) => {
      const microseconds = (words[at]! * 2 ** 32 + words[at + 1]!) * 1e6;
      if (microseconds > Number.MAX_SAFE_INTEGER) throw new OutputError(`${field.name} is beyond the year 2255`);
      array[2 * row] = microseconds % 2 ** 32;
      array[2 * row + 1] = Math.floor(microseconds / 2 ** 32);
    });
  if (kind === "attributes")
    return single(simple(name, "attributes", name, "BIGINT"), (row, words, at) => {
      array[2 * row] = rowAttributes(words[at]!);
    });
  if (kind === "class") {
    const texts = Array.from({ length: 256 }, (_, each) => classText(site, each));
    return single({ ...simple(name, "label", name, "BIGINT"), texts }, number);
  }
  const exported = kind === "tcp-flags" ? "flags" : kind === "number" || kind === "duration" ? "integer" : kind;
  return single(simple(name, exported, name, "BIGINT"), number);
}

/** The sign in the upper word of a number with one. */
const SIGN = 0x8000_0000;
const ABOVE = "a table has no room for numbers above 9223372036854775807";

function addressColumn(name: string, octets: number): FieldColumn {
  const [hi, lo] = [new Uint32Array(2 * RUN), new Uint32Array(2 * RUN)];
  const parts = ["hi", "lo"].map((half) => ({ sql: `${name}_${half}`, type: "UBIGINT" as const }));
  return {
    value: { name, kind: "address", parts },
    words: octets / 4,
    arrays: [hi, lo],
    set(row, words, at) {
      const narrow = octets === 4;
      hi[2 * row] = narrow ? 0 : words[at + 1]!;
      hi[2 * row + 1] = narrow ? 0 : words[at]!;
      lo[2 * row] = narrow ? words[at]! : words[at + 3]!;
      lo[2 * row + 1] = narrow ? MAPPED_IPV4 : words[at + 2]!;
    },
  };
}

/**
 * Writes the rows of a file as a table to a path, or standard output (`-`).
 *
 * @throws InputError when the file cannot be read; OutputError when a number is above 2^63 - 1
 */
export async function writeAggBagTable(path: string, format: TableFormat, to: string, site: Site): Promise<void> {
  if (format === "parquet") return writeParquet(path, to, site);
  await writeLines(path, format, site, (content) => openSink(to, content));
}

async function writeLines(
  path: string,
  format: RowFormat,
  site: Site,
  open: (content: "binary" | "text") => OctetSink,
): Promise<readonly ValueColumn[]> {
  const writer = await tableWriter(format);
  return withAggBag(path, (file) => {
    const columns = file.fields.map((each) => fieldColumn(aggField(each), site));
    const values = columns.map(({ value }) => value);
    const sink = open(writer.content);
    try {
      fillTable(file, columns, writer.open(sink, values, site));
    } catch (error) {
      sink.abort();
      throw error;
    }
    sink.close();
    return values;
  });
}

function fillTable(file: AggBagFile, columns: readonly FieldColumn[], table: TableSink): void {
  const arrays = columns.flatMap((each) => each.arrays);
  let rows = 0;
  file.forEachRow((words) => {
    let at = 0;
    for (const each of columns) {
      each.set(rows, words, at);
      at += each.words;
    }
    rows += 1;
    if (rows < RUN) return;
    table.write(arrays, rows);
    rows = 0;
  });
  if (rows > 0) table.write(arrays, rows);
  table.end();
}

/** No text of a value: else empty ones, such as those of no flags, would be missing. */
const NO_TEXT = "\u0001";

/** The engine writes Parquet, and reads CSV: rows of any fields come to it so. */
async function writeParquet(path: string, to: string, site: Site): Promise<void> {
  const engine = await Engine.open();
  try {
    const file = join(mkdtempSync(join(engine.spill, "rows-")), "rows.csv");
    const values = await writeLines(path, "csv", site, (content) => openSink(file, content));
    const columns = values.map(({ name, kind }) => {
      const type = kind === "time" ? "TIMESTAMPTZ" : isText(kind) ? "VARCHAR" : "BIGINT";
      return `${literal(name)}: ${literal(type)}`;
    });
    const options = `header = true, auto_detect = false, quote = '"', escape = '"', nullstr = ${literal(NO_TEXT)}`;
    const rows = `read_csv(${literal(file)}, ${options}, columns = {${columns.join(", ")}})`;
    const sink = openSink(to, "binary");
    try {
      await copyParquet(engine, `SELECT ${values.map(({ name }) => quoted(name)).join(", ")} FROM ${rows}`, sink);
    } catch (error) {
      sink.abort();
      throw error;
    }
    sink.close();
  } finally {
    engine.close();
  }
}
