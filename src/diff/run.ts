/** flowtap diff: what is new, gone or changed between two periods. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { timeLiteral } from "../query/dialect.js";
import type { Engine } from "../query/engine.js";
import type { PrintStyle } from "../query/field.js";
import { FlowInputs } from "../query/flow_inputs.js";
import type { FlowQuery } from "../query/flow_query.js";
import { withQuery } from "../query/open_query.js";
import { mapFields, printStyle } from "../query/print_style.js";
import { RowTable } from "../query/row_table.js";
import { storeInputs } from "../query/store_inputs.js";
import { type TableFormat, tableFormat } from "../query/table/table_format.js";
import { writeTable, writeTables } from "../query/table/write_table.js";
import { COLUMN_NAMES } from "../record/columns.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { tableStyle } from "../text/table.js";
import { COUNTED, listed, printedColumns, printedList, type Unit, valueColumns } from "./differences.js";
import { DIFF_SWITCHES, type DiffOptions, diffOptions, STATES, VALUES } from "./options.js";
import { type Period, type Periods, periodArguments, periodsOf } from "./periods.js";
import { DIFFERENCES, diffStatement, type Side } from "./statement.js";
import { type DiffTable, type DiffTables, diffTables } from "./tables.js";

/** Compares and returns the exit status. */
export async function runDiff(args: Arguments, called: string): Promise<number> {
  const options = diffOptions(args);
  const periods = periodsOf(args);
  const format = tableFormat(args);
  if (format !== undefined && format !== "json" && args.value("fields") === undefined)
    throw new UsageError(`--output-format=${format} has room for one table: say which with --fields`);
  // The bar would show how far one of two inputs has come.
  const first = { ...periodArguments(args, periods.before) };
  const quiet = { ...first, flag: (name: string) => name === "no-progress" || first.flag(name) };
  const unnamed = periods.before.paths === undefined ? "store" : "stdin";
  return withQuery(quiet, DIFF_SWITCHES, called, (query) => compare(query, args, options, periods, format), unnamed);
}

async function compare(
  query: FlowQuery,
  args: Arguments,
  options: DiffOptions,
  periods: Periods,
  format: TableFormat | undefined,
): Promise<number> {
  const style = printStyle(args, query, tableStyle(args));
  const tables = diffTables(args, style, mapFields(args, query));
  const after = inputsOf(periods.after, args, query);
  try {
    const engine = await query.engine();
    await after.attach(engine);
    const statement = diffStatement(
      side(query, query.inputs, periods.before),
      side(query, after, periods.after),
      tables,
      VALUES[options.value].aggregate,
      options.rates,
    );
    await engine.run(`CREATE TEMP TABLE ${DIFFERENCES} AS ${query.explained(statement)}`);
    const summary = await summaryOf(engine, tables);
    if (format === undefined) await print(engine, args, options, tables, style, summary);
    else await write(query, args, options, tables, style, summary.unit, format);
  } finally {
    after.close();
  }
  return 0;
}

function inputsOf(period: Period, args: Arguments, query: FlowQuery): FlowInputs {
  const announce = args.flag("print-filenames")
    ? (path: string) => void process.stderr.write(`${path === "-" ? "stdin" : path}\n`)
    : () => {};
  if (period.paths !== undefined) return FlowInputs.ofPaths(period.paths, query.site, announce);
  return storeInputs(periodArguments(args, period), announce).inputs;
}

function side(query: FlowQuery, inputs: FlowInputs, { window }: Period): Side {
  const conditions = [query.condition];
  if (window !== undefined)
    conditions.push(`stime >= ${timeLiteral(window.from)}`, `stime < ${timeLiteral(window.before)}`);
  const flows = `SELECT ${COLUMN_NAMES.join(", ")} FROM ${inputs.relation()} WHERE ${conditions.join(" AND ")}`;
  return { flows, window };
}

