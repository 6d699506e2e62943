/** rwdedupe: flows without those that are the same as another one. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { type ColumnArrays, FlowColumns } from "../record/columns.js";
import { gatherRows } from "../records/gather_rows.js";
import type { ResultType } from "./engine.js";
import { type FlowKey, flowKeys, keysWithout, type RowNumber } from "./flow_keys.js";
import { openFlowOutput, outputFormat, recordWriter, withOutputs } from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";
import { asRows, ROW_PARTS } from "./result_rows.js";
import { oneInteger } from "./values/number.js";

/** Fields that may differ a little; times in milliseconds. */
const DELTAS = [
  { option: "packets-delta", field: "packets" },
  { option: "bytes-delta", field: "bytes" },
  { option: "stime-delta", field: "sTime" },
  { option: "duration-delta", field: "duration" },
] as const;

const TYPES: readonly ResultType[] = ROW_PARTS.map(({ type }) => type);

/** Writes each flow of the query once and returns the exit status. */
export async function runDedupe(query: FlowQuery, args: Arguments, called: string): Promise<number> {
  const keys = keysWithout(flowKeys(query.site), args.value("ignore-fields"));
  const deltas = new Map<string, number>();
  for (const { option, field } of DELTAS) {
    const given = args.value(option);
    if (given === undefined) continue;
    if (keys.every((key) => key.field !== field)) throw new UsageError(`Cannot use --${option} with an ignored field`);
    deltas.set(field, oneInteger(given, 0, 0xffff_ffff, { option, what: option, given }));
  }
  // Flows that are equal but for what may differ a little must be neighbours.
  const exact = keys.filter(({ field }) => !deltas.has(field));
  const ordered = [...exact, ...keys.filter(({ field }) => deltas.has(field))];
  const order = [...ordered.flatMap(({ sql }) => sql), "arrival"].join(", ");
  const format = outputFormat(args, query.inputs.format());
  if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
  const engine = await query.engine();
  const statement = query.statement(
    `SELECT * EXCLUDE (arrival) FROM (SELECT *, row_number() OVER () AS arrival FROM flows) ORDER BY ${order}`,
  );
  const path = args.value("output-path") ?? "-";
  const output = openFlowOutput(path, await recordWriter(format), query, args, called);
  const distinct = new DistinctRows(ordered, deltas);
  await withOutputs([output], () =>
    engine.stream(statement, TYPES, (arrays, count) => {
      const rows = distinct.of(asRows(arrays, count));
      if (rows.count > 0) output.write(rows);
    }),
  );
  return 0;
}

/** Leaves out rows that are the same as the last one that was kept. */
class DistinctRows {
  readonly #numbers: readonly RowNumber[];
  /** What each number may differ by. */
  readonly #tolerances: readonly number[];
  readonly #kept: Float64Array;
  #first = true;
  #indexes = new Int32Array(0);
  #chosen = new FlowColumns(0);

  constructor(keys: readonly FlowKey[], deltas: ReadonlyMap<string, number>) {
    this.#numbers = keys.flatMap(({ numbers }) => numbers);
    this.#tolerances = keys.flatMap(({ field, numbers }) => numbers.map(() => deltas.get(field) ?? 0));
    this.#kept = new Float64Array(this.#numbers.length);
  }

  /** Those of a run that are kept; valid until the next call. */
  of(rows: FlowColumns): FlowColumns {
    if (this.#chosen.capacity < rows.count) {
      this.#chosen = new FlowColumns(rows.count);
      this.#indexes = new Int32Array(rows.count);
    }
    let count = 0;
    for (let i = 0; i < rows.count; i++) {
      if (!this.#first && this.#isSame(rows.arrays, i)) continue;
      this.#keep(rows.arrays, i);
      this.#indexes[count++] = i;
    }
    gatherRows(rows, this.#indexes, count, this.#chosen);
    return this.#chosen;
  }

  #isSame(arrays: ColumnArrays, i: number): boolean {
    for (let k = 0; k < this.#numbers.length; k++)
      if (Math.abs(this.#numbers[k]!(arrays, i) - this.#kept[k]!) > this.#tolerances[k]!) return false;
    return true;
  }

  #keep(arrays: ColumnArrays, i: number): void {
    for (let k = 0; k < this.#numbers.length; k++) this.#kept[k] = this.#numbers[k]!(arrays, i);
    this.#first = false;
  }
}
