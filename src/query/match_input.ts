/** One of the two inputs of rwmatch, flow by flow. */
import { InputError } from "../errors.js";
import { FlowColumns } from "../record/columns.js";
import type { FlowFiles } from "./flow_files.js";
import type { RowNumber } from "./flow_keys.js";
import type { RelatedFields } from "./match_relate.js";

/** Rows read at once. */
const ROWS = 4096;

export interface MatchTimes {
  readonly start: RowNumber;
  readonly end: RowNumber;
}

/** The flow that is next in a sorted input. */
export class MatchInput {
  readonly rows = new FlowColumns(ROWS);
  /** Index of the flow in `rows`. */
  at = -1;
  ended = false;
  /** Milliseconds since 1970. */
  start = 0;
  end = 0;
  readonly #files: FlowFiles;
  readonly #fields: RelatedFields;
  readonly #times: MatchTimes;
  readonly #keep: (rows: FlowColumns) => void;
  readonly #name: string;
  #key: Float64Array;
  #before: Float64Array;
  #any = false;

  /**
   * @param name what messages call it
   * @param keep leaves out rows that are not looked at
   */
  constructor(
    files: FlowFiles,
    name: string,
    fields: RelatedFields,
    times: MatchTimes,
    keep: (rows: FlowColumns) => void,
  ) {
    this.#files = files;
    this.#name = name;
    this.#fields = fields;
    this.#times = times;
    this.#keep = keep;
    this.#key = new Float64Array(fields.numbers.length);
    this.#before = new Float64Array(fields.numbers.length);
  }

  /** Values of the related fields; those of the flow before are overwritten when the next one is read. */
  get key(): Float64Array {
    return this.#key;
  }

  /** @throws InputError when the flow comes too late for its place in the order */
  next(): void {
    this.at += 1;
    while (this.at >= this.rows.count) {
      this.at = 0;
      if (this.#files.read(this.rows) === 0) {
        this.ended = true;
        return;
      }
      this.#keep(this.rows);
    }
    const startBefore = this.start;
    [this.#key, this.#before] = [this.#before, this.#key];
    this.#read();
    const order = this.#any ? compareKeys(this.#before, this.#key) : -1;
    if (order > 0 || (order === 0 && startBefore > this.start)) throw this.#unsorted();
    this.#any = true;
  }

  #read(): void {
    const { arrays } = this.rows;
    const { numbers } = this.#fields;
    for (let k = 0; k < numbers.length; k++) this.#key[k] = numbers[k]!(arrays, this.at);
    this.start = this.#times.start(arrays, this.at);
    this.end = this.#times.end(arrays, this.at);
  }

  #unsorted(): InputError {
    const fields = [...this.#fields.names.filter((name) => name !== "sTime"), "sTime"].join(",");
    return new InputError(`${this.#name}: flows are not sorted: sort them with rwsort --fields=${fields}`);
  }
}

/** Below 0 when `a` comes first, 0 when they are equal. */
export function compareKeys(a: Float64Array, b: Float64Array): number {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! - b[k]!;
  return 0;
}
