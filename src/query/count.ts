/** rwcount: traffic over time. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { fixed } from "../text/fixed.js";
import { type TextOutput, withTextOutput } from "../text/output.js";
import { parseSilkTime } from "../text/parse_time.js";
import { timeFormat, timePrinter, timeWidth } from "../text/silk_time.js";
import { type TableColumn, type TableStyle, tableLine, tableStyle, titleLine } from "../text/table.js";
import { milliseconds } from "./dialect.js";
import { number64 } from "./engine.js";
import type { FlowQuery } from "./flow_query.js";
import { LOAD_SCHEMES, type LoadScheme } from "./load_schemes.js";
import { tableFormat } from "./table/table_format.js";
import { simple } from "./table/value_column.js";
import { type Table, writeTable } from "./table/write_table.js";
import { argument } from "./values/argument.js";

const DEFAULT_SCHEME = 4;
const DEFAULT_BIN_SECONDS = 30;

function loadScheme(args: Arguments): LoadScheme {
  const given = args.value("load-scheme") ?? String(DEFAULT_SCHEME);
  const byNumber = /^\d+$/.test(given) ? LOAD_SCHEMES[Number(given)] : undefined;
  const named = LOAD_SCHEMES.filter((each) => given !== "" && each.startsWith(given.toLowerCase()));
  const found = byNumber ?? (named.length === 1 ? named[0] : undefined);
  if (found === undefined)
    throw new ArgumentError(
      "load-scheme",
      `Expected 0 to 6 or one of ${LOAD_SCHEMES.join(", ")}`,
      "load-scheme",
      given,
    );
  return found;
}

interface Bins {
  /** Milliseconds. */
  readonly size: number;
  /** Start of bin 0, milliseconds since the epoch. */
  readonly origin: number;
  /** First bin to print, when it was asked for. */
  readonly first: number | undefined;
  /** Last bin to print, when it was asked for. */
  readonly last: number | undefined;
}

function bins(args: Arguments): Bins {
  const given = args.value("bin-size") ?? String(DEFAULT_BIN_SECONDS);
  const size = Math.round(Number(given) * 1000);
  if (!/^\s*\d+(\.\d*)?\s*$/.test(given) || size < 1)
    throw new ArgumentError("bin-size", "Expected a number of seconds above 0", "bin-size", given);
  const time = (name: string, old: string) => {
    const option = args.flag(name) ? name : old;
    const text = args.value(option);
    return text === undefined ? undefined : argument(() => parseSilkTime(text), option, text).microseconds / 1000;
  };
  const start = time("start-time", "start-epoch");
  const end = time("end-time", "end-epoch");
  if (start !== undefined && end !== undefined && end < start)
    throw new UsageError("The --end-time is before the --start-time");
  const origin = start ?? 0;
  // The last bin is whole.
  const last = end === undefined ? undefined : Math.max(0, Math.ceil((end - origin) / size) - 1);
  return { size, origin, first: start === undefined ? undefined : 0, last };
}

/** Part of a flow's volume that falls into bin `b`; `s` and `e` are its first and last millisecond. */
function weight(scheme: LoadScheme, { size, origin }: Bins): string {
  const start = `(${origin} + b * ${size})`;
  const within = (time: string) =>
    `(CASE WHEN ${time} >= ${start} AND ${time} < ${start} + ${size} THEN 1.0 ELSE 0.0 END)`;
  switch (scheme) {
    case "bin-uniform":
      return "(1.0 / (last - first + 1))";
    case "start-spike":
      return within("s");
    case "end-spike":
      return within("e");
    case "middle-spike":
      return within("(s + (e - s) // 2)");
    case "time-proportional":
      // The last millisecond counts: a flow of one millisecond lasts from its start to before the next.
      return `((least(e + 1, ${start} + ${size}) - greatest(s, ${start}))::DOUBLE / (e - s + 1))`;
    case "maximum-volume":
      return "1.0";
    case "minimum-volume":
      return "0.0";
  }
}

/** A statement of common table expressions and a SELECT over them. */
interface Statement {
  readonly expressions: string;
  readonly select: string;
}

/** Rows of bin, records, octets, packets: flows within one bin are summed as they are, the others spread. */
function countStatement(scheme: LoadScheme, size: Bins): Statement {
  const bin = (time: string) => `floor((${time} - ${size.origin})::DOUBLE / ${size.size})::BIGINT`;
  const bounds = [
    ...(size.first === undefined ? [] : [`b >= ${size.first}`]),
    ...(size.last === undefined ? [] : [`b <= ${size.last}`]),
  ];
  const where = bounds.length === 0 ? "" : ` WHERE ${bounds.join(" AND ")}`;
  const expressions = `times AS (SELECT ${milliseconds("stime")} AS s, ${milliseconds("etime")} AS e, packets, bytes FROM flows),
spans AS (SELECT *, ${bin("s")} AS first, greatest(${bin("e")}, ${bin("s")}) AS last FROM times),
spread AS (SELECT first AS b, count(*)::DOUBLE AS r, sum(bytes)::DOUBLE AS o, sum(packets)::DOUBLE AS p FROM spans WHERE first = last GROUP BY first
UNION ALL SELECT b, sum(w), sum(w * bytes), sum(w * packets) FROM
(SELECT *, ${weight(scheme, size)} AS w FROM (SELECT *, unnest(range(first, last + 1)) AS b FROM spans WHERE first < last)) GROUP BY b)`;
  const sums = "sum(r)::DOUBLE AS r, sum(o)::DOUBLE AS o, sum(p)::DOUBLE AS p";
  return { expressions, select: `SELECT b::BIGINT AS b, ${sums} FROM spread${where} GROUP BY b` };
}

