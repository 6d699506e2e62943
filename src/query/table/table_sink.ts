/** Outputs of tables that take rows as they come. */
import type { Content, OctetSink } from "../../files/octet_sink.js";
import type { Site } from "../../site/site.js";
import type { CellArray } from "../../text/row_formatter.js";
import { cellForm, type ValueColumn, valueType } from "./value_column.js";

/** Takes rows, one array for each part of each column. */
export interface TableSink {
  /** The arrays are valid only during the call. */
  write(arrays: readonly CellArray[], count: number): void;
  /** Writes the format's end to the octet sink, which stays open. */
  end(): void;
}

/** Formats of which rows can be written one after the other; Parquet is written by the query engine. */
export type RowFormat = "arrow" | "json" | "csv";

export interface TableWriter {
  readonly content: Content;
  /** Begins a table. */
  open(octets: OctetSink, columns: readonly ValueColumn[], site: Site): TableSink;
}

/** The writer of a format, loaded when it is needed. */
export async function tableWriter(format: RowFormat, titles: "titles" | "none" = "titles"): Promise<TableWriter> {
  if (format === "arrow") {
    const { ArrowStream } = await import("../../formats/arrow/stream.js");
    return {
      content: "binary",
      open: (octets, columns, site) =>
        new ArrowStream(
          octets,
          columns.map((each) => ({ name: each.name, type: valueType(each.parts), ...cellForm(each, site) })),
        ),
    };
  }
  const { LineTable } = await import("./line_table.js");
  return {
    content: "text",
    open: (octets, columns, site) =>
      format === "csv" ? LineTable.csv(octets, columns, site, titles) : LineTable.json(octets, columns, site),
  };
}
