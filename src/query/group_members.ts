/** The members of groups on their way out: thresholds and summaries. */
import { FlowColumns } from "../record/columns.js";
import { copyRow, type RecordRoom } from "./combine_chain.js";
import { addToSummary } from "./group_summary.js";

/** Rows handed on at once. */
const ROWS = 2048;

/** What is written of a group: its flows, or one record that sums them up. */
export type GroupForm = "flows" | { readonly summariesFor: RecordRoom };

/** Holds the flows of a group until there are enough of them: never more than the threshold. */
export class GroupMembers {
  readonly #threshold: number;
  readonly #form: GroupForm;
  readonly #write: (rows: FlowColumns) => void;
  /** What the group has come to so far: the last row is a summary that may grow. */
  #held = new FlowColumns(16);
  readonly #out = new FlowColumns(ROWS);
  #members = 0;

  /** @param threshold flows that a group must have to be written, at least 1 */
  constructor(threshold: number, form: GroupForm, write: (rows: FlowColumns) => void) {
    this.#threshold = threshold;
    this.#form = form;
    this.#write = write;
  }

  /** Takes row `i`, which is the first of a group or belongs to the one before. */
  take(rows: FlowColumns, i: number, place: "first" | "further"): void {
    if (place === "first") this.#endGroup();
    this.#members += 1;
    if (this.#form === "flows") {
      if (this.#members > this.#threshold) {
        this.#put(rows, i);
        return;
      }
      this.#hold(rows, i);
      if (this.#members === this.#threshold) this.#release(this.#held.count);
      return;
    }
    const { summariesFor } = this.#form;
    const last = this.#held.count - 1;
    if (last >= 0 && addToSummary(rows, i, this.#held, last, summariesFor) === "added") return;
    // What has no room for more is written once the group is known to be large enough.
    if (this.#members > this.#threshold) this.#release(this.#held.count);
    this.#hold(rows, i);
  }

  end(): void {
    this.#endGroup();
    this.#flush();
  }

  #endGroup(): void {
    if (this.#members >= this.#threshold) this.#release(this.#held.count);
    this.#held.count = 0;
    this.#members = 0;
  }

  #hold(rows: FlowColumns, i: number): void {
    if (this.#held.count === this.#held.capacity) {
      const larger = new FlowColumns(2 * this.#held.capacity);
      for (const name of larger.names) larger.arrays[name]!.set(this.#held.arrays[name]!);
      larger.count = this.#held.count;
      this.#held = larger;
    }
    copyRow(rows, i, this.#held, this.#held.count);
    this.#held.count += 1;
  }

  #release(count: number): void {
    for (let i = 0; i < count; i++) this.#put(this.#held, i);
    this.#held.count = 0;
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
