/** Groups of enough flows. */
import { FlowColumns } from "../record/columns.js";
import { gatherRows } from "../records/gather_rows.js";
import { type GroupSink, HeldRows } from "./group_sink.js";

/** Leaves out groups of fewer flows than a threshold. Between runs of rows it holds fewer flows than that. */
export class GroupThreshold implements GroupSink {
  readonly #threshold: number;
  readonly #write: (rows: FlowColumns) => void;
  /** Flows of the current group from the runs before, as long as they are too few. */
  readonly #held = new HeldRows();
  /** Flows of the current group. */
  #members = 0;
  #indexes = new Int32Array(0);
  #chosen = new FlowColumns(0);

  /** @param threshold at least 1 */
  constructor(threshold: number, write: (rows: FlowColumns) => void) {
    this.#threshold = threshold;
    this.#write = write;
  }

  take(rows: FlowColumns, begins: (i: number) => boolean): void {
    if (this.#indexes.length < rows.count) {
      this.#indexes = new Int32Array(rows.count);
      this.#chosen = new FlowColumns(rows.count);
    }
    let count = 0;
    // Where the current group begins among the rows that are chosen.
    let groupAt = 0;
    for (let i = 0; i < rows.count; i++) {
      if (begins(i)) {
        if (this.#members < this.#threshold) count = groupAt;
        this.#held.clear();
        this.#members = 0;
        groupAt = count;
      }
      this.#indexes[count++] = i;
      this.#members += 1;
      if (this.#members === this.#threshold) this.#release();
    }
    if (this.#members < this.#threshold) {
      for (let k = groupAt; k < count; k++) this.#held.add(rows, this.#indexes[k]!);
      count = groupAt;
    }
    if (count === 0) return;
    gatherRows(rows, this.#indexes, count, this.#chosen);
    this.#write(this.#chosen);
  }

  /** What is held then is too little. */
  end(): void {}

  /** Held flows are of the group that goes on from the run before: they stand before all rows of this one. */
  #release(): void {
    if (this.#held.count > 0) this.#write(this.#held.rows);
    this.#held.clear();
  }
}
