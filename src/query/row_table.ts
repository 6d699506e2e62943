/** Prints rows of query results as SiLK's tools print tables. */
import type { TextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, titleLine } from "../text/table.js";
import type { ResultArray, TakeRows } from "./engine.js";
import type { Cell } from "./field.js";

/** A column of a table whose cells are made from result arrays. */
export interface PrintedColumn extends TableColumn {
  readonly cell: Cell;
  /** Results it is made from. */
  readonly parts: number;
}

export class RowTable {
  readonly #columns: readonly PrintedColumn[];
  readonly #style: TableStyle;
  readonly #line: (arrays: readonly ResultArray[], i: number) => string;
  #titled = false;

  constructor(columns: readonly PrintedColumn[], style: TableStyle) {
    this.#columns = columns;
    this.#style = style;
    this.#line = lineMaker(columns, style);
  }

  /** The line of titles, once. */
  titles(): string {
    if (this.#titled) return "";
    this.#titled = true;
    return titleLine(this.#columns, this.#style);
  }

  /** The line of row `i`. */
  line(arrays: readonly ResultArray[], i: number): string {
    return this.#line(arrays, i);
  }

  /** What prints runs of rows to `output`, titles first. */
  printer(output: TextOutput): TakeRows {
    return (arrays, count) => {
      output.add(this.titles());
      for (let i = 0; i < count; i++) output.add(this.#line(arrays, i));
    };
  }
}

/** Joins the cells of a row; written out for each choice of columns, so that every cell's call stays monomorphic. */
function lineMaker(
  columns: readonly PrintedColumn[],
  { padded, separator, finalSeparator }: TableStyle,
): (arrays: readonly ResultArray[], i: number) => string {
  let at = 0;
  const parts = columns.map(({ width, left, parts: results }, k) => {
    const cell = `cells[${k}](arrays,${at},i)`;
    at += results;
    const text = padded ? `${cell}.${left ? "padEnd" : "padStart"}(${width})` : cell;
    const last = k === columns.length - 1;
    return !last || finalSeparator ? `${text}+separator` : text;
  });
  const body = `"use strict";return (arrays,i)=>${parts.join("+")}+"\\n"`;
  // Numbers and names of this module only: nothing that a user gave is compiled as text.
  return new Function("cells", "separator", body)(
    columns.map(({ cell }) => cell),
    separator,
  ) as (arrays: readonly ResultArray[], i: number) => string;
}
