/** Bins of rwuniq and rwstats: what flows are grouped by, the grouping in SQL, and its columns. */
import { timePrinter, timeWidth } from "../text/silk_time.js";
import type { BinTime } from "./bin_switches.js";
import type { BinValue } from "./bin_values.js";
import { milliseconds, quotient } from "./dialect.js";
import { number64 } from "./engine.js";
import { exportedOf, type FlowField, type Part, type PrintStyle } from "./field.js";
import { chooseFlowFields } from "./fields.js";
import { thousandthsCell } from "./plugin_fields.js";
import type { PrintedColumn } from "./row_table.js";
import { columnName } from "./table/column_name.js";
import { simple, type ValueColumn } from "./table/value_column.js";

/** A key field with the SQL it is grouped by. */
export interface Key {
  readonly field: FlowField;
  readonly parts: readonly Part[];
}

/**
 * Keys of `--fields`. With a bin time, start and end are those of their bins, and a duration beside both is the
 * difference of the two.
 *
 * @param more fields that only this query has
 */
export function binKeys(
  list: string,
  binTime: BinTime,
  style: PrintStyle,
  more: readonly FlowField[] = [],
): readonly Key[] {
  const fields = chooseFlowFields(list, "fields", more);
  const names = new Set(fields.map(({ name }) => name));
  const between = binTime !== undefined && names.has("sTime") && names.has("eTime");
  return fields.map((field) => ({
    field,
    parts: field.parts("bin", style).map((part) => {
      if (binTime === undefined) return part;
      if (field.name === "sTime") return { ...part, sql: floored("stime", binTime) };
      if (field.name === "eTime") return { ...part, sql: floored("etime", binTime) };
      if (field.name === "duration" && between)
        return { ...part, sql: `(${floored("etime", binTime)} - ${floored("stime", binTime)})` };
      return part;
    }),
  }));
}

/** Seconds of a time column, at the start of its bin. */
function floored(column: string, binTime: number): string {
  return `(${quotient(milliseconds(column), 1000 * binTime)} * ${binTime})`;
}

/** Columns of the keys as they print. */
export function keyColumns(keys: readonly Key[], style: PrintStyle): readonly PrintedColumn[] {
  return keys.map(({ field, parts }) => ({
    title: field.name,
    width: field.width("bin", style),
    cell: field.cell("bin", style),
    parts: parts.length,
  }));
}

/** Columns of the values as they print. */
export function valueColumns(values: readonly BinValue[], style: PrintStyle): readonly PrintedColumn[] {
  return values.map(({ name, kind, width }): PrintedColumn => {
    if (kind === "rate") return { title: name, width, parts: 1, cell: thousandthsCell };
    if (kind !== "time")
      return { title: name, width, parts: 1, cell: (arrays, at, i) => String(number64(arrays[at]!, i)) };
    const format = { ...style.time, fraction: 0 } as const;
    const print = timePrinter(format);
    return {
      title: name,
      width: timeWidth(format),
      parts: 1,
      cell: (arrays, at, i) => print(number64(arrays[at]!, i) * 1000),
    };
  });
}

/** SQL of the grouping: `k0, k1, …` of all keys' parts and `v0, v1, …` of the values. */
export interface Grouping {
  readonly keyNames: readonly string[];
  readonly valueNames: readonly string[];
  /** SELECT list of keys and values. */
  readonly list: string;
  readonly types: readonly Part["type"][];
}

export function grouping(keys: readonly Key[], values: readonly BinValue[]): Grouping {
  const parts = keys.flatMap((key) => key.parts);
  const keyNames = parts.map((_part, k) => `k${k}`);
  const valueNames = values.map((_value, k) => `v${k}`);
  const list = [
    ...parts.map(({ sql, type }, k) => `${sql}::${type} AS k${k}`),
    ...values.map(({ aggregate }, k) => `${aggregate}::BIGINT AS v${k}`),
  ].join(", ");
  return {
    keyNames,
    valueNames,
    list,
    types: [...parts.map(({ type }) => type), ...values.map(() => "BIGINT" as const)],
  };
}

/** Seconds of a result column as the microseconds of a time. */
function timeOfSeconds(name: string, seconds: string): ValueColumn {
  return simple(name, "time", `(${seconds} * 1000000)`, "BIGINT");
}

/** Thousandths of a result column as a number. */
function ofThousandths(name: string, sql: string): ValueColumn {
  return simple(name, "decimal", `(${sql}::DOUBLE / 1000)`, "DOUBLE");
}

/** Keys as values of tables, from the result columns `k0, k1, …` of a grouping. Times of bins are whole seconds. */
export function keyValues(keys: readonly Key[], style: PrintStyle): readonly ValueColumn[] {
  let at = 0;
  return keys.map(({ field, parts }) => {
    const name = columnName(field.name);
    const results = parts.map(({ type }) => ({ sql: `k${at++}`, type }));
    const { kind, texts } = exportedOf(field, style);
    if (kind === "time") return timeOfSeconds(name, results[0]!.sql);
    if (kind === "decimal") return ofThousandths(name, results[0]!.sql);
    return { name, kind: kind === "duration" ? "integer" : kind, parts: results, ...(texts && { texts }) };
  });
}

/** Values as values of tables, from the result columns `v0, v1, …`. */
export function computedValues(values: readonly BinValue[]): readonly ValueColumn[] {
  return values.map(({ name, kind }, k) => {
    const called = columnName(name);
    if (kind === "time") return timeOfSeconds(called, `v${k}`);
    if (kind === "rate") return ofThousandths(called, `v${k}`);
    return simple(called, "integer", `v${k}`, "BIGINT");
  });
}
