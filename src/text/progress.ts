/** A line on standard error that shows how far a run has come; only for terminals. */
import type { Arguments, Switch } from "../cli/switches.js";

/** Milliseconds between two drawings. */
const INTERVAL = 200;
const WIDTH = 30;
/** Back to the start of the line, and erase it. */
const CLEAR = "\r\x1b[K";

export const PROGRESS_SWITCHES: readonly Switch[] = [
  {
    name: "no-progress",
    group: "Query",
    help: "Show no progress bar, which a terminal shows of what takes longer than a second",
    shared: true,
  },
  { name: "quiet", short: "q", group: "Query", help: "The same as --no-progress", shared: true },
];

/** Whether a bar may be shown: standard error is a terminal and no switch forbids it. */
export function showsProgress(args: Arguments): boolean {
  return process.stderr.isTTY === true && !PROGRESS_SWITCHES.some(({ name }) => args.flag(name));
}

/** A bar with its per cent, `share` from 0 to 1. */
export function progressBar(share: number): string {
  const done = Math.max(0, Math.min(1, share));
  const filled = Math.round(done * WIDTH);
  const percent = String(Math.floor(done * 100)).padStart(3);
  return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${percent} %`;
}

export interface ProgressOptions {
  /** Milliseconds before the line is shown. */
  readonly after?: number;
  /** Where it is drawn; a terminal. */
  readonly terminal?: { write(text: string): unknown };
}

const running = new Set<ProgressLine>();

/** Draws a line again and again until it is stopped; nothing of it is left then. */
export class ProgressLine {
  readonly #text: (elapsed: number) => string;
  readonly #after: number;
  readonly #terminal: { write(text: string): unknown };
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;
  #drawn = false;

  /** @param text of the line, given the seconds since the start */
  constructor(text: (elapsed: number) => string, { after = 0, terminal = process.stderr }: ProgressOptions = {}) {
    this.#text = text;
    this.#after = after;
    this.#terminal = terminal;
    this.#timer = setInterval(() => this.#draw(), INTERVAL);
    this.#timer.unref();
    running.add(this);
  }

  /** Ends the drawing and erases the line. */
  stop(): void {
    clearInterval(this.#timer);
    running.delete(this);
    if (this.#drawn) this.#terminal.write(CLEAR);
    this.#drawn = false;
  }

  #draw(): void {
    const elapsed = Date.now() - this.#started;
    if (elapsed < this.#after) return;
    this.#drawn = true;
    this.#terminal.write(CLEAR + this.#text(elapsed / 1000));
  }
}

/** Ends all lines: what a terminal is given next stands where they are. */
export function endProgress(): void {
  for (const each of running) each.stop();
}
