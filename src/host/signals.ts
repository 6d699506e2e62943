/** What a running service does about signals. */
export interface Reactions {
  /** SIGTERM, SIGINT: the end, in order; a second one ends the process at once. */
  stop(): void;
  /** SIGHUP */
  reload(): void;
  /** SIGUSR1 */
  status(): void;
  /** Before the process is ended by a second signal. */
  giveUp(): void;
}

/** Listens to signals until `end`. */
export class Signals {
  readonly #handlers: ReadonlyMap<NodeJS.Signals, () => void>;
  #stopping = false;

  constructor(reactions: Reactions) {
    const stop = (signal: NodeJS.Signals) => () => {
      if (!this.#stopping) {
        this.#stopping = true;
        reactions.stop();
        return;
      }
      reactions.giveUp();
      this.end();
      process.kill(process.pid, signal);
    };
    this.#handlers = new Map<NodeJS.Signals, () => void>([
      ["SIGTERM", stop("SIGTERM")],
      ["SIGINT", stop("SIGINT")],
      ["SIGHUP", () => reactions.reload()],
      ["SIGUSR1", () => reactions.status()],
    ]);
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
  }

  end(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }
}
