/** rwgroup: flows that follow each other and are alike get a number, as their next hop. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, reasonOf, UsageError } from "../errors.js";
import { COLUMN_NAMES, type FlowColumns } from "../record/columns.js";
import { type AddressWords, parseAddress } from "../text/parse_address.js";
import { type RecordRoom, SILK_ROOM, WIDE_ROOM } from "./combine_chain.js";
import type { ResultArray } from "./engine.js";
import type { Part } from "./field.js";
import { chooseFlowFields } from "./fields.js";
import { openFlowOutput, outputFormat, recordWriter, withOutputs } from "./flow_output.js";
import type { FlowQuery } from "./flow_query.js";
import { type GroupDelta, GroupKey, groupDelta, groupParts } from "./group_key.js";
import { GroupNumber } from "./group_number.js";
import type { GroupSink } from "./group_sink.js";
import { GroupSummaries } from "./group_summary.js";
import { GroupThreshold } from "./group_threshold.js";
import { plainStyle } from "./print_style.js";
import { asRows, ROW_PARTS } from "./result_rows.js";
import { oneInteger } from "./values/number.js";

/** The largest threshold that SiLK takes. */
const MOST_THRESHOLD = 65535;

/** Whether flows are put in the order of the key first: those of a store have none. */
export type GroupOrder = "of the input" | "of the key";

/** Numbers the groups of the query's flows and returns the exit status. */
export async function runGroup(query: FlowQuery, args: Arguments, called: string, order: GroupOrder): Promise<number> {
  const style = plainStyle(query);
  const ids = args.value("id-fields");
  const fields = ids === undefined ? [] : chooseFlowFields(ids, "id-fields", query.prefixMaps.fields());
  const delta = deltaOf(args);
  if (ids === undefined && delta === undefined)
    throw new UsageError("Must specify --id-fields or --delta-field or both");
  const number = new GroupNumber(firstNumber(args.value("group-offset")));
  const threshold = thresholdOf(args.value("rec-threshold"));
  const format = outputFormat(args, query.inputs.format());
  if (format === "parquet") throw new UsageError("--output-format=parquet is written by rwsort and rwfilter only");
  const idParts = fields.flatMap((field) => groupParts(field, style));
  const deltaParts = delta === undefined ? [] : groupParts(delta.field, style);
  const parts = [...ROW_PARTS, ...idParts, ...deltaParts];
  const names = [...COLUMN_NAMES, ...[...idParts, ...deltaParts].map((_part, k) => `key_${k}`)];
  await query.engine();
  const statement = query.statement(select(names, parts, order));
  const path = args.value("output-path") ?? "-";
  const output = openFlowOutput(path, await recordWriter(format), query, args, called);
  const key = new GroupKey(idParts, ROW_PARTS.length, delta, deltaParts[0]);
  const sink = groupSink(args, threshold, format === "silk" ? SILK_ROOM : WIDE_ROOM, (rows) => output.write(rows));
  const numbered = new NumberedRows(key, number);
  await withOutputs([output], async () => {
    await query.deliver(
      statement,
      names,
      parts,
      (arrays, count) => {
        sink.take(numbered.of(arrays, count), (i) => numbered.begins(i));
      },
      order === "of the key" ? "statement" : "input",
    );
    sink.end();
  });
  return 0;
}

function groupSink(
  args: Arguments,
  threshold: number,
  room: RecordRoom,
  write: (rows: FlowColumns) => void,
): GroupSink {
  if (args.flag("summarize")) return new GroupSummaries(threshold, room, write);
  return threshold > 1 ? new GroupThreshold(threshold, write) : { take: write, end() {} };
}

function select(names: readonly string[], parts: readonly Part[], order: GroupOrder): string {
  const columns = parts.map(({ sql, type }, k) => (sql === names[k] ? sql : `(${sql})::${type} AS ${names[k]}`));
  const list = `SELECT ${columns.join(", ")} FROM flows`;
  // Of equal flows the earliest comes first.
  return order === "of the input"
    ? list
    : `${list} ORDER BY ${[...names.slice(COLUMN_NAMES.length), "stime"].join(", ")}`;
}

function deltaOf(args: Arguments): GroupDelta | undefined {
  const [field, value] = [args.value("delta-field"), args.value("delta-value")];
  if (field !== undefined)
    return groupDelta(field, value, args.flag("objective") ? "the first of the group" : "the flow before");
  if (value !== undefined) throw new UsageError("The --delta-field switch is required with --delta-value");
  return undefined;
}

function firstNumber(given: string | undefined): AddressWords {
  try {
    return parseAddress(given ?? "0.0.0.0");
  } catch (error) {
    throw new ArgumentError("group-offset", reasonOf(error), "group-offset", given ?? "");
  }
}

function thresholdOf(given: string | undefined): number {
  const option = "rec-threshold";
  return given === undefined ? 1 : oneInteger(given, 1, MOST_THRESHOLD, { option, what: option, given });
}

/** Gives rows the numbers of their groups. */
class NumberedRows {
  readonly #key: GroupKey;
  readonly #number: GroupNumber;
  #any = false;
  #begins = new Uint8Array(0);
  #hi = new Uint32Array(0);
  #lo = new Uint32Array(0);

  constructor(key: GroupKey, number: GroupNumber) {
    this.#key = key;
    this.#number = number;
  }

  /** Rows with their groups as next hops; valid until the next call. */
  of(arrays: readonly ResultArray[], count: number): FlowColumns {
    if (this.#begins.length < count) {
      this.#begins = new Uint8Array(count);
      this.#hi = new Uint32Array(2 * count);
      this.#lo = new Uint32Array(2 * count);
    }
    for (let i = 0; i < count; i++) {
      const begins = this.#key.begins(arrays, i);
      this.#begins[i] = begins ? 1 : 0;
      if (begins && this.#any) this.#number.next();
      this.#any = true;
      this.#number.put(this.#hi, this.#lo, i);
    }
    const rows = asRows(arrays, count);
    rows.arrays.nhip_hi = this.#hi.subarray(0, 2 * count);
    rows.arrays.nhip_lo = this.#lo.subarray(0, 2 * count);
    return rows;
  }

  /** Whether row `i` of the last call is the first of its group. */
  begins(i: number): boolean {
    return this.#begins[i] === 1;
  }
}
