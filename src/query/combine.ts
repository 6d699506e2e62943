/** rwcombine: flows that an active timeout cut into parts become one again. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { isStdout, openSink } from "../files/octet_sink.js";
import { FlowColumns, ROW_ATTRIBUTE } from "../record/columns.js";
import { Chain, copyRow, type RecordRoom, SILK_ROOM, WIDE_ROOM } from "./combine_chain.js";
import { type CombineCounts, combineStatistics, IdleTimes } from "./combine_statistics.js";
import type { ResultType } from "./engine.js";
import { type FlowKey, flowKeys, keysWithout, type RowNumber } from "./flow_keys.js";
import { openFlowOutput, outputFormat, recordWriter, withOutputs } from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";
import { asRows, ROW_PARTS } from "./result_rows.js";

const TYPES: readonly ResultType[] = ROW_PARTS.map(({ type }) => type);
const { activeTimeout, continuation } = ROW_ATTRIBUTE;
const CUT = activeTimeout | continuation;

/** Fields in which the parts of a flow are equal. */
const COMMON: ReadonlySet<string> = new Set([
  ..."sIP,dIP,sPort,dPort,protocol,sensor,in,out,nhIP,class,type,application".split(","),
]);

const ACTIONS = ["all", "timeout"];

/** Rows handed on at once. */
const ROWS = 2048;

/** Combines the flows of the query and returns the exit status. */
export async function runCombine(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  checkActions(args.value("actions"));
  const path = args.value("output-path") ?? "-";
  const statistics = args.flag("print-statistics") ? args.value("print-statistics") || "stderr" : undefined;
  if (statistics !== undefined && isStdout(statistics) && isStdout(path))
    throw new UsageError("Multiple outputs are using standard output");
  const keys = keysWithout(
    flowKeys(query.site).filter(({ field }) => COMMON.has(field)),
    args.value("ignore-fields"),
  );
  const maxIdle = maxIdleTime(args);
  const format = outputFormat(args, query.inputs.format());
  if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
  const engine = await query.engine();
  const statement = query.statement(ordered(keys));
  const output = openFlowOutput(path, await recordWriter(format), query, args, called);
  const room = format === "silk" ? SILK_ROOM : WIDE_ROOM;
  const combiner = new Combiner(keys, maxIdle, room, (rows) => output.write(rows));
  await withOutputs([output], async () => {
    await engine.stream(statement, TYPES, (arrays, count) => combiner.take(asRows(arrays, count)));
    combiner.end();
  });
  if (statistics !== undefined) {
    const sink = openSink(statistics, "text");
    sink.write(new TextEncoder().encode(combineStatistics(combiner.counts)));
    sink.close();
  }
  return 0;
}

/** Flows that are whole in their order, then the parts: those of a flow together, by time, its first part first. */
function ordered(keys: readonly FlowKey[]): string {
  const cut = `(attributes & ${CUT})`;
  // Parts of no length begin together: T, then T with C, then C.
  const marks = [`(attributes & ${continuation})`, `-(attributes & ${activeTimeout})`];
  const order = [...keys.flatMap(({ sql }) => sql), "stime", ...marks, "etime"];
  const list = order.map((sql) => `CASE WHEN ${cut} <> 0 THEN ${sql} END`).join(", ");
  return (
    "SELECT * EXCLUDE (arrival) FROM (SELECT *, row_number() OVER () AS arrival FROM flows) " +
    `ORDER BY ${cut} <> 0, ${list}, arrival`
  );
}

function checkActions(given: string | undefined): void {
  for (const word of given?.split(",") ?? [])
    if (word === "" || ACTIONS.every((each) => !each.startsWith(word.trim().toLowerCase())))
      throw new ArgumentError("actions", `Unrecognized value '${word}'`, "actions", given!);
}

/** Microseconds. */
function maxIdleTime(args: Arguments): number {
  const given = args.value("max-idle-time");
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\s*(\d+(\.\d*)?|\.\d+)\s*$/.test(given))
    throw new ArgumentError("max-idle-time", "Expected a number of seconds", "max-idle-time", given);
  return Math.round(Number(given) * 1e6);
}

