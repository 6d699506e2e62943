/**
 * Sequence numbers of a session: what is missing, what came late, and when the exporter started anew. They count
 * messages (NetFlow 9, RFC 3954 section 5.1; sFlow) or the records before the message (NetFlow 5; RFC 7011 section 3.1),
 * or whatever else the exporter's numbers turn out to count (sequence_counting.ts).
 */
import type { SessionCounters } from "./counters.js";
import { type Amounts, type Counted, type Judgement, SequenceCounting } from "./sequence_counting.js";

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

/** What a message has of things that the exporter may count instead of what the protocol says. */
export type OtherAmounts = { readonly [What in Exclude<Counted, "own">]?: number | undefined };

export class MessageSequence {
  readonly #counters: SessionCounters;
  readonly #unit: SequenceUnit;
  readonly #counting = new SequenceCounting();
  /** What is missing unless something else is counted. */
  #doubtful: Gap[] = [];
  /** Losses counted before the way of counting was proven. */
  #unproven = 0;
  #next: number | undefined;
  #gaps: Gap[] = [];

  /** @param unit what the protocol's numbers count */
  constructor(counters: SessionCounters, unit: SequenceUnit) {
    this.#counters = counters;
    this.#unit = unit;
  }

  /**
   * Notes a message.
   *
   * @param number of its header
   * @param advance by how much the next message's is higher; undefined when that cannot be told
   * @param others the same if the exporter counts something else
   */
  note(number: number, advance: number | undefined, others: OtherAmounts = {}): void {
    const { messages, records, flows } = others;
    const amounts: Amounts = { own: advance, messages, records, flows };
    const unit = this.#lost;
    const judgement = this.#counting.judge(number, amounts);
    if (judgement === "changed") this.#forgetLosses(unit);
    // A late message may be one of those that seemed to be missing.
    if (judgement === "unexpected") this.#settle(judgement);
    const { what, position } = this.#counting.way;
    const amount = amounts[what];
    if (amount === undefined) {
      this.#next = undefined;
    } else {
      const first = position === "before" ? number : (number - amount) >>> 0;
      if (judgement === "doubtful") this.#doubt(first);
      else if (this.#isBehind(number, first, amount)) return;
      this.#next = (first + amount) >>> 0;
    }
    this.#settle(judgement);
    this.#counting.noted(number, amounts, judgement);
  }

  /** Starts anew: nothing before counts as missing, and what is missing from now on is told by the next message. */
  restart(): void {
    if (this.#next !== undefined) this.#counters.sequence.restarts += 1;
    this.#next = undefined;
    this.#doubtful = [];
    this.#unproven = 0;
    this.#gaps = [];
    this.#counting.restart();
  }

  /** Where what is missing is counted. */
  get #lost(): SequenceUnit {
    const { what } = this.#counting.way;
    return what === "own" ? this.#unit : what === "messages" ? "lostMessages" : "lostRecords";
  }

  /** Something else is counted than was thought: what seemed to be missing was not. */
  #forgetLosses(unit: SequenceUnit): void {
    const { sequence } = this.#counters;
    sequence[unit] -= Math.min(this.#unproven, sequence[unit]);
    this.#unproven = 0;
    this.#doubtful = [];
    this.#gaps = [];
    this.#next = undefined;
  }

  /** Holds back what would be missing. */
  #doubt(first: number): void {
    const next = this.#next;
    if (next !== undefined && ((first - next) | 0) > 0) this.#doubtful.push({ from: next, to: first });
  }

  /** What was doubtful is missing when the way of counting was right after all, or nothing explains the number. */
  #settle(judgement: Judgement): void {
    const held = judgement !== "unexpected" && this.#counting.isDoubtful;
    if (held && this.#doubtful.length < GAPS) return;
    for (const { from, to } of this.#doubtful.splice(0)) this.#miss(from, to);
    if (judgement === "proven") this.#unproven = 0;
  }

  /** Counts what is missing before the message. Returns whether it belongs behind others that came before it. */
  #isBehind(number: number, first: number, advance: number): boolean {
    const next = this.#next;
    const ahead = next === undefined ? 0 : (first - next) | 0;
    if (ahead < 0) {
      if (this.#late(first, advance)) return true;
      // The message before it once more, or one of before the first: nothing is missing or new.
      if (number === this.#counting.previous) return true;
      if (-ahead <= WINDOW[this.#lost] && number > WINDOW[this.#lost]) {
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
    this.#counters.sequence[this.#lost] += ahead;
    this.#unproven += ahead;
    this.#gaps.push({ from, to });
    if (this.#gaps.length > GAPS) this.#gaps.shift();
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
    const { sequence } = this.#counters;
    const found = Math.min(size, sequence[this.#lost]);
    sequence[this.#lost] -= found;
    this.#unproven = Math.max(0, this.#unproven - found);
    sequence.reordered += 1;
    return true;
  }
}
