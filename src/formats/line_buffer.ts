import type { Emit } from "./encoder.js";

/** Characters after which lines are handed on: one write per chunk instead of one per line. */
const CHUNK = 64 * 1024;

/** Gathers lines of text, one a record, into large pieces of UTF-8. */
export class LineBuffer {
  readonly #encoder = new TextEncoder();
  #text: string;
  #records = 0;

  /** @param header text before the first line */
  constructor(header = "") {
    this.#text = header;
  }

  add(line: string, emit: Emit): void {
    this.#text += line;
    this.#records++;
    if (this.#text.length >= CHUNK) this.flush(emit);
  }

  flush(emit: Emit): void {
    if (this.#text === "") return;
    const bytes = this.#encoder.encode(this.#text);
    const records = this.#records;
    this.#text = "";
    this.#records = 0;
    emit(bytes, records);
  }
}
