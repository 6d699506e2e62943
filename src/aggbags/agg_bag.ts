import { type StoredField, wordsOf } from "../formats/silk/aggbag_layout.js";
import type { AggField } from "./agg_field.js";

/** Words of a counter, the high one first. */
export const COUNTER_WORDS = 2;

/** Words of the keys of rows with these fields. */
export function keyWords(fields: readonly StoredField[]): number {
  return fields.reduce((sum, each) => sum + (each.role === "key" ? wordsOf(each) : 0), 0);
}

/** Words of rows with these fields. */
export function rowWords(fields: readonly StoredField[]): number {
  return fields.reduce((sum, each) => sum + wordsOf(each), 0);
}

/** Orders the keys of two rows, which begin at word `i` of `a` and at word `j` of `b`. */
export function compareKeys(a: Uint32Array, i: number, b: Uint32Array, j: number, words: number): number {
  for (let k = 0; k < words; k++) {
    const difference = a[i + k]! - b[j + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Rows of key fields with counters, sorted by key, no two with the same key; it does not change. */
export class AggBag {
  /** Words of a row. */
  readonly stride: number;
  /** Words of its key. */
  readonly keyWords: number;

  constructor(
    /** Keys first. */
    readonly fields: readonly AggField[],
    readonly rows: Uint32Array,
  ) {
    this.stride = rowWords(fields);
    this.keyWords = keyWords(fields);
  }

  /** Rows in it. */
  get count(): number {
    return this.rows.length / this.stride;
  }

  /** The rows for which `takes` holds; it gets the word at which a row begins. */
  picked(takes: (rows: Uint32Array, at: number) => boolean): AggBag {
    const { rows, stride } = this;
    const result = new Uint32Array(rows.length);
    let length = 0;
    for (let at = 0; at < rows.length; at += stride) {
      if (!takes(rows, at)) continue;
      for (let k = 0; k < stride; k++) result[length + k] = rows[at + k]!;
      length += stride;
    }
    return new AggBag(this.fields, result.subarray(0, length));
  }
}
