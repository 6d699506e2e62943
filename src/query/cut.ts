/** rwcut: fields of flows as text. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { withTextOutput } from "../text/output.js";
import { tableStyle } from "../text/table.js";
import type { ResultArray } from "./engine.js";
import type { FlowField, Part, PrintStyle } from "./field.js";
import { chooseFlowFields, FLOW_FIELDS, flowField } from "./fields.js";
import type { FlowQuery } from "./flow_query.js";
import { nativeLines } from "./native_lines.js";
import { mapFields, printStyle } from "./print_style.js";
import { type PrintedColumn, RowTable } from "./row_table.js";
import { tableFormat } from "./table/table_format.js";
import { fieldColumns } from "./table/value_column.js";
import { writeTable } from "./table/write_table.js";
import { oneInteger } from "./values/number.js";

const DEFAULT_FIELDS = "1-12";

/** The fields asked for, in their order. */
function cutFields(args: Arguments, query: FlowQuery): readonly FlowField[] {
  const list = args.value("fields");
  if (args.flag("all-fields")) {
    if (list !== undefined) throw new UsageError("Cannot specify both --fields and --all-fields");
    return FLOW_FIELDS.filter(({ onRequest }) => onRequest === undefined);
  }
  const fields = chooseFlowFields(list ?? DEFAULT_FIELDS, "fields", mapFields(args, query));
  if (!args.flag("icmp-type-and-code")) return fields;
  return [...fields, flowField("iType"), flowField("iCode")];
}

/** Rows of the input that are wanted, counted from 1. */
interface RowChoice {
  readonly offset: number;
  readonly limit: number | undefined;
  /** Of the last `tail` rows, print the first `shown`. */
  readonly last?: { readonly tail: number; readonly shown: number };
}

const MOST = Number.MAX_SAFE_INTEGER;

function rowChoice(args: Arguments): RowChoice {
  const number = (option: string) => {
    const given = args.value(option);
    return given === undefined ? undefined : oneInteger(given, 0, MOST, { option, what: option, given });
  };
  const [num, start, end, tail] = ["num-recs", "start-rec-num", "end-rec-num", "tail-recs"].map(number);
  if (tail !== undefined && (start !== undefined || end !== undefined))
    throw new UsageError("May only specify one of --tail-recs or --start-rec-num and --end-rec-num");
  if (start === 0) throw new UsageError("Invalid start-rec-num '0': Value must be at least 1");
  if (tail === 0) throw new UsageError("Invalid tail-recs '0': Value must be at least 1");
  if (start !== undefined && end && end < start)
    throw new UsageError(`The end-rec-num is less than start-rec-num: ${end} < ${start}`);
  // Of --num-recs and --end-rec-num, 0 is no limit.
  const most = num || undefined;
  if (tail !== undefined) return { offset: 0, limit: undefined, last: { tail, shown: Math.min(tail, most ?? tail) } };
  const first = start ?? 1;
  if (!end) return { offset: first - 1, limit: most };
  // Start and end say it all; without a start, --num-recs counts back from the end.
  if (start !== undefined || most === undefined || most >= end) return { offset: first - 1, limit: end - first + 1 };
  return { offset: end - most, limit: most };
}

interface Select {
  readonly statement: string;
  readonly names: readonly string[];
  readonly parts: readonly Part[];
}

/** What follows FROM, for the rows of a choice but for its tail. */
function chosenRows({ offset, limit }: RowChoice): string {
  return `flows${limit === undefined ? "" : ` LIMIT ${limit}`}${offset === 0 ? "" : ` OFFSET ${offset}`}`;
}

/** The last rows of all, too: they are known only when all have been seen. */
function rowsWithTail(choice: RowChoice): string {
  if (choice.last === undefined) return chosenRows(choice);
  const { tail, shown } = choice.last;
  const numbered = `SELECT *, row_number() OVER () AS number, count(*) OVER () AS rows FROM flows`;
  const before = `greatest(rows - ${tail}, 0)`;
  return `(${numbered}) WHERE number > ${before} AND number <= ${before} + ${shown} ORDER BY number`;
}

function select(query: FlowQuery, fields: readonly FlowField[], style: PrintStyle, choice: RowChoice): Select {
  const parts = fields.flatMap((field) => field.parts("record", style));
  const names = parts.map((_part, k) => `c${k}`);
  const columns = parts.map(({ sql, type }, k) => `${sql}::${type} AS ${names[k]}`);
  return { statement: query.statement(`SELECT ${columns.join(", ")} FROM ${chosenRows(choice)}`), names, parts };
}

/** Prints the flows of the query and returns the exit status. */
export async function runCut(query: FlowQuery, args: Arguments): Promise<number> {
  const table = tableStyle(args);
  const style = printStyle(args, query, table);
  const fields = cutFields(args, query);
  const choice = rowChoice(args);
  const format = tableFormat(args);
  if (format !== undefined) {
    const order = choice.last === undefined ? "input" : "statement";
    return writeTable(query, args, format, { columns: fieldColumns(fields, style), from: rowsWithTail(choice), order });
  }
  const columns = fields.map(
    (field): PrintedColumn => ({
      title: field.name,
      width: field.width("record", style),
      cell: field.cell("record", style),
      parts: field.parts("record", style).length,
    }),
  );
  const rows = new RowTable(columns, table);
  if (args.flag("dry-run")) {
    await withTextOutput(args, async (output) => output.add(rows.titles()));
    return 0;
  }
  await query.engine();
  const { statement, names, parts } = select(query, fields, style, choice);
  const last = choice.last && new LastLines(choice.last.tail);
  await withTextOutput(args, async (output) => {
    if (last === undefined) {
      output.add(rows.titles());
      const print = nativeLines(fields, style, table, output) ?? rows.printer(output);
      await query.deliver(statement, names, parts, print);
    } else await query.deliver(statement, names, parts, (arrays, count) => last.take(rows, arrays, count));
    output.add(rows.titles());
    for (const line of last?.lines().slice(0, choice.last?.shown) ?? []) output.add(line);
  });
  return 0;
}

/** Keeps the last lines of many. */
class LastLines {
  readonly #ring: string[] = [];
  readonly #size: number;
  #taken = 0;

  constructor(size: number) {
    this.#size = size;
  }

  take(rows: RowTable, arrays: readonly ResultArray[], count: number): void {
    const first = Math.max(0, count - this.#size);
    for (let i = first; i < count; i++) {
      this.#ring[this.#taken % this.#size] = rows.line(arrays, i);
      this.#taken += 1;
    }
  }

  lines(): readonly string[] {
    const start = this.#taken > this.#size ? this.#taken % this.#size : 0;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)];
  }
}
