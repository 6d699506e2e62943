/** rwstats: the bins with the highest or lowest values. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { withTextOutput } from "../text/output.js";
import { tableStyle } from "../text/table.js";
import { binTimeOf } from "./bin_switches.js";
import { type BinValue, binValue, binValues, hasTotal } from "./bin_values.js";
import { binKeys, computedValues, grouping, type Key, keyColumns, keyValues, valueColumns } from "./bins.js";
import { number64 } from "./engine.js";
import type { Cell, FlowField, PrintStyle } from "./field.js";
import type { FlowQuery } from "./flow_query.js";
import { legacyKeys } from "./legacy_stats.js";
import { mapFields, printStyle } from "./print_style.js";
import { type PrintedColumn, RowTable } from "./row_table.js";
import { tableFormat } from "./table/table_format.js";
import { simple } from "./table/value_column.js";
import { type Table, writeTable } from "./table/write_table.js";
import { oneInteger } from "./values/number.js";

/** Where the list ends. */
export type Cutoff =
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "threshold"; readonly threshold: number }
  | { readonly kind: "percentage"; readonly percentage: number };

/** @throws UsageError when there is not exactly one of the three */
function cutoff(args: Arguments): Cutoff {
  const given = (["count", "threshold", "percentage"] as const).filter((name) => args.flag(name));
  if (given.length !== 1)
    throw new UsageError(
      given.length === 0
        ? "Must specify one of --count, --threshold or --percentage"
        : "May only specify one of --count, --threshold and --percentage",
    );
  const [kind] = given;
  const text = args.value(kind!)!;
  if (kind === "percentage") {
    const percentage = Number(text);
    if (!/^\s*\d+(\.\d*)?\s*$/.test(text) || percentage > 100)
      throw new ArgumentError("percentage", "Expected a number from 0 to 100", "percentage", text);
    return { kind, percentage };
  }
  const value = oneInteger(text, 0, Number.MAX_SAFE_INTEGER, { option: kind!, what: kind!, given: text });
  return kind === "count" ? { kind, count: value } : { kind: "threshold", threshold: value };
}

/** Values of `--values`, or of the switches of older releases. */
function statsValues(args: Arguments, style: PrintStyle, more: readonly FlowField[]): readonly BinValue[] {
  const list = args.value("values");
  if (list !== undefined) return binValues(list, "values", style, more);
  const old = ["bytes", "packets", "flows"].filter((name) => args.flag(name));
  return [binValue(old[0] ?? "records", "values", style)];
}

/** Totals over all bins: a row beside each bin. */
const TOTALS = ["bins", "records", "total"] as const;

interface Question {
  readonly keys: readonly Key[];
  readonly values: readonly BinValue[];
  readonly cutoff: Cutoff;
  readonly end: "top" | "bottom";
}

interface Ranking {
  /** Common table expressions: `bins`, `totals`, and `listed`, the bins that are listed. */
  readonly expressions: string;
  /** ORDER BY of the ranks. */
  readonly sorted: string;
}

function ranking({ keys, values, cutoff: end, end: direction }: Question): Ranking {
  const shown = grouping(keys, values);
  const primary = values[0]!;
  const groups = shown.keyNames.join(", ");
  // What a distinct value counts in different bins may be the same: its total is counted apart, in the same scan.
  const apart = primary.kind === "distinct";
  const grouped = apart ? `GROUPING SETS ((${groups}), ())` : groups;
  const mark = apart ? `GROUPING(${shown.keyNames[0]}) AS g` : "0 AS g";
  const total = apart ? "max(v0) FILTER (WHERE g = 1)" : hasTotal(primary) ? "sum(v0)" : "0";
  const records = apart ? "max(records) FILTER (WHERE g = 1)" : "sum(records)";
  const order = direction === "top" ? "DESC" : "ASC";
  const sorted = `ORDER BY v0 ${order}, ${groups}`;
  const expressions = `bins AS MATERIALIZED (SELECT ${shown.list}, count(*)::BIGINT AS records, ${mark} FROM flows GROUP BY ${grouped}),
totals AS (SELECT count(*) FILTER (WHERE g = 0)::BIGINT AS bins, coalesce(${records}, 0)::BIGINT AS records, coalesce(${total}, 0)::BIGINT AS total FROM bins),
listed AS (SELECT bins.* FROM bins${end.kind === "count" ? "" : ", totals"} WHERE g = 0${condition(end, direction, primary)} ${sorted}${end.kind === "count" && end.count > 0 ? ` LIMIT ${end.count}` : ""})`;
  return { expressions, sorted };
}

/** The statement: one row of totals beside each bin that is listed, or alone. */
function statsStatement(question: Question): string {
  const shown = grouping(question.keys, question.values);
  const { expressions, sorted } = ranking(question);
  return `WITH ${expressions}
SELECT totals.bins, totals.records, totals.total, (listed.v0 IS NOT NULL)::SMALLINT AS present, ${[
    ...shown.keyNames,
    ...shown.valueNames,
  ]
    .map((name, k) => `coalesce(listed.${name}, 0)::${shown.types[k]} AS ${name}`)
    .join(", ")} FROM totals LEFT JOIN listed ON true ${sorted}`;
}

/** The listed bins for other programs, with their shares of the total as numbers. */
function statsTable(question: Question, style: PrintStyle, percents: "shown" | "hidden"): Table {
  const { expressions, sorted } = ranking(question);
  const columns = [...keyValues(question.keys, style), ...computedValues(question.values)];
  const share = (part: string) => `(CASE WHEN total = 0 THEN 'NaN'::DOUBLE ELSE 100.0 * ${part} / total END)`;
  if (percents === "shown") {
    columns.push(simple("percent", "decimal", share("v0"), "DOUBLE"));
    columns.push(simple("cumulative_percent", "decimal", share("cumulated"), "DOUBLE"));
  }
  const cumulated = `sum(v0) OVER (${sorted} ROWS UNBOUNDED PRECEDING) AS cumulated`;
  const from = `(SELECT listed.*, totals.total, ${cumulated} FROM listed, totals) ${sorted}`;
  return { expressions, columns, from, order: "statement" };
}

