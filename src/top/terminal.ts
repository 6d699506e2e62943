import type { ReadStream, WriteStream } from "node:tty";
import { type Key, keysOf } from "./keys.js";
import { ENTER, LEAVE, type Size } from "./screen.js";

/** What happens at a terminal. */
export interface TerminalReactions {
  keys(keys: readonly Key[]): void;
  resized(): void;
  /** The terminal has gone: nothing can be read or written any more. */
  gone(): void;
}

/** A size that nobody told: what a terminal always had. */
const USUAL: Size = { columns: 80, rows: 24 };

/**
 * A terminal in raw mode with the alternate screen. Whatever way the process takes out, short of a kill -9, `leave` has
 * been called before.
 */
export class Terminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #reactions: TerminalReactions;
  #entered = false;
  readonly #leave = () => this.leave();
  readonly #read = (octets: Buffer) => this.#reactions.keys(keysOf(octets.toString("utf8")));
  readonly #resized = () => this.#reactions.resized();
  #hungUp = false;
  readonly #gone = () => {
    this.#hungUp = true;
    this.#reactions.gone();
  };

  constructor(input: ReadStream, output: WriteStream, reactions: TerminalReactions) {
    this.#input = input;
    this.#output = output;
    this.#reactions = reactions;
  }

  /** It is ours to draw on. */
  get entered(): boolean {
    return this.#entered;
  }

  /** Nobody is at the other end any more. */
  get hungUp(): boolean {
    return this.#hungUp;
  }

  get size(): Size {
    const { columns, rows } = this.#output;
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    process.on("exit", this.#leave);
    // Before the exception's trace is printed, which the alternate screen would take with it.
    process.on("uncaughtExceptionMonitor", this.#leave);
    this.#input.on("data", this.#read).on("end", this.#gone).on("error", this.#gone);
    this.#output.on("resize", this.#resized).on("error", this.#gone);
    this.#input.setRawMode(true);
    this.#input.resume();
    this.write(ENTER);
  }

  /** Gives the terminal back as it was. */
  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off("exit", this.#leave).off("uncaughtExceptionMonitor", this.#leave);
    this.#output.off("resize", this.#resized);
    this.#input.off("data", this.#read).off("end", this.#gone);
    this.#input.pause();
    // Where the terminal has gone, this is one more error event.
    this.#input.setRawMode(false);
    this.#output.write(LEAVE);
  }

  write(octets: string): void {
    if (octets !== "") this.#output.write(octets);
  }
}
