/** Tables as lines of text: CSV (RFC 4180, lines ended by LF) and JSON, one object a line. */
import type { OctetSink } from "../../files/octet_sink.js";
import type { Site } from "../../site/site.js";
import type { CellArray } from "../../text/row_formatter.js";
import { type LineCell, RowLines } from "../../text/row_lines.js";
import { csvCell } from "./csv_cell.js";
import type { TableSink } from "./table_sink.js";
import { cellForm, isText, type ValueColumn, valueType } from "./value_column.js";

export class LineTable implements TableSink {
  readonly #sink: OctetSink;
  readonly #lines: RowLines;

  private constructor(sink: OctetSink, lines: RowLines) {
    this.#sink = sink;
    this.#lines = lines;
  }

  static csv(sink: OctetSink, columns: readonly ValueColumn[], site: Site, titles: "titles" | "none"): LineTable {
    const cells = columns.map((column, k): LineCell => {
      const form = cellForm(column, site);
      return {
        kind: form.kind,
        type: valueType(column.parts),
        before: k === 0 ? "" : ",",
        texts: form.texts?.map(csvCell),
      };
    });
    const table = new LineTable(sink, new RowLines(cells, { end: "\n", missing: "", wide: "plain" }));
    if (titles === "titles") sink.write(new TextEncoder().encode(`${columns.map(({ name }) => name).join(",")}\n`));
    return table;
  }

  static json(sink: OctetSink, columns: readonly ValueColumn[], site: Site): LineTable {
    const quote = (column: ValueColumn | undefined) => (column !== undefined && isText(column.kind) ? '"' : "");
    const cells = columns.map((column, k): LineCell => {
      const form = cellForm(column, site);
      const opening = k === 0 ? "{" : `${quote(columns[k - 1])},`;
      const before = `${opening}${JSON.stringify(column.name)}:${quote(column)}`;
      return { kind: form.kind, type: valueType(column.parts), before, texts: form.texts?.map(jsonText) };
    });
    const end = `${quote(columns.at(-1))}}\n`;
    return new LineTable(sink, new RowLines(cells, { end, missing: "null", wide: "quoted" }));
  }

  write(arrays: readonly CellArray[], count: number): void {
    this.#lines.write(arrays, count, (octets) => this.#sink.write(octets));
  }

  end(): void {}
}

/** A text as it stands between the quotes of JSON. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
