/** Tables as a stream of Arrow's IPC messages: a schema, then a record batch for each run of rows. */
import { Field, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from "apache-arrow";
import type { OctetSink } from "../../files/octet_sink.js";
import type { CellArray } from "../../text/row_formatter.js";
import { type ArrowColumn, arrowCells } from "./cells.js";

/** Hands messages on as they are made; the library's own writer holds them until they are asked for. */
class SinkWriter extends RecordBatchStreamWriter {
  #octets: OctetSink | undefined;

  writeTo(octets: OctetSink): this {
    this.#octets = octets;
    return this;
  }

  protected override _write(chunk: ArrayBufferView): this {
    const octets = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (octets.length > 0) {
      this.#octets?.write(octets);
      this._position += octets.length;
    }
    return this;
  }
}

export class ArrowStream {
  readonly #schema: Schema;
  readonly #cells: ReturnType<typeof arrowCells>[];
  readonly #writer: SinkWriter;

  constructor(octets: OctetSink, columns: readonly ArrowColumn[]) {
    this.#cells = columns.map(arrowCells);
    this.#schema = new Schema(
      this.#cells.map(({ type, missing }, k) => new Field(columns[k]!.name, type, missing === "possible")),
    );
    this.#writer = new SinkWriter().writeTo(octets);
    this.#writer.reset(undefined, this.#schema);
  }

  /** @param arrays one for each column, two for an address; valid only during the call */
  write(arrays: readonly CellArray[], count: number): void {
    let at = 0;
    const children = this.#cells.map(({ parts, data }) => {
      const those = arrays.slice(at, at + parts);
      at += parts;
      return data(those, count);
    });
    const type = new Struct(this.#schema.fields);
    this.#writer.write(new RecordBatch(this.#schema, makeData({ type, length: count, nullCount: 0, children })));
  }

  end(): void {
    this.#writer.finish();
  }
}
