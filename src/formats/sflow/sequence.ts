/** Gaps in numbers that count up by one, modulo 2^32. */

/** A jump forward beyond this is a restart of the sender, not a loss. */
const LONGEST_GAP = 65_536;

/** Numbers as far behind as this came late; others mean a restart. */
const LONGEST_DELAY = 1024;

export class SequenceNumbers {
  #next: number | undefined;

  /** Forgets what was seen: the sender began anew. */
  restart(): void {
    this.#next = undefined;
  }

  /**
   * Takes the number of what has come.
   *
   * @returns how many are missing before it; -1 for one that was missing and comes late
   */
  take(number: number): number {
    const ahead = this.#next === undefined ? 0 : (number - this.#next) >>> 0;
    if (ahead > LONGEST_GAP && ahead >= 2 ** 32 - LONGEST_DELAY) return -1;
    this.#next = (number + 1) >>> 0;
    return ahead <= LONGEST_GAP ? ahead : 0;
  }
}
