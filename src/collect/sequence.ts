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

/** What a sequence counts, and where what it misses is counted. */
export type SequenceUnit = "lostMessages" | "lostRecords";

export class MessageSequence {
  readonly #counters: SessionCounters;
  readonly #unit: SequenceUnit;
  #next: number | undefined;
  #gaps: Gap[] = [];
  #previous = 0;

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
    const next = this.#next;
    const ahead = next === undefined ? 0 : (number - next) | 0;
    if (ahead < 0) {
      if (this.#late(number, advance ?? 0)) return;
      // The message before it once more, or one of before the first: nothing is missing or new.
      if (number === this.#previous) return;
      if (-ahead <= WINDOW[this.#unit] && number > WINDOW[this.#unit]) {
        this.#counters.sequence.reordered += 1;
        return;
      }
      this.restart();
    } else if (ahead > LARGEST_GAP) {
      this.restart();
    } else if (ahead > 0) {
      this.#counters.sequence[this.#unit] += ahead;
      this.#gaps.push({ from: next!, to: number });
      if (this.#gaps.length > GAPS) this.#gaps.shift();
    }
    this.#previous = number;
    this.#next = advance === undefined ? undefined : (number + advance) >>> 0;
  }

  /** Starts anew: nothing before counts as missing, and what is missing from now on is told by the next message. */
  restart(): void {
    if (this.#next !== undefined) this.#counters.sequence.restarts += 1;
    this.forget();
  }

  /** Takes the next message's number for the start, without counting. */
  forget(): void {
    this.#next = undefined;
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
