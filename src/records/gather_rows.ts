/** Some rows of a run put together. */
import type { FlowColumns } from "../record/columns.js";

/** Copies the rows at `indexes` from `from` to the start of `into`, which may be `from` when indexes ascend. */
export function gatherRows(from: FlowColumns, indexes: Int32Array, count: number, into: FlowColumns): void {
  for (const name of into.names) {
    const source = from.arrays[name]!;
    const target = into.arrays[name]!;
    // Columns of 64 bits have two elements a row.
    if (target.length === into.capacity) for (let k = 0; k < count; k++) target[k] = source[indexes[k]!]!;
    else
      for (let k = 0; k < count; k++) {
        const i = 2 * indexes[k]!;
        target[2 * k] = source[i]!;
        target[2 * k + 1] = source[i + 1]!;
      }
  }
  into.count = count;
}
