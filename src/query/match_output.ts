/** What rwmatch writes: flows with their match as next hop. */
import { FlowColumns, MAPPED_IPV4 } from "../record/columns.js";
import { copyRow } from "./combine_chain.js";
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

export class MatchOutput {
  readonly #out = new FlowColumns(ROWS);
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
    copyRow(rows, at, this.#out, to);
    const { nhip_hi, nhip_lo } = this.#out.arrays;
    nhip_hi!.fill(0, 2 * to, 2 * to + 2);
    nhip_lo![2 * to] = FIRST_OCTET[side] * 0x100_0000 + match;
    nhip_lo![2 * to + 1] = MAPPED_IPV4;
    this.#out.count += 1;
    if (this.#out.count === ROWS) this.end();
  }
}