function condition(end: Cutoff, direction: "top" | "bottom", primary: BinValue): string {
  const compare = direction === "top" ? ">=" : "<=";
  if (end.kind === "threshold") return ` AND v0 ${compare} ${end.threshold * (primary.kind === "rate" ? 1000 : 1)}`;
  if (end.kind === "percentage")
    return ` AND v0 ${compare} floor(totals.total::DOUBLE * ${end.percentage}::DOUBLE / 100)`;
  return "";
}

interface Totals {
  readonly bins: number;
  readonly records: number;
  readonly total: number;
}

const plural = (count: number, name: string) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** The two lines above the table. */
function banner(totals: Totals, listed: number, { values, cutoff: end, end: direction }: Question): string {
  const { name } = values[0]!;
  const total = !hasTotal(values[0]!) || totals.records === 0 ? "" : ` and ${totals.total} Total ${name}`;
  const input = `INPUT: ${plural(totals.records, "Record")} for ${plural(totals.bins, "Bin")}${total}\n`;
  const side = direction === "top" ? "Top" : "Bottom";
  if (end.kind === "count") return `${input}OUTPUT: ${side} ${end.count === 0 ? listed : end.count} Bins by ${name}\n`;
  const beyond = direction === "top" ? "above" : "below";
  const bound = end.kind === "threshold" ? end.threshold : Math.floor((totals.total * end.percentage) / 100);
  const percentage = end.kind === "percentage" ? `${end.percentage.toFixed(4)}%` : "";
  if (listed === 0) {
    const of = end.kind === "threshold" ? `${bound} ${name}` : `${percentage} (${bound} ${name})`;
    return `${input}OUTPUT: No bins ${beyond} threshold of ${of}\n`;
  }
  const detail = end.kind === "threshold" ? `(threshold ${bound})` : `(${percentage} == ${bound})`;
  return `${input}OUTPUT: ${side} ${listed} bins by ${name} ${detail}\n`;
}

/** Prints the question's answer and returns the exit status. */
export async function runStats(query: FlowQuery, args: Arguments, fields: string): Promise<number> {
  const table = tableStyle(args);
  const style = printStyle(args, query, table);
  const more = mapFields(args, query);
  const keys = args.flag("fields") ? binKeys(fields, binTimeOf(args), style, more) : legacyKeys(fields, args, style);
  const values = statsValues(args, style, more);
  const end = args.flag("bottom") ? "bottom" : "top";
  const question: Question = { keys, values, cutoff: cutoff(args), end };
  const primary = values[0]!;
  if (question.cutoff.kind === "percentage" && (primary.kind === "plain" || primary.kind === "rate"))
    throw new UsageError(`Cannot use --percentage with ${primary.name}: it has no total`);
  const format = tableFormat(args);
  if (format !== undefined)
    return writeTable(query, args, format, statsTable(question, style, args.flag("no-percents") ? "hidden" : "shown"));
  const engine = await query.engine();
  const { types } = grouping(keys, values);
  const statement = query.statement(statsStatement(question));
  const place = TOTALS.length + 1 + keys.reduce((sum, { parts }) => sum + parts.length, 0);
  const columns = [...keyColumns(keys, style), ...valueColumns(values, style)];
  if (!args.flag("no-percents")) columns.push(...percentColumns(primary, place));
  const rows = new RowTable(skipping(columns, TOTALS.length + 1), table);
  let totals: Totals = { bins: 0, records: 0, total: 0 };
  let listed = 0;
  let lines = "";
  const before = [...TOTALS.map(() => "BIGINT" as const), "SMALLINT" as const];
  await engine.stream(statement, [...before, ...types], (arrays, count) => {
    totals = { bins: number64(arrays[0]!, 0), records: number64(arrays[1]!, 0), total: number64(arrays[2]!, 0) };
    for (let i = 0; i < count && arrays[3]![i] === 1; i++) {
      lines += rows.line(arrays, i);
      listed += 1;
    }
  });
  await withTextOutput(args, async (output) => {
    if (table.titles) output.add(banner(totals, listed, question));
    output.add(rows.titles());
    output.add(lines);
  });
  return 0;
}

/** The columns of arrays that begin behind `skip` others. */
function skipping(columns: readonly PrintedColumn[], skip: number): readonly PrintedColumn[] {
  return columns.map((each) => ({ ...each, cell: ((arrays, at, i) => each.cell(arrays, at + skip, i)) as Cell }));
}

/** Share of the total, and of all bins so far. Distinct values of bins overlap: their sum has four digits, as in SiLK. */
function percentColumns(value: BinValue, primary: number): readonly PrintedColumn[] {
  let cumulated = 0;
  const share: Cell = (arrays, _at, i) => {
    const total = number64(arrays[2]!, i);
    return total === 0 ? "?" : ((100 * number64(arrays[primary]!, i)) / total).toFixed(6);
  };
  const sum: Cell = (arrays, _at, i) => {
    const total = number64(arrays[2]!, i);
    if (total === 0) return "?";
    cumulated += number64(arrays[primary]!, i);
    return ((100 * cumulated) / total).toFixed(value.kind === "distinct" ? 4 : 6);
  };
  return [
    { title: `%${value.name}`, width: 10, parts: 0, cell: share },
    { title: "cumul_%", width: 10, parts: 0, cell: sum },
  ];
}
