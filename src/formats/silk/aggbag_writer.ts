import type { OctetSink } from "../../files/octet_sink.js";
import { AGGBAG_VERSION, RecordLayout, type StoredField } from "./aggbag_layout.js";
import { BodyWriter } from "./body.js";
import type { Compression } from "./compression.js";
import { SILK_FORMAT } from "./format.js";
import { writeSilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";

export interface AggBagSpec {
  /** Keys first. */
  readonly fields: readonly StoredField[];
  readonly compression: Compression;
  /** Command lines and notes, which come first in the header. */
  readonly entries: readonly HeaderEntry[];
}

/** Writes an aggregate bag file row by row, which must come in the order of their keys. */
export class AggBagWriter {
  readonly #body: BodyWriter;
  readonly #layout: RecordLayout;

  constructor(sink: OctetSink, { fields, compression, entries }: AggBagSpec) {
    const layout = new RecordLayout(fields);
    const ids = (role: StoredField["role"]) => fields.filter((each) => each.role === role).map(({ id }) => id);
    writeSilkHeader(sink, {
      byteOrder: "big",
      format: SILK_FORMAT.AGGREGATEBAG,
      compression,
      recordLength: layout.length,
      recordVersion: AGGBAG_VERSION,
      entries: [...entries, { kind: "aggbag", version: AGGBAG_VERSION, keys: ids("key"), counters: ids("counter") }],
    });
    this.#body = new BodyWriter(sink, compression, layout.length);
    this.#layout = layout;
  }

  /** Adds the row whose words begin at `at`. */
  add(words: Uint32Array, at: number): void {
    const body = this.#body;
    if (body.at + this.#layout.length > body.buffer.length) body.flush();
    this.#layout.pack(words, at, body.view, body.at);
    body.at += this.#layout.length;
  }

  /** Writes what is held back; the octets are with the sink then. */
  end(): void {
    this.#body.flush();
  }
}
