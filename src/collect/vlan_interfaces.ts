/** Rows of sFlow with VLANs in the place of interfaces: the one they came in by; which they left by is not read. */

import type { FlowColumns } from "../record/columns.js";
import type { RowTarget } from "./message.js";

export class VlanInterfaces implements RowTarget {
  readonly #target: RowTarget;
  #columns: FlowColumns | undefined;
  #from = 0;

  constructor(target: RowTarget) {
    this.#target = target;
  }

  room(rows: number): FlowColumns {
    this.finish();
    const columns = this.#target.room(rows);
    this.#columns = columns;
    this.#from = columns.count;
    return columns;
  }

  /** Changes the rows since the last call: to be called when all are written. */
  finish(): void {
    const columns = this.#columns;
    this.#columns = undefined;
    if (columns === undefined) return;
    const { vlan, input, output } = columns.arrays;
    for (let row = this.#from; row < columns.count; row++) {
      if (input !== undefined) input[2 * row] = vlan?.[row] ?? 0;
      if (output !== undefined) output[2 * row] = 0;
      for (const column of [input, output]) if (column !== undefined) column[2 * row + 1] = 0;
    }
  }
}
