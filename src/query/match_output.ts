/** What rwmatch writes: flows with their match as next hop. */
import { FlowColumns, MAPPED_IPV4 } from "../record/columns.js";
import type { MatchInput } from "./match_input.js";

/** Rows handed on at once. */
const ROWS = 2048;

export type MatchSide = "query" | "response";

/** First octet of the next hop. */
const FIRST_OCTET: Readonly<Record<MatchSide, number>> = { query: 0, response: 255 };

/** Numbers of matches have three octets; behind the last comes 1 again. */
const MOST_MATCHES = 0xff_ffff;

/** The number of flows that are in no match. */
const NO_MATCH = 0;

/** Copies rows of one run into another. Both keep their arrays: looking those up for each row took 0.8 µs. */
class RowCopy {
  readonly #narrow: (readonly [Int16Array | Int32Array, Int16Array | Int32Array])[] = [];
  readonly #wide: (readonly [Uint32Array, Uint32Array])[] = [];

  constructor(from: FlowColumns, into: FlowColumns) {
    for (const name of into.names) {
      const [source, target] = [from.arrays[name]!, into.arrays[name]!];
      if (source instanceof Uint32Array) this.#wide.push([source, target as Uint32Array]);
      else this.#narrow.push([source, target as Int16Array | Int32Array]);
    }
  }

  copy(i: number, at: number): void {
    for (const [source, target] of this.#narrow) target[at] = source[i]!;
    for (const [source, target] of this.#wide) {
      target[2 * at] = source[2 * i]!;
      target[2 * at + 1] = source[2 * i + 1]!;
    }
  }
}

export class MatchOutput {
  readonly #out = new FlowColumns(ROWS);
  readonly #copies = new Map<FlowColumns, RowCopy>();
  readonly #write: (rows: FlowColumns) => void;
  readonly #unmatched: ReadonlySet<MatchSide>;
  #match = 0;

  /** @param unmatched sides of which flows without a match are written, too */
  constructor(unmatched: ReadonlySet<MatchSide>, write: (rows: FlowColumns) => void) {
    this.#unmatched = unmatched;
    this.#write = write;
  }

  beginMatch(): void {
    this.#match = this.#match === MOST_MATCHES ? 1 : this.#match + 1;
  }

  /** The input's flow belongs to the match that was begun last. */
  member(input: MatchInput, side: MatchSide): void {
    this.#put(input, side, this.#match);
  }

  alone(input: MatchInput, side: MatchSide): void {
    if (this.#unmatched.has(side)) this.#put(input, side, NO_MATCH);
  }

  end(): void {
    if (this.#out.count > 0) this.#write(this.#out);
    this.#out.count = 0;
  }

  #put({ rows, at }: MatchInput, side: MatchSide, match: number): void {
    const to = this.#out.count;
    this.#copyOf(rows).copy(at, to);
    const { nhip_hi, nhip_lo } = this.#out.arrays;
    nhip_hi!.fill(0, 2 * to, 2 * to + 2);
    nhip_lo![2 * to] = FIRST_OCTET[side] * 0x100_0000 + match;
    nhip_lo![2 * to + 1] = MAPPED_IPV4;
    this.#out.count += 1;
    if (this.#out.count === ROWS) this.end();
  }

  #copyOf(rows: FlowColumns): RowCopy {
    let copy = this.#copies.get(rows);
    if (copy === undefined) {
      copy = new RowCopy(rows, this.#out);
      this.#copies.set(rows, copy);
    }
    return copy;
  }
}
