import { COLUMN_NAMES, FlowColumns } from "../record/columns.js";

/** Rows of a query result that are handed on at once. */
const MOST = 2048;

/** Picks rows of a run by a mark. */
export class RowSplitter {
  readonly #chosen = new FlowColumns(MOST);
  readonly #indexes = new Int32Array(MOST);

  /** The rows whose mark is `value`; valid until the next call. */
  choose(rows: FlowColumns, marks: Int16Array, value: 0 | 1): FlowColumns {
    let count = 0;
    for (let i = 0; i < rows.count; i++) if (marks[i] === value) this.#indexes[count++] = i;
    for (const name of COLUMN_NAMES) {
      const from = rows.arrays[name]!;
      const to = this.#chosen.arrays[name]!;
      if (to.length === MOST) for (let k = 0; k < count; k++) to[k] = from[this.#indexes[k]!]!;
      else
        for (let k = 0; k < count; k++) {
          const i = 2 * this.#indexes[k]!;
          to[2 * k] = from[i]!;
          to[2 * k + 1] = from[i + 1]!;
        }
    }
    this.#chosen.count = count;
    return this.#chosen;
  }
}
