/** Aggregate bags of the same fields combined with each other, key by key. */
import { AggBag, COUNTER_WORDS, compareKeys } from "./agg_bag.js";

/**
 * Counters of the first less those of the second, which stay at zero when they would be below. Keys of which no counter
 * is left go, and so do keys that only the second has.
 */
export function subtract(first: AggBag, second: AggBag): AggBag {
  const { rows: a, stride, keyWords } = first;
  const b = second.rows;
  const result = new Uint32Array(a.length);
  let length = 0;
  for (let i = 0, j = 0; i < a.length; i += stride) {
    while (j < b.length && compareKeys(b, j, a, i, keyWords) < 0) j += stride;
    const found = j < b.length && compareKeys(b, j, a, i, keyWords) === 0;
    for (let k = 0; k < stride; k++) result[length + k] = a[i + k]!;
    if (!found || decrease(result, length, b, j, keyWords, stride)) length += stride;
  }
  return new AggBag(first.fields, result.subarray(0, length));
}

/** Subtracts the counters of the row at word `j`; returns whether one is left. */
function decrease(a: Uint32Array, i: number, b: Uint32Array, j: number, keyWords: number, stride: number): boolean {
  let left = false;
  for (let k = keyWords; k < stride; k += COUNTER_WORDS) {
    const low = a[i + k + 1]! - b[j + k + 1]!;
    const high = a[i + k]! - b[j + k]! - (low < 0 ? 1 : 0);
    a[i + k] = Math.max(0, high);
    a[i + k + 1] = high < 0 ? 0 : low < 0 ? low + 0x1_0000_0000 : low;
    left ||= a[i + k] !== 0 || a[i + k + 1] !== 0;
  }
  return left;
}
