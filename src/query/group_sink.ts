/** Where numbered flows go. */
import { FlowColumns } from "../record/columns.js";
import { copyRow, grown } from "./combine_chain.js";

/** Takes flows whose groups are neighbours. */
export interface GroupSink {
  /** @param begins whether row `i` is the first of its group; rows before the first such one go on with the last group */
  take(rows: FlowColumns, begins: (i: number) => boolean): void;
  /** There are no more flows. */
  end(): void;
}

/** Copies of rows that wait for others of their group. */
export class HeldRows {
  #rows = new FlowColumns(16);

  get count(): number {
    return this.#rows.count;
  }

  /** The rows; valid until the next `add`. */
  get rows(): FlowColumns {
    return this.#rows;
  }

  add(from: FlowColumns, i: number): void {
    const { count, capacity } = this.#rows;
    if (count === capacity) this.#rows = grown(this.#rows);
    copyRow(from, i, this.#rows, count);
    this.#rows.count = count + 1;
  }

  clear(): void {
    this.#rows.count = 0;
  }
}
