/**
 * Lets a fast source wait for a slow collector, but never for a dead one: waiting is allowed as long as the collector
 * made progress within the given time.
 */
export class Patience {
  readonly #limit: number;
  #lastProgress = Date.now();
  #waiters: (() => void)[] = [];

  /** @param limit milliseconds without progress after which nobody waits any more; 0 never waits */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Something was accepted by the collector's side, or the first thing to accept has come: the time starts anew. */
  progress(): void {
    this.#lastProgress = Date.now();
  }

  /** Milliseconds until patience runs out; not above zero when it has. */
  get left(): number {
    return this.#lastProgress + this.#limit - Date.now();
  }

  /** Whoever waits goes on. */
  release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** A promise that resolves on `release` or when patience has run out; undefined when it has already. */
  wait(): Promise<void> | undefined {
    const { left } = this;
    if (left <= 0) return undefined;
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, left);
      this.#waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
