/**
 * Sequence numbers of a session: what is missing, what came late, and when the exporter started anew. They count
 * messages (NetFlow 9, RFC 3954 section 5.1; sFlow) or the records before the message (NetFlow 5; RFC 7011 section 3.1).
 */
import type { SessionCounters } from "./counters.js";

/** Numbers ahead by more are a new start: no exporter loses so many at once and is heard again. */
const LARGEST_GAP = 1 << 20;

/** Lower numbers within are late messages, unless they are near 0, where a new start begins. */
const WINDOW = { lostMessages: 64, lostRecords: 4096 } as const;

/** Gaps remembered, for messages that come late. */
const GAPS = 32;

/** Numbers from `from` on, before `to`, modulo 2^32, that have not come. */
interface Gap {
  from: number;
  to: number;
}

/** Whether numbers are of what came before their message, as they should be, or of that and the message (softflowd). */
type Counting = "before" | "including";

/** What a sequence counts, and where what it misses is counted. */
export type SequenceUnit = "lostMessages" | "lostRecords";

export class MessageSequence {
  readonly #counters: SessionCounters;
  readonly #unit: SequenceUnit;
  #counting: Counting = "before";
  /** What is missing unless numbers include their message. */
  #suspect: Gap | undefined;
  #next: number | undefined;
  #gaps: Gap[] = [];
  /** Number and advance of the message before. */
  #previous = 0;
  #advance = 0;

  constructor(counters: SessionCounters, unit: SequenceUnit) {
    this.#counters = counters;
    this.#unit = unit;
  }

  /**
   * Notes a message.
   *
   * @param number of its header
   * @param advance by how much the next message's is higher; undefined when that cannot be told
   */
  note(number: number, advance: number | undefined): void {
    if (advance === undefined) {
      this.#next = undefined;
      return;
    }
    const first = this.#firstOf(number, advance);
    if (this.#isBehind(number, first, advance)) return;
    this.#previous = number;
    this.#advance = advance;
    this.#next = (first + advance) >>> 0;
  }

  /** The number of the message's first record. */
  #firstOf(number: number, advance: number): number {
    if (this.#next === undefined) return this.#counting === "before" ? number : (number - advance) >>> 0;
    const before = number;
    const including = (number - advance) >>> 0;
    if (this.#counting === "before") {
      const suspect = this.#suspect;
      this.#suspect = undefined;
      const fits = before !== this.#next && including === this.#previous;
      // What looks like the other way of counting once may be a loss; twice it is none.
      if (suspect !== undefined && !fits) this.#miss(suspect.from, suspect.to);
      if (!fits) return before;
      if (suspect === undefined) {
        this.#suspect = { from: this.#next, to: before };
        this.#next = before;
        return before;
      }
      this.#counting = "including";
      this.#next = this.#previous;
      return including;
    }
    if (including === this.#next || before !== (this.#previous + this.#advance) >>> 0) return including;
    this.#counting = "before";
    this.#next = before;
    return before;
  }

  /** Counts what is missing before the message. Returns whether it belongs behind others that came before it. */
  #isBehind(number: number, first: number, advance: number): boolean {
    const next = this.#next;
    const ahead = next === undefined ? 0 : (first - next) | 0;
    if (ahead < 0) {
      if (this.#late(first, advance)) return true;
      // The message before it once more, or one of before the first: nothing is missing or new.
      if (number === this.#previous) return true;
      if (-ahead <= WINDOW[this.#unit] && number > WINDOW[this.#unit]) {
        this.#counters.sequence.reordered += 1;
        return true;
      }
    }
    if (ahead !== 0) this.#miss(next!, first);
    return false;
  }

  /** Counts what is between, or a new start where that cannot be. */
  #miss(from: number, to: number): void {
    const ahead = (to - from) | 0;
    if (ahead < 0 || ahead > LARGEST_GAP) {
      this.restart();
      return;
    }
    this.#counters.sequence[this.#unit] += ahead;
    this.#gaps.push({ from, to });
    if (this.#gaps.length > GAPS) this.#gaps.shift();
  }

  /** Starts anew: nothing before counts as missing, and what is missing from now on is told by the next message. */
  restart(): void {
    if (this.#next !== undefined) this.#counters.sequence.restarts += 1;
    this.#next = undefined;
    this.#suspect = undefined;
    this.#gaps = [];
  }

  /** Whether the message belongs into a gap, which it closes. */
  #late(number: number, advance: number): boolean {
    const at = this.#gaps.findIndex(({ from, to }) => (number - from) >>> 0 < (to - from) >>> 0);
    const gap = this.#gaps[at];
    if (gap === undefined) return false;
    const size = Math.min(Math.max(1, advance), (gap.to - number) >>> 0);
    const end = (number + size) >>> 0;
    const rest = [
      { from: gap.from, to: number },
      { from: end, to: gap.to },
    ].filter(({ from, to }) => from !== to);
    this.#gaps.splice(at, 1, ...rest);
    if (this.#gaps.length > GAPS) this.#gaps.shift();
    this.#counters.sequence[this.#unit] -= Math.min(size, this.#counters.sequence[this.#unit]);
    this.#counters.sequence.reordered += 1;
    return true;
  }
}
