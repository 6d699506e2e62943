/** A program on a pseudo-terminal (util-linux's `script`), what it writes and what can be typed. */
import { StringDecoder } from "node:string_decoder";
import { EmulatedTerminal } from "./emulated_terminal.js";
import { type Running, startCommand, until } from "./program.js";

/** The beginning of the alternate screen. */
const ENTERED = "\x1b[?1049h";

export class TerminalSession {
  readonly running: Running;
  readonly #columns: number;
  readonly #rows: number;
  #text = "";

  /** @param command for a shell; must hold no single quotes */
  constructor(command: string, { columns = 100, rows = 24 } = {}) {
    this.#columns = columns;
    this.#rows = rows;
    const env = { TERM: "xterm", LC_ALL: "C.UTF-8", NO_COLOR: "" };
    const sized = `stty rows ${rows} cols ${columns}; ${command}`;
    this.running = startCommand("script", ["-qec", `sh -c '${sized}'`, "/dev/null"], { env });
    const decoder = new StringDecoder("utf8");
    this.running.child.stdout.on("data", (piece: Buffer) => {
      this.#text += decoder.write(piece);
    });
  }

  /** Everything that was written so far. */
  get text(): string {
    return this.#text;
  }

  /** What the terminal shows now: perhaps the first half of a new frame and the second of the one before. */
  get lines(): readonly string[] {
    const terminal = new EmulatedTerminal(this.#columns, this.#rows);
    terminal.write(this.#text.slice(Math.max(0, this.#text.lastIndexOf(ENTERED))));
    return terminal.lines;
  }

  type(keys: string): void {
    this.running.child.stdin.write(keys);
  }

  /** Resolves with what is shown when each pattern matches one of its lines; rejects after a bounded time. */
  async shows(...patterns: readonly RegExp[]): Promise<readonly string[]> {
    let shown: readonly string[] = [];
    const matches = (pattern: RegExp): boolean => shown.some((line) => pattern.test(line));
    try {
      await until(() => {
        shown = this.lines;
        return patterns.every(matches);
      }, patterns.join(" and "));
      return shown;
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}; shown is:\n${this.lines.join("\n")}`);
    }
  }
}
