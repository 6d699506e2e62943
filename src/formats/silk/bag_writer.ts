import type { Bag, BagType } from "../../bags/bag.js";
import type { OctetSink } from "../../files/octet_sink.js";
import type { Width } from "../../sets/edges.js";
import { BodyWriter } from "./body.js";
import type { Compression } from "./compression.js";
import { SILK_FORMAT } from "./format.js";
import { type ByteOrder, writeSilkHeader } from "./header.js";
import type { HeaderEntry } from "./header_entry.js";

export interface BagSpec {
  readonly type: BagType;
  /** Words of a key. */
  readonly width: Width;
  readonly compression: Compression;
  /** Command lines and notes, which come first in the header. */
  readonly entries: readonly HeaderEntry[];
  readonly byteOrder?: ByteOrder;
}

const COUNTER_OCTETS = 8;

/** Writes a bag file key by key, which must come ascending. */
export class BagWriter {
  readonly #body: BodyWriter;
  readonly #little: boolean;
  readonly #length: number;

  constructor(sink: OctetSink, { type, width, compression, entries, byteOrder = "little" }: BagSpec) {
    const keyLength = 4 * width;
    this.#length = keyLength + COUNTER_OCTETS;
    this.#little = byteOrder === "little";
    writeSilkHeader(sink, {
      byteOrder,
      format: SILK_FORMAT.RWBAG,
      compression,
      recordLength: this.#length,
      recordVersion: width === 1 ? 3 : 4,
      entries: [
        ...entries,
        { kind: "bag", keyType: type.key.id, keyLength, counterType: type.counter.id, counterLength: COUNTER_OCTETS },
      ],
    });
    this.#body = new BodyWriter(sink, compression, this.#length);
  }

  /** Adds a key of one word. */
  addNumber(key: number, low: number, high: number): void {
    const body = this.#body;
    if (body.at + this.#length > body.buffer.length) body.flush();
    body.view.setUint32(body.at, key, this.#little);
    this.#counter(body.at + 4, low, high);
    body.at += this.#length;
  }

  /** Adds a key of four words. */
  addAddress(w0: number, w1: number, w2: number, w3: number, low: number, high: number): void {
    const body = this.#body;
    if (body.at + this.#length > body.buffer.length) body.flush();
    const { view, at } = body;
    view.setUint32(at, w0);
    view.setUint32(at + 4, w1);
    view.setUint32(at + 8, w2);
    view.setUint32(at + 12, w3);
    this.#counter(at + 16, low, high);
    body.at += this.#length;
  }

  addBag({ width, keys, counters, count }: Bag): void {
    for (let i = 0; i < count; i++) {
      const low = counters[2 * i]!;
      const high = counters[2 * i + 1]!;
      if (width === 1) this.addNumber(keys[i]!, low, high);
      else this.addAddress(keys[4 * i]!, keys[4 * i + 1]!, keys[4 * i + 2]!, keys[4 * i + 3]!, low, high);
    }
  }

  /** Writes what is held back; the octets are with the sink then. */
  end(): void {
    this.#body.flush();
  }

  #counter(at: number, low: number, high: number): void {
    const { view } = this.#body;
    view.setUint32(at, this.#little ? low : high, this.#little);
    view.setUint32(at + 4, this.#little ? high : low, this.#little);
  }
}