class Combiner {
  readonly counts: CombineCounts = {
    read: 0,
    complete: 0,
    missingEnd: 0,
    missingBoth: 0,
    missingStart: 0,
    parts: 0,
    combined: 0,
    idle: new IdleTimes(),
  };
  readonly #numbers: readonly RowNumber[];
  readonly #maxIdle: number;
  readonly #room: RecordRoom;
  readonly #write: (rows: FlowColumns) => void;
  readonly #chain = new Chain();
  readonly #gaps: number[] = [];
  readonly #key: Float64Array;
  readonly #out = new FlowColumns(ROWS);

  constructor(keys: readonly FlowKey[], maxIdle: number, room: RecordRoom, write: (rows: FlowColumns) => void) {
    this.#numbers = keys.flatMap(({ numbers }) => numbers);
    this.#key = new Float64Array(this.#numbers.length);
    this.#maxIdle = maxIdle;
    this.#room = room;
    this.#write = write;
  }

  take(rows: FlowColumns): void {
    this.counts.read += rows.count;
    // Most flows are whole, and those come first.
    if (rows.arrays.attributes!.every((attributes) => (attributes & CUT) === 0)) {
      this.counts.complete += rows.count;
      this.#flush();
      this.#write(rows);
      return;
    }
    for (let i = 0; i < rows.count; i++) this.#takeRow(rows, i);
  }

  end(): void {
    this.#giveUp();
    this.#flush();
  }

  #takeRow(rows: FlowColumns, i: number): void {
    const cut = rows.arrays.attributes![i]! & CUT;
    if (cut === 0) {
      this.counts.complete += 1;
      this.#put(rows, i);
      return;
    }
    if (this.#chain.count > 0 && (cut === activeTimeout || !this.#continues(rows, i))) this.#giveUp();
    if (this.#chain.count === 0 && cut !== activeTimeout) {
      if (cut === CUT) this.counts.missingBoth += 1;
      else this.counts.missingStart += 1;
      this.#put(rows, i);
      return;
    }
    if (this.#chain.count === 0) for (let k = 0; k < this.#key.length; k++) this.#key[k] = this.#number(k, rows, i);
    else this.#gaps.push(startOf(rows, i) - this.#chain.end);
    this.#chain.add(rows, i);
    if (cut === continuation) this.#finish();
  }

  #number(k: number, rows: FlowColumns, i: number): number {
    return this.#numbers[k]!(rows.arrays, i);
  }

  #continues(rows: FlowColumns, i: number): boolean {
    if (this.#chain.isFull || startOf(rows, i) - this.#chain.end > this.#maxIdle) return false;
    for (let k = 0; k < this.#key.length; k++) if (this.#number(k, rows, i) !== this.#key[k]) return false;
    return true;
  }

  /** The last part is there. */
  #finish(): void {
    const parts = this.#chain.count;
    if (this.#chain.combine(this.#room) === "too large") {
      this.#giveUp();
      return;
    }
    this.counts.parts += parts;
    this.counts.combined += 1;
    for (const gap of this.#gaps) this.counts.idle.add(gap / 1e6);
    this.#put(this.#chain.rows, 0);
    this.#clear();
  }

  /** The parts stay as they are. */
  #giveUp(): void {
    this.counts.missingEnd += this.#chain.count;
    for (let i = 0; i < this.#chain.count; i++) this.#put(this.#chain.rows, i);
    this.#clear();
  }

  #clear(): void {
    this.#chain.clear();
    this.#gaps.length = 0;
  }

  #put(rows: FlowColumns, i: number): void {
    copyRow(rows, i, this.#out, this.#out.count);
    this.#out.count += 1;
    if (this.#out.count === ROWS) this.#flush();
  }

  #flush(): void {
    if (this.#out.count > 0) this.#write(this.#out);
    this.#out.count = 0;
  }
}

/** Microseconds since 1970. */
function startOf({ arrays: { stime } }: FlowColumns, i: number): number {
  return stime![2 * i + 1]! * 4294967296 + stime![2 * i]!;
}
