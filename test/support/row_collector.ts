/** Takes rows that decoders write. */
import type { RowTarget } from "../../src/collect/message.js";
import { FlowColumns } from "../../src/record/columns.js";
import { type PlainRow, rowAt } from "./rows.js";

export class RowCollector implements RowTarget {
  readonly #taken: PlainRow[] = [];
  #rows = new FlowColumns(0);

  /** Gives columns that hold rubbish: decoders write every column. */
  room(rows: number): FlowColumns {
    this.#take();
    this.#rows = new FlowColumns(rows);
    for (const array of Object.values(this.#rows.arrays)) array.fill(77);
    return this.#rows;
  }

  get rows(): readonly PlainRow[] {
    this.#take();
    return this.#taken;
  }

  #take(): void {
    for (let at = 0; at < this.#rows.count; at++) this.#taken.push(rowAt(this.#rows, at) as PlainRow);
    this.#rows.count = 0;
  }
}
