/** `--copy-input`: what is read is written elsewhere, too. */
import { COLUMNS, FlowColumns, type RowSource } from "../record/columns.js";
import type { FlowOutput } from "./flow_output.js";

/** Rows that are read at once when nobody wants them but the copy. */
const PIECE = 2048;

/** Passes rows on and writes all of their columns to an output. */
export class CopiedRows implements RowSource {
  readonly #source: RowSource;
  readonly #open: () => FlowOutput;
  #output: FlowOutput | undefined;
  #all: FlowColumns | undefined;

  /** @param open opens the copy; called at the first read, when the input's format is known */
  constructor(source: RowSource, open: () => FlowOutput) {
    this.#source = source;
    this.#open = open;
  }

  read(into: FlowColumns): number {
    const count = this.#copy(into.capacity);
    for (const { name } of COLUMNS) {
      const from = this.#all!.arrays[name]!;
      into.arrays[name]?.set(from.subarray(0, (from.length / this.#all!.capacity) * count));
    }
    into.count = count;
    return count;
  }

  /** Copies what a query with a limit has left, and ends the copy. */
  close(): void {
    if (this.#all !== undefined) while (this.#copy(PIECE) > 0);
    this.#source.close();
    this.#output?.close();
    this.#output = undefined;
    this.#all = undefined;
  }

  #copy(capacity: number): number {
    this.#output ??= this.#open();
    if (this.#all === undefined || this.#all.capacity < capacity) this.#all = new FlowColumns(capacity);
    const count = this.#source.read(this.#all);
    if (count > 0) this.#output.write(this.#all);
    return count;
  }
}
