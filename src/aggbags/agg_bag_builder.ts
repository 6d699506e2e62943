import { InputError } from "../errors.js";
import { sortRecords } from "../sets/sort_records.js";
import { AggBag, COUNTER_WORDS, compareKeys, keyWords, rowWords } from "./agg_bag.js";
import type { AggField } from "./agg_field.js";

/** Rows there is room for at first. */
const FIRST = 1024;

/** Words of rows at most: they take 1 GiB, and sorting them as much again. */
const MOST_WORDS = 2 ** 28;

const HIGHEST_WORD = 0xffff_ffff;

/**
 * Collects rows in any order; counters of equal keys are added and stay at 2^64 - 1 when the sum is larger. Memory
 * follows the different keys: rows that repeat are joined before more room is made. Adding throws InputError when there
 * are too many.
 */
export class AggBagBuilder {
  /** Keys first. */
  readonly fields: readonly AggField[];
  readonly #stride: number;
  readonly #keyWords: number;
  #rows: Uint32Array;
  /** Words in use. */
  #length = 0;
  #sorted = true;
  /** Words after rows were last sorted and joined. */
  #joined = 0;

  constructor(fields: readonly AggField[]) {
    this.fields = fields;
    this.#stride = rowWords(fields);
    this.#keyWords = keyWords(fields);
    this.#rows = new Uint32Array(FIRST * this.#stride);
  }

  /** Adds the row that begins at word `at`. */
  add(words: Uint32Array, at: number): void {
    this.#makeRoom();
    const stride = this.#stride;
    const to = this.#length;
    const rows = this.#rows;
    if (this.#sorted && to > 0 && compareKeys(rows, to - stride, words, at, this.#keyWords) >= 0) this.#sorted = false;
    for (let k = 0; k < stride; k++) rows[to + k] = words[at + k]!;
    this.#length = to + stride;
  }

  build(): AggBag {
    if (!this.#sorted) this.#join();
    return new AggBag(this.fields, this.#rows.subarray(0, this.#length));
  }

  #makeRoom(): void {
    if (this.#length < this.#rows.length) return;
    if (!this.#sorted && this.#length >= 2 * this.#joined) this.#join();
    if (2 * this.#length <= this.#rows.length) return;
    if (2 * this.#rows.length > MOST_WORDS)
      throw new InputError(
        `an aggregate bag of more than ${this.#length / this.#stride} such rows does not fit into memory`,
      );
    const larger = new Uint32Array(2 * this.#rows.length);
    larger.set(this.#rows);
    this.#rows = larger;
  }

  /** Sorts by key and adds up what has the same one. */
  #join(): void {
    const [stride, keys] = [this.#stride, this.#keyWords];
    const rows = sortRecords(this.#rows.subarray(0, this.#length), stride, keys);
    let last = -stride;
    for (let at = 0; at < rows.length; at += stride) {
      if (last < 0 || compareKeys(rows, last, rows, at, keys) !== 0) {
        last += stride;
        if (last < at) rows.copyWithin(last, at, at + stride);
      } else {
        for (let k = keys; k < stride; k += COUNTER_WORDS) increase(rows, last + k, rows[at + k]!, rows[at + k + 1]!);
      }
    }
    this.#rows = rows;
    this.#length = this.#joined = last + stride;
    this.#sorted = true;
  }
}

/** Adds to the counter at word `at`. */
function increase(rows: Uint32Array, at: number, high: number, low: number): void {
  const sum = rows[at + 1]! + low;
  const upper = rows[at]! + high + (sum > HIGHEST_WORD ? 1 : 0);
  rows[at + 1] = upper > HIGHEST_WORD ? HIGHEST_WORD : sum;
  rows[at] = Math.min(upper, HIGHEST_WORD);
}
