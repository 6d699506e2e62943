/** Keys and values of rwuniq and rwstats: what flows are grouped by, and what is computed of each group. */
import { UsageError } from "../errors.js";
import { timePrinter, timeWidth } from "../text/silk_time.js";
import type { BinTime } from "./bin_switches.js";
import { milliseconds, quotient } from "./dialect.js";
import { number64 } from "./engine.js";
import { exportedOf, type FlowField, type Part, type PrintStyle } from "./field.js";
import { chooseFlowFields, flowField } from "./fields.js";
import { PAYLOAD, RATES, rateOfGroup, thousandths } from "./flow_rates.js";
import { thousandthsCell } from "./plugin_fields.js";
import type { PrintedColumn } from "./row_table.js";
import { columnName, simple, type ValueColumn } from "./table/value_column.js";

/** A key field with the SQL it is grouped by. */
export interface Key {
  readonly field: FlowField;
  readonly parts: readonly Part[];
}

/** Whether all bins together have a value, of which each bin has a share. */
export function hasTotal({ kind }: BinValue): boolean {
  return kind === "sum" || kind === "distinct";
}

/** A computed value of a bin. */
export interface BinValue {
  /** As in titles: `sIP-Distinct`. */
  readonly name: string;
  /** Those of SiLK's plug-ins, `plain` numbers and `rate`s, have no total over all bins. */
  readonly kind: "sum" | "distinct" | "time" | "plain" | "rate";
  /** Aggregate over the flows of a bin, a BIGINT; of rates thousandths. */
  readonly aggregate: string;
  readonly width: number;
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

const RECORDS: BinValue = { name: "Records", kind: "sum", aggregate: "count(*)", width: 10 };
const PACKETS: BinValue = { name: "Packets", kind: "sum", aggregate: "sum(packets)", width: 15 };
const BYTES: BinValue = { name: "Bytes", kind: "sum", aggregate: "sum(bytes)", width: 20 };

/** Times of bins are whole seconds. */
const EARLIEST: BinValue = {
  name: "sTime-Earliest",
  kind: "time",
  aggregate: quotient(milliseconds("min(stime)"), 1000),
  width: 19,
};
const LATEST: BinValue = {
  name: "eTime-Latest",
  kind: "time",
  aggregate: quotient(milliseconds("max(etime)"), 1000),
  width: 19,
};

/** The number of different values of a field. */
function distinctOf(field: FlowField, style: PrintStyle): BinValue {
  const parts = field.parts("bin", style);
  // Two halves of an address as one number: counting rows of two columns takes twice the time.
  const one = parts.length === 2 ? `(${parts[0]!.sql}::UHUGEINT << 64 | ${parts[1]!.sql}::UHUGEINT)` : parts[0]!.sql;
  return { name: `${field.name}-Distinct`, kind: "distinct", aggregate: `count(DISTINCT ${one})`, width: 20 };
}

const SIMPLE: Readonly<Record<string, BinValue>> = {
  records: RECORDS,
  flows: RECORDS,
  packets: PACKETS,
  bytes: BYTES,
  "stime-earliest": EARLIEST,
  "etime-latest": LATEST,
  stime: EARLIEST,
  etime: LATEST,
};

const NAMES = [...Object.keys(SIMPLE), "sip-distinct", "dip-distinct"];

/** Width of the values of SiLK's plug-in flowrate. */
const RATE_WIDTH = 15;

const PAYLOAD_SUM: BinValue = { name: "payload-bytes", kind: "plain", aggregate: `sum(${PAYLOAD})`, width: RATE_WIDTH };

const RATE_NAMES = [...RATES.map(({ name }) => name), PAYLOAD_SUM.name];

function rateValue(name: string, { lookups }: PrintStyle): BinValue {
  const rate = RATES.find((each) => each.name === name);
  if (rate === undefined) return PAYLOAD_SUM;
  return { name, kind: "rate", aggregate: thousandths(rateOfGroup(rate, lookups.zeroDuration)), width: RATE_WIDTH };
}

/** @throws UsageError in SiLK's words */
export function binValue(word: string, called: string, style: PrintStyle, more: readonly FlowField[] = []): BinValue {
  const name = word.trim().toLowerCase();
  const distinct = /^distinct:(.*)$/.exec(name);
  if (distinct !== null) {
    const [field] = chooseFlowFields(distinct[1]!, called, more);
    return distinctOf(field!, style);
  }
  const beginning = (names: readonly string[]) => names.filter((each) => name !== "" && each.startsWith(name));
  // Without its plug-in SiLK does not have rates: they leave abbreviations to others.
  const usual = beginning(NAMES);
  const candidates = usual.length > 0 ? usual : beginning(RATE_NAMES);
  const exact = candidates.find((each) => each === name);
  const found = exact ?? candidates[0];
  const meanings = new Set(candidates.map((each) => SIMPLE[each] ?? each));
  if (found === undefined) throw new UsageError(`Invalid ${called}: No match was found for the field '${word}'`);
  if (exact === undefined && meanings.size > 1)
    throw new UsageError(`Invalid ${called}: The field '${word}' matches multiple fields`);
  if (candidates !== usual) return rateValue(found, style);
  return SIMPLE[found] ?? distinctOf(flowField(found.replace("-distinct", "")), style);
}

/** Values of a list; one named twice is an error. */
export function binValues(
  list: string,
  called: string,
  style: PrintStyle,
  more: readonly FlowField[] = [],
): readonly BinValue[] {
  const values = list.split(",").map((word) => binValue(word, called, style, more));
  const seen = new Set<string>();
  for (const { name } of values) {
    if (seen.has(name)) throw new UsageError(`Invalid ${called}: Duplicate name '${name}'`);
    seen.add(name);
  }
  return values;
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