/** The bins for other programs, empty ones between as in text. */
function countTable({ expressions, select }: Statement, size: Bins, args: Arguments): Table {
  const loaded = `loaded AS (SELECT * FROM (${select}) WHERE r != 0 OR o != 0 OR p != 0)`;
  const ends = `SELECT ${size.first ?? "low"} AS first, ${size.last ?? "high"} AS last FROM (SELECT min(b) AS low, max(b) AS high FROM loaded)`;
  const all = `all_bins AS (SELECT range AS b FROM (${ends}), range(first, last + 1))`;
  const slot = args.flag("bin-slots")
    ? simple("bin", "integer", `(b - ${Math.floor(size.origin / size.size)})`, "BIGINT")
    : simple("stime", "time", `((${size.origin} + b * ${size.size}) * 1000)`, "BIGINT");
  const sum = (name: string, column: string) => simple(name, "decimal", `coalesce(${column}, 0)`, "DOUBLE");
  return {
    expressions: `${expressions}, ${loaded}, ${all}`,
    columns: [slot, sum("records", "r"), sum("bytes", "o"), sum("packets", "p")],
    from: args.flag("skip-zeroes") ? "loaded ORDER BY b" : "all_bins LEFT JOIN loaded USING (b) ORDER BY b",
    order: "statement",
  };
}

const VALUES: readonly TableColumn[] = [
  { title: "Records", width: 15 },
  { title: "Bytes", width: 20 },
  { title: "Packets", width: 17 },
];

/** What the first column shows of a bin. */
function slotColumn(args: Arguments, size: Bins): { readonly column: TableColumn; text(bin: number): string } {
  const start = (bin: number) => size.origin + bin * size.size;
  if (args.flag("bin-slots")) return { column: { title: "Date", width: 10 }, text: numberFromFirst() };
  const chosen = args.flag("epoch-slots") ? ({ style: "epoch", zone: "utc", fraction: 3 } as const) : timeFormat(args);
  const whole = size.size % 1000 === 0 && size.origin % 1000 === 0;
  const format = whole ? ({ ...chosen, fraction: 0 } as const) : chosen;
  const print = timePrinter(format);
  return { column: { title: "Date", width: timeWidth(format) }, text: (bin) => print(start(bin)) };
}

/** Numbers bins from the first one that prints, which is 0. */
function numberFromFirst(): (bin: number) => string {
  let first: number | undefined;
  return (bin) => {
    first ??= bin;
    return String(bin - first);
  };
}

/** Prints one line a bin, with empty ones between when wanted. */
class BinPrinter {
  readonly #columns: readonly TableColumn[];
  readonly #text: (bin: number) => string;
  readonly #style: TableStyle;
  readonly #output: TextOutput;
  readonly #zeroes: "print" | "skip";
  #next: number | undefined;

  constructor(args: Arguments, size: Bins, style: TableStyle, output: TextOutput) {
    const { column, text } = slotColumn(args, size);
    this.#columns = [column, ...VALUES];
    this.#text = text;
    this.#style = style;
    this.#output = output;
    this.#zeroes = args.flag("skip-zeroes") ? "skip" : "print";
    this.#next = size.first;
    output.add(titleLine(this.#columns, style));
  }

  add(bin: number, records: number, octets: number, packets: number): void {
    if (records === 0 && octets === 0 && packets === 0) return;
    this.fillTo(bin);
    this.#line(bin, [records, octets, packets]);
    this.#next = bin + 1;
  }

  /** Empty bins before `bin`. */
  fillTo(bin: number): void {
    if (this.#zeroes === "print" && this.#next !== undefined)
      for (let each = this.#next; each < bin; each++) this.#line(each, [0, 0, 0]);
  }

  #line(bin: number, values: readonly number[]): void {
    const cells = [this.#text(bin), ...values.map((value) => fixed(value, 2))];
    this.#output.add(tableLine(this.#columns, cells, this.#style));
  }
}

/** Prints traffic over time and returns the exit status. */
export async function runCount(query: FlowQuery, args: Arguments): Promise<number> {
  const style = tableStyle(args);
  const size = bins(args);
  const scheme = loadScheme(args);
  const counted = countStatement(scheme, size);
  const format = tableFormat(args);
  if (format !== undefined) return writeTable(query, args, format, countTable(counted, size, args));
  const engine = await query.engine();
  const statement = query.statement(`WITH ${counted.expressions} ${counted.select} ORDER BY b`);
  await withTextOutput(args, async (output) => {
    const printer = new BinPrinter(args, size, style, output);
    const types = ["BIGINT", "DOUBLE", "DOUBLE", "DOUBLE"] as const;
    await engine.stream(statement, types, ([bin, records, octets, packets], count) => {
      for (let i = 0; i < count; i++)
        printer.add(signed64(bin as Uint32Array, i), records![i]!, octets![i]!, packets![i]!);
    });
    if (size.last !== undefined) printer.fillTo(size.last + 1);
  });
  return 0;
}

/** A 64-bit number that may be negative. */
function signed64(array: Uint32Array, i: number): number {
  return array[2 * i + 1]! < 0x80000000 ? number64(array, i) : number64(array, i) - 2 ** 64;
}
