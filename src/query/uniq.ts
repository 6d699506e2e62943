/** rwuniq: flows grouped by fields, with values of each group. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { withTextOutput } from "../text/output.js";
import { tableStyle } from "../text/table.js";
import { binTimeOf } from "./bin_switches.js";
import { type BinValue, binValue, binValues } from "./bin_values.js";
import { binKeys, computedValues, grouping, keyColumns, keyValues, valueColumns } from "./bins.js";
import { quoted } from "./dialect.js";
import type { FlowField, PrintStyle } from "./field.js";
import type { FlowQuery } from "./flow_query.js";
import { within } from "./partition/condition.js";
import { mapFields, printStyle } from "./print_style.js";
import { RowTable } from "./row_table.js";
import { tableFormat } from "./table/table_format.js";
import { writeTable } from "./table/write_table.js";
import { type NumberRange, oneIntegerRange } from "./values/number.js";

/** Switches of SiLK's older releases, each a value and perhaps a threshold, in the order of their columns. */
const OLD_VALUES = [
  ["bytes", "bytes"],
  ["packets", "packets"],
  ["flows", "records"],
  ["stime", "stime-earliest"],
  ["etime", "etime-latest"],
  ["sip-distinct", "sip-distinct"],
  ["dip-distinct", "dip-distinct"],
] as const;

const ALL_COUNTS = ["bytes", "packets", "flows", "stime", "etime"];

interface Threshold {
  readonly value: BinValue;
  readonly range: NumberRange;
}

interface ValueChoice {
  readonly values: readonly BinValue[];
  readonly thresholds: readonly Threshold[];
}

function valueChoice(args: Arguments, style: PrintStyle, more: readonly FlowField[]): ValueChoice {
  const list = args.value("values");
  const values = list === undefined ? [] : [...binValues(list, "values", style, more)];
  const thresholds: Threshold[] = [];
  for (const [option, name] of OLD_VALUES) {
    const all = args.flag("all-counts") && ALL_COUNTS.includes(option);
    if (!args.flag(option) && !all) continue;
    const value = binValue(name, option, style);
    if (!values.some((each) => each.name === value.name)) values.push(value);
    const given = args.value(option) ?? "";
    if (given !== "") thresholds.push({ value, range: oneIntegerRange(given, { option, what: option, given }) });
  }
  for (const given of args.values("threshold")) thresholds.push(threshold(given, style, more));
  if (values.length === 0) values.push(binValue("records", "values", style));
  return { values, thresholds };
}

/** `FIELD=MIN[-MAX]`; without MAX there is no upper bound. */
function threshold(given: string, style: PrintStyle, more: readonly FlowField[]): Threshold {
  const equals = given.lastIndexOf("=");
  if (equals < 0) throw new ArgumentError("threshold", "Expected FIELD=MIN or FIELD=MIN-MAX", "threshold", given);
  const value = binValue(given.slice(0, equals), "threshold", style, more);
  const text = given.slice(equals + 1);
  const range = oneIntegerRange(text.includes("-") ? text : `${text}-`, {
    option: "threshold",
    what: "threshold",
    given,
  });
  return { value, range };
}

/** Prints the bins of the query and returns the exit status. */
export async function runUniq(query: FlowQuery, args: Arguments): Promise<number> {
  const table = tableStyle(args);
  const style = printStyle(args, query, table);
  const list = args.value("fields");
  if (list === undefined) throw new UsageError("The --fields switch is required");
  const more = mapFields(args, query);
  const keys = binKeys(list, binTimeOf(args), style, more);
  const { values, thresholds } = valueChoice(args, style, more);
  const shown = grouping(keys, values);
  const having = thresholds.map(({ value, range }) => {
    const scale = value.kind === "rate" ? 1000 : 1;
    return within(`(${value.aggregate})`, [{ low: scale * range.low, high: scale * range.high }]);
  });
  const groups = shown.keyNames.map(quoted).join(", ");
  const bins = `SELECT ${shown.list} FROM flows GROUP BY ${groups}${having.length === 0 ? "" : ` HAVING ${having.join(" AND ")}`}`;
  const format = tableFormat(args);
  if (format !== undefined) {
    const columns = [...keyValues(keys, style), ...computedValues(values)];
    return writeTable(query, args, format, { columns, from: `(${bins}) ORDER BY ${groups}`, order: "statement" });
  }
  const engine = await query.engine();
  const statement = query.statement(`${bins} ORDER BY ${groups}`);
  const rows = new RowTable([...keyColumns(keys, style), ...valueColumns(values, style)], table);
  await withTextOutput(args, async (output) => {
    await engine.stream(statement, shown.types, rows.printer(output));
    output.add(rows.titles());
  });
  return 0;
}
