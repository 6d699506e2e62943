/** Rows of differences as text and as tables for other programs. */

import { keyColumns } from "../query/bins.js";
import type { ResultArray, ResultType } from "../query/engine.js";
import { exportedOf, type PrintStyle } from "../query/field.js";
import type { PrintedColumn } from "../query/row_table.js";
import { columnName } from "../query/table/column_name.js";
import { simple, type ValueColumn } from "../query/table/value_column.js";
import { type DiffOptions, STATES } from "./options.js";
import { DIFFERENCES } from "./statement.js";
import type { DiffTable } from "./tables.js";

/** Whether numbers are volumes or volumes per second. */
export type Unit = "volumes" | "rates";

const NUMBERS = ["old", "new", "change"] as const;
const PERCENT = "(CASE WHEN old > 0 THEN change * 100 / old ELSE 'NaN'::DOUBLE END)";

const VOLUME_WIDTH = 20;
const PERCENT_WIDTH = 12;
const STATE_WIDTH = 7;

/** FROM and all that follows it: the rows of a table that are listed, in their order. */
export function listed({ grouping, names }: DiffTable, { only, threshold, count }: DiffOptions): string {
  const states = only.map((state) => STATES.indexOf(state)).join(", ");
  const conditions = [`grp = ${grouping}`, `state IN (${states})`, ...(threshold === undefined ? [] : [threshold])];
  const order = ["abs(change) DESC", ...names].join(", ");
  const limit = count === undefined ? "" : ` LIMIT ${count}`;
  return `${DIFFERENCES} WHERE ${conditions.join(" AND ")} ORDER BY ${order}${limit}`;
}

/** SELECT list for `printedColumns`, with its types. */
export function printedList({ keys, names }: DiffTable): { readonly list: string; readonly types: ResultType[] } {
  const parts = keys.flatMap((key) => key.parts);
  return {
    list: [...names, ...NUMBERS, PERCENT, "state"].join(", "),
    types: [...parts.map(({ type }) => type), "DOUBLE", "DOUBLE", "DOUBLE", "DOUBLE", "SMALLINT"],
  };
}

export function printedColumns({ keys }: DiffTable, style: PrintStyle, unit: Unit): readonly PrintedColumn[] {
  const digits = unit === "rates" ? 3 : 0;
  const number = (title: string, sign: "" | "+"): PrintedColumn => ({
    title,
    width: VOLUME_WIDTH,
    parts: 1,
    cell: (arrays, at, i) => signed(arrays[at]![i]!, digits, sign),
  });
  return [
    ...keyColumns(keys, style),
    number("Before", ""),
    number("After", ""),
    number("Change", "+"),
    {
      title: "%Change",
      width: PERCENT_WIDTH,
      parts: 1,
      cell: (arrays, at, i) => (Number.isNaN(arrays[at]![i]) ? "" : signed(arrays[at]![i]!, 2, "+")),
    },
    { title: "State", width: STATE_WIDTH, parts: 1, cell: stateCell },
  ];
}

function stateCell(arrays: readonly ResultArray[], at: number, i: number): string {
  return STATES[arrays[at]![i]!]!;
}

function signed(value: number, digits: number, sign: "" | "+"): string {
  const text = value.toFixed(digits);
  return value > 0 ? sign + text : text;
}

/** Columns for other programs: keys, then `before`, `after`, `change`, `percent` and `state`. */
export function valueColumns({ keys, names }: DiffTable, style: PrintStyle, unit: Unit): readonly ValueColumn[] {
  let at = 0;
  const keyed = keys.map(({ field, parts }): ValueColumn => {
    const name = columnName(field.name);
    const results = parts.map(({ type }) => ({ sql: names[at++]!, type }));
    const { kind, texts } = exportedOf(field, style);
    // Keys of times are whole seconds, and those of rates thousandths.
    if (kind === "time") return simple(name, "time", `(${results[0]!.sql} * 1000000)`, "BIGINT");
    if (kind === "decimal") return simple(name, "decimal", `(${results[0]!.sql}::DOUBLE / 1000)`, "DOUBLE");
    return { name, kind: kind === "duration" ? "integer" : kind, parts: results, ...(texts && { texts }) };
  });
  const number = (name: string, sql: string) =>
    unit === "rates" ? simple(name, "decimal", sql, "DOUBLE") : simple(name, "integer", `${sql}::BIGINT`, "BIGINT");
  return [
    ...keyed,
    number("before", "old"),
    number("after", "new"),
    number("change", "change"),
    simple("percent", "decimal", PERCENT, "DOUBLE"),
    { name: "state", kind: "label", parts: [{ sql: "state", type: "SMALLINT" }], texts: STATES },
  ];
}

/** Whole numbers of rows that `Engine.numbers` gives. */
export const COUNTED = `SELECT grp, state, count(*) FROM ${DIFFERENCES} GROUP BY ALL`;
