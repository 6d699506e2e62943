/** Milliseconds over which repetitions are counted, and how many of one message may be said in them. */
const WINDOW = 30_000;
const BURST = 3;
/** Messages told apart at once: a flood of different ones must not take memory. */
const MOST_MESSAGES = 1000;

interface Repetition {
  since: number;
  said: number;
  suppressed: number;
}

/** Keeps a message that repeats itself from filling the disk. */
export class RepeatLimit {
  readonly #seen = new Map<string, Repetition>();

  /**
   * What to do with a message.
   *
   * @param now milliseconds
   * @returns `suppress`, or how many like it were suppressed before this one
   */
  admit(message: string, now: number): number | "suppress" {
    const seen = this.#seen.get(message);
    if (seen === undefined || now - seen.since >= WINDOW) {
      if (seen === undefined && this.#seen.size >= MOST_MESSAGES) this.#forgetOldest();
      this.#seen.delete(message);
      this.#seen.set(message, { since: now, said: 1, suppressed: 0 });
      return seen?.suppressed ?? 0;
    }
    if (seen.said >= BURST) {
      seen.suppressed += 1;
      return "suppress";
    }
    seen.said += 1;
    return 0;
  }

  #forgetOldest(): void {
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
