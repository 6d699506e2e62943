/** Where the rows of a route go: journals of sensors, a file, or nowhere. */
import type { RowTarget } from "../collect/message.js";
import { FlowColumns, type RowSink } from "../record/columns.js";
import type { RowStore } from "../store/row_store.js";

/** Rows that are gathered before they are handed on; a target must have room for 4096 at once. */
const CAPACITY = 8192;

export class RowOutputs implements RowTarget {
  /** Rows handed on. */
  rows = 0;
  readonly #store: RowStore | undefined;
  readonly #sensors: readonly number[];
  readonly #sink: RowSink | undefined;
  readonly #columns = new FlowColumns(CAPACITY);

  /** @param sensors places of the sensors in the store's list */
  constructor(store: RowStore | undefined, sensors: readonly number[], sink: RowSink | undefined) {
    this.#store = store;
    this.#sensors = sensors;
    this.#sink = sink;
  }

  /** Hands on rows that were read elsewhere, behind those gathered. @throws OutputError as `flush` */
  write(rows: FlowColumns): void {
    this.flush();
    this.#handOn(rows);
  }

  room(rows: number): FlowColumns {
    if (this.#columns.count + rows > CAPACITY) this.flush();
    return this.#columns;
  }

  /** Hands on what has been gathered. @throws OutputError when it cannot be written and the run is to fail then */
  flush(): void {
    if (this.#columns.count === 0) return;
    try {
      this.#handOn(this.#columns);
    } finally {
      this.#columns.count = 0;
    }
  }

  #handOn(rows: FlowColumns): void {
    for (const sensor of this.#sensors) this.#store?.write(sensor, rows);
    this.#sink?.write(rows);
    this.rows += rows.count;
  }
}
