/** Writes lines in the order in which they came, each as soon as it and those before it are known. */
import type { OctetSink } from "../files/octet_sink.js";

/** Characters after which text is written without waiting for the turn's end. */
const PIECE = 64 * 1024;

/** Characters that a line which waits takes in addition to its own. */
const OVERHEAD = 1024;

export class OrderedLines {
  readonly #sink: OctetSink;
  readonly #most: number;
  readonly #encoder = new TextEncoder();
  #held = 0;
  #text = "";
  #tail: Promise<void> = Promise.resolve();
  #failure: unknown;
  #room: (() => void) | undefined;
  #flush: NodeJS.Immediate | undefined;

  /** @param most characters of lines that may wait for what is not known; an empty line counts 1,024 */
  constructor(sink: OctetSink, most: number) {
    this.#sink = sink;
    this.#most = most;
  }

  /**
   * Takes the next line, without its end; resolves when there is room for another one.
   *
   * @param length its characters, as far as they are known
   * @throws what the sink throws
   */
  async add(line: string | Promise<string>, length: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (typeof line === "string" && this.#held === 0) return this.#write(line);
    this.#held += length + OVERHEAD;
    this.#tail = this.#tail.then(async () => {
      const text = await line;
      this.#held -= length + OVERHEAD;
      if (this.#failure === undefined) this.#attempt(() => this.#write(text));
      this.#room?.();
    });
    if (this.#held < this.#most) return;
    await new Promise<void>((resolve) => (this.#room = resolve));
    this.#room = undefined;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits for all lines and writes them. The sink stays open. */
  async end(): Promise<void> {
    await this.#tail;
    clearImmediate(this.#flush);
    if (this.#failure !== undefined) throw this.#failure;
    this.#writeOut();
  }

  #write(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length >= PIECE) this.#writeOut();
    else this.#flush ??= setImmediate(() => this.#attempt(() => this.#writeOut()));
  }

  #writeOut(): void {
    clearImmediate(this.#flush);
    this.#flush = undefined;
    const text = this.#text;
    this.#text = "";
    if (text !== "") this.#sink.write(this.#encoder.encode(text));
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#failure ??= error;
    }
  }
}
