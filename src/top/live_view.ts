import { type Frame, frame } from "./frame.js";
import type { Key } from "./keys.js";
import type { Observation } from "./observation.js";
import type { TopOptions } from "./options.js";
import { Screen } from "./screen.js";
import { afterKey, type ViewName, type ViewState, type Wish } from "./state.js";
import { Terminal } from "./terminal.js";
import { marksOf, paletteOf } from "./terminal_kind.js";

/** Milliseconds that a shell has to stop us in, before we draw again. */
const STOPPING = 100;

/** The view on a terminal: draws at an interval and at each key. */
export class LiveView {
  readonly #observation: Observation;
  readonly #options: TopOptions;
  readonly #terminal: Terminal;
  readonly #screen = new Screen(paletteOf(process.env));
  readonly #marks = marksOf(process.env);
  readonly #nameWidths = new Map<ViewName, number>();
  #state: ViewState;
  #frame: Frame | undefined;
  #end: () => void = () => {};
  /** The user wants out, or the terminal has gone. */
  readonly #over = new Promise<void>((resolve) => (this.#end = resolve));

  constructor(observation: Observation, options: TopOptions) {
    this.#observation = observation;
    this.#options = options;
    this.#state = options.state;
    this.#terminal = new Terminal(process.stdin, process.stdout, {
      keys: (keys) => this.#press(keys),
      resized: () => this.#draw(),
      gone: () => this.#end(),
    });
  }

  /** Shows the observation until the user leaves, `close` is called, or `failed` rejects. */
  async run(failed: Promise<void>): Promise<void> {
    this.#terminal.enter();
    const timer = setInterval(() => this.#look(), this.#options.interval);
    try {
      this.#draw();
      // Its end is no reason to leave: what it was can be looked at.
      const ended = failed.then(() => {
        this.#look();
        return this.#over;
      });
      await Promise.race([this.#over, ended]);
    } finally {
      clearInterval(timer);
      this.#terminal.leave();
    }
  }

  close(): void {
    this.#end();
  }

  /** The terminal has gone. */
  get hungUp(): boolean {
    return this.#terminal.hungUp;
  }

  /** Gives the terminal back at once. */
  leave(): void {
    this.#terminal.leave();
  }

  #look(): void {
    if (!this.#state.paused) this.#observation.look();
    this.#draw();
  }

  #draw(): void {
    if (!this.#terminal.entered) return;
    const { traffic, headline, ended, notice, interfaceName } = this.#observation;
    const scene = {
      subject: this.#options.subject,
      headline,
      traffic,
      condition: { paused: this.#state.paused, ended },
      naming: { marks: this.#marks, interfaceName },
      notice,
    };
    const { view } = this.#state;
    const { size } = this.#terminal;
    this.#frame = frame(scene, this.#state, size, this.#nameWidths.get(view) ?? 0, this.#options.rows);
    this.#nameWidths.set(view, this.#frame.nameWidth);
    this.#terminal.write(this.#screen.draw(this.#frame.lines, size));
  }

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      const { state, wish } = afterKey(this.#state, key, this.#frame?.extent ?? { page: 0, rows: 0 });
      this.#state = state;
      if (wish !== undefined) this.#grant(wish);
    }
    this.#draw();
  }

  #grant(wish: Exclude<Wish, undefined>): void {
    switch (wish) {
      case "quit":
        this.#end();
        break;
      case "interrupt":
        process.kill(process.pid, "SIGINT");
        break;
      case "redraw":
        this.#screen.forget();
        break;
      case "suspend":
        this.#suspend();
    }
  }

  /** Stops as a shell's job does. Whoever is no job is not stopped, and goes on. */
  #suspend(): void {
    this.#terminal.leave();
    process.kill(process.pid, "SIGTSTP");
    setTimeout(() => {
      this.#terminal.enter();
      this.#screen.forget();
      this.#look();
    }, STOPPING);
  }
}
