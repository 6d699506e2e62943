/** Statuses by convention: 128 and the signal's number. */
const STATUSES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type EndingSignal = keyof typeof STATUSES;

/** What a run does about signals. */
export interface Reactions {
  /** Ends reading, so that what was metered goes out and files become whole. */
  finish(): void;
  /** Removes what is unfinished, at once. */
  giveUp(): void;
}

/** Signals that ask a run to end: the first one lets it finish what it has, the second one ends the process at once. */
export class Interruption {
  #by: EndingSignal | undefined;
  readonly #reactions: Reactions;
  readonly #hear = (signal: NodeJS.Signals) => this.#on(signal as EndingSignal);

  /** Listens from now on until `end`. */
  constructor(reactions: Reactions) {
    this.#reactions = reactions;
    for (const signal of Object.keys(STATUSES)) process.on(signal, this.#hear);
  }

  end(): void {
    for (const signal of Object.keys(STATUSES)) process.off(signal, this.#hear);
  }

  /** The exit status of an interrupted run, or undefined when it was not. */
  get status(): number | undefined {
    return this.#by === undefined ? undefined : STATUSES[this.#by];
  }

  #on(signal: EndingSignal): void {
    if (this.#by === undefined) {
      this.#by = signal;
      this.#reactions.finish();
      return;
    }
    this.#reactions.giveUp();
    // By the signal itself: no thread, reader or collector can then hold the end up.
    this.end();
    process.kill(process.pid, signal);
  }
}
