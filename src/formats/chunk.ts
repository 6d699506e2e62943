/** Collects text and emits it in large pieces: one write per line costs several times the formatting. */
import type { Emit } from "./encoder.js";

/** Characters held before they are emitted. */
const CHUNK = 65536;

export class TextChunk {
  #text = "";
  #records = 0;

  /** Adds text that tells `records` flows. */
  add(text: string, records: number, emit: Emit): void {
    this.#text += text;
    this.#records += records;
    if (this.#text.length >= CHUNK) this.flush(emit);
  }

  flush(emit: Emit): void {
    if (this.#text === "") return;
    const octets = Buffer.from(this.#text, "utf8");
    const records = this.#records;
    this.#text = "";
    this.#records = 0;
    emit(octets, records);
  }
}
