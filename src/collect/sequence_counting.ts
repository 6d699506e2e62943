/**
 * What the sequence numbers of an exporter count. The standards say messages or records sent before the message; there
 * are exporters that count the message too (softflowd), or flows where it should be messages, or the other way round.
 * The steps between numbers tell.
 */

/** What a sequence may count. `own` is what the protocol says; of that and messages, records and flows the others count. */
export const COUNTED = ["own", "messages", "records", "flows"] as const;
export type Counted = (typeof COUNTED)[number];

/** How many of each a message has; undefined where that cannot be told, or `own` is the same. */
export type Amounts = Readonly<Record<Counted, number | undefined>>;

/** A way of counting: numbers are of what came before their message, or of that and the message. */
export interface Counting {
  readonly what: Counted;
  readonly position: "before" | "including";
}

const WAYS: readonly Counting[] = COUNTED.flatMap((what) => [
  { what, position: "before" } as const,
  { what, position: "including" } as const,
]);

/** Times in a row that another way must have been right, and the one in force wrong: of the same things, of others. */
const PROOFS = { same: 2, other: 3 } as const;

/**
 * `expected`: the number follows the one before; `proven`: and would not if something else were counted. `doubtful`:
 * by another way of counting it does. `changed`: that way has been right so often that it is in force now.
 * `unexpected`: no way explains the step.
 */
export type Judgement = "expected" | "proven" | "doubtful" | "changed" | "unexpected";

export class SequenceCounting {
  /** The way in force. */
  way: Counting = WAYS[0]!;
  #previous: { readonly number: number; readonly amounts: Amounts } | undefined;
  /** For each way, how often in a row it was right while the one in force was wrong. */
  readonly #streaks = WAYS.map(() => 0);

  /** What the number of a message says; only `noted` makes the next one be compared with it. */
  judge(number: number, amounts: Amounts): Judgement {
    const previous = this.#previous;
    if (previous === undefined) return "expected";
    const step = (number - previous.number) >>> 0;
    const amountOf = ({ what, position }: Counting) => (position === "before" ? previous.amounts : amounts)[what];
    const inForce = amountOf(this.way);
    if (inForce === undefined) return "expected";
    if (inForce === step) return this.#right(amountOf, step);
    let found: Judgement = "unexpected";
    for (const [k, way] of WAYS.entries()) {
      if (amountOf(way) !== step) continue;
      found = "doubtful";
      // A number that stays the same may be of a message that came twice.
      if (step > 0) this.#streaks[k]! += 1;
      if (this.#streaks[k]! < PROOFS[way.what === this.way.what ? "same" : "other"]) continue;
      this.way = way;
      this.#streaks.fill(0);
      return "changed";
    }
    if (found === "doubtful") for (const [k, way] of WAYS.entries()) if (amountOf(way) !== step) this.#streaks[k] = 0;
    return found;
  }

  /** The next message is judged by this one. */
  noted(number: number, amounts: Amounts, judgement: Judgement): void {
    if (judgement === "unexpected") this.#streaks.fill(0);
    this.#previous = { number, amounts };
  }

  /** The number of the message before; undefined when there is none. */
  get previous(): number | undefined {
    return this.#previous?.number;
  }

  /** Whether another way has been right where the one in force was wrong, and not the other way round since. */
  get isDoubtful(): boolean {
    return this.#streaks.some((times) => times > 0);
  }

  /** Starts anew with the way in force. */
  restart(): void {
    this.#previous = undefined;
    this.#streaks.fill(0);
  }

  #right(amountOf: (way: Counting) => number | undefined, step: number): Judgement {
    let proven = false;
    for (const [k, way] of WAYS.entries()) {
      const amount = amountOf(way);
      if (amount === undefined || amount === step) continue;
      this.#streaks[k] = 0;
      proven = true;
    }
    return proven && !this.isDoubtful ? "proven" : "expected";
  }
}
