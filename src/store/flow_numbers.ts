/** Numbers the flows of a journal, the same for both rows of a bidirectional flow. */
import { FlowColumns, ROW_ATTRIBUTE, type RowSource } from "../record/columns.js";

/** Flows that one millisecond of a journal's start leaves numbers for: more than a journal of 128 MiB holds. */
const COUNT_BITS = 22;

/**
 * Fills `flow_id` of rows that have none with the journal's start (41 bits of milliseconds) and a count, which makes it
 * unique in a store and small in Parquet: the numbers of a file differ in their last three octets.
 */
export class FlowNumbers implements RowSource {
  readonly #rows: RowSource;
  readonly #start: number;
  #count = 0;
  #with: FlowColumns | undefined;

  /** @param start milliseconds since 1970 of the journal's creation */
  constructor(rows: RowSource, start: number) {
    this.#rows = rows;
    this.#start = start;
  }

  /** Reverse halves are known by their attributes: those are read whether they are wanted or not. */
  read(into: FlowColumns): number {
    const { flow_id } = into.arrays;
    if (flow_id === undefined) return this.#rows.read(into);
    if (into.arrays.attributes !== undefined) {
      const count = this.#rows.read(into);
      this.#number(flow_id as Uint32Array, into.arrays.attributes as Int16Array, count);
      return count;
    }
    this.#with ??= withAttributes(into);
    const count = this.#rows.read(this.#with);
    into.count = count;
    this.#number(flow_id as Uint32Array, this.#with.arrays.attributes as Int16Array, count);
    return count;
  }

  close(): void {
    this.#rows.close();
  }

  #number(flowId: Uint32Array, attributes: Int16Array, count: number): void {
    for (let row = 0; row < count; row++) {
      if ((flowId[2 * row]! | flowId[2 * row + 1]!) !== 0) continue;
      if ((attributes[row]! & ROW_ATTRIBUTE.reverse) === 0) this.#count += 1;
      const start = this.#start + Math.floor(this.#count / 2 ** COUNT_BITS);
      const number = this.#count % 2 ** COUNT_BITS;
      // start * 2^22 + number, in two halves.
      flowId[2 * row] = (start % 2 ** (32 - COUNT_BITS)) * 2 ** COUNT_BITS + number;
      flowId[2 * row + 1] = start / 2 ** (32 - COUNT_BITS);
    }
  }
}

/** The same arrays, and one of attributes. */
function withAttributes(columns: FlowColumns): FlowColumns {
  const wider = new FlowColumns(columns.capacity, [...columns.names, "attributes"]);
  Object.assign(wider.arrays, columns.arrays);
  return wider;
}