/** What the headings tell. */
interface Summary {
  readonly unit: Unit;
  readonly oldLength: number;
  readonly newLength: number;
  readonly oldTotal: number;
  readonly newTotal: number;
  /** Rows by `grouping` and state, in the order of STATES. */
  readonly counts: ReadonlyMap<number, readonly number[]>;
}

async function summaryOf(engine: Engine, { total }: DiffTables): Promise<Summary> {
  const [row] = await engine.numbers(
    `SELECT old_length, new_length, old, new, rated::INTEGER FROM ${DIFFERENCES} WHERE grp = ${total}`,
  );
  const [oldLength, newLength, oldTotal, newTotal, rated] = row as [number, number, number, number, number];
  const counts = new Map<number, number[]>();
  for (const [grouping, state, rows] of await engine.numbers(COUNTED)) {
    const of = counts.get(grouping!) ?? STATES.map(() => 0);
    of[state!] = rows!;
    counts.set(grouping!, of);
  }
  return { unit: rated === 1 ? "rates" : "volumes", oldLength, newLength, oldTotal, newTotal, counts };
}

async function print(
  engine: Engine,
  args: Arguments,
  options: DiffOptions,
  { tables }: DiffTables,
  style: PrintStyle,
  summary: Summary,
): Promise<void> {
  const titles = tableStyle(args);
  await withTextOutput(args, async (output) => {
    if (titles.titles) output.add(heading(options, summary));
    for (const table of tables) {
      if (titles.titles) output.add(tableHeading(table, options, summary));
      const rows = new RowTable(printedColumns(table, style, summary.unit), titles);
      await printRows(engine, table, options, rows, output);
    }
  });
}

async function printRows(
  engine: Engine,
  table: DiffTable,
  options: DiffOptions,
  rows: RowTable,
  output: TextOutput,
): Promise<void> {
  const { list, types } = printedList(table);
  await engine.stream(`SELECT ${list} FROM ${listed(table, options)}`, types, rows.printer(output));
  output.add(rows.titles());
}

function heading({ value }: DiffOptions, { unit, oldLength, newLength, oldTotal, newTotal }: Summary): string {
  const rates = unit === "rates";
  const name = rates ? `${VALUES[value].title} per second` : VALUES[value].title;
  const line = (period: string, total: number, length: number) =>
    `${period}: ${total.toFixed(rates ? 3 : 0)} ${name} in ${length.toFixed(3)} s\n`;
  const why = oldLength === newLength ? "" : ": the periods differ in length";
  const note = rates ? `All volumes are ${name}${why}\n` : "";
  return line("BEFORE", oldTotal, oldLength) + line("AFTER", newTotal, newLength) + note;
}

function tableHeading({ title, grouping }: DiffTable, { value }: DiffOptions, { counts }: Summary): string {
  const of = counts.get(grouping) ?? STATES.map(() => 0);
  const states = STATES.map((state, k) => `${of[k]} ${state === "same" ? "the same" : state}`);
  return `\n${title} by ${VALUES[value].title}: ${states.join(", ")}\n`;
}

async function write(
  query: FlowQuery,
  args: Arguments,
  options: DiffOptions,
  { tables }: DiffTables,
  style: PrintStyle,
  unit: Unit,
  format: TableFormat,
): Promise<void> {
  // The tables are there already: a statement about them needs no flows.
  const kept = {
    site: query.site,
    engine: () => query.engine(),
    deliver: query.deliver.bind(query),
    statement: (body: string) => body,
  };
  const rows = tables.map((table, k) => ({
    columns: [...tableColumn(tables, k), ...valueColumns(table, style, unit)],
    from: listed(table, options),
    order: "statement" as const,
  }));
  if (format === "json") await writeTables(kept, args, format, rows);
  else await writeTable(kept, args, format, rows[0]!);
}

/** Several tables in one output are told apart by their names. */
function tableColumn(tables: readonly DiffTable[], k: number) {
  if (tables.length === 1) return [];
  const texts = tables.map(({ title }) => title.toLowerCase());
  return [{ name: "table", kind: "label" as const, parts: [{ sql: String(k), type: "SMALLINT" as const }], texts }];
}
