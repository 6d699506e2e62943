/** Records below which a digit has 8 bits: clearing 65,536 counters would cost more than the records. */
const FEW = 30_000;

/**
 * Sorts records of `stride` words by their first `keyWords` words, most significant first. A radix sort from the least
 * digit: 20 M numbers of 32 bits take about 0.5 s, where the built-in sort takes four times as long.
 *
 * @returns the sorted records, in `words` or in an array as long
 */
export function sortRecords(words: Uint32Array, stride: number, keyWords: number): Uint32Array {
  if (isSorted(words, stride, keyWords)) return words;
  const bits = words.length / stride < FEW ? 8 : 16;
  let from = words;
  let spare: Uint32Array | undefined;
  for (let word = keyWords - 1; word >= 0; word--) {
    for (let shift = 0; shift < 32; shift += bits) {
      const starts = digitStarts(from, stride, word, shift, bits);
      if (starts === undefined) continue;
      spare ??= new Uint32Array(words.length);
      scatter(from, spare, stride, word, shift, bits, starts);
      [from, spare] = [spare, from];
    }
  }
  return from;
}

/** Set files are sorted: one pass saves two to eight. */
function isSorted(words: Uint32Array, stride: number, keyWords: number): boolean {
  for (let at = stride; at < words.length; at += stride) {
    for (let k = 0; k < keyWords; k++) {
      const difference = words[at + k]! - words[at - stride + k]!;
      if (difference < 0) return false;
      if (difference > 0) break;
    }
  }
  return true;
}

/** Where the records of each digit begin, or undefined when the digit is the same in all. */
function digitStarts(
  words: Uint32Array,
  stride: number,
  word: number,
  shift: number,
  bits: number,
): Uint32Array | undefined {
  const mask = 2 ** bits - 1;
  const starts = new Uint32Array(2 ** bits);
  for (let at = word; at < words.length; at += stride) starts[(words[at]! >>> shift) & mask]! += 1;
  const records = words.length / stride;
  let sum = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const count = starts[digit]!;
    if (count === records) return undefined;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}

function scatter(
  from: Uint32Array,
  to: Uint32Array,
  stride: number,
  word: number,
  shift: number,
  bits: number,
  starts: Uint32Array,
): void {
  const mask = 2 ** bits - 1;
  if (stride === 1) {
    for (let at = 0; at < from.length; at++) {
      const value = from[at]!;
      to[starts[(value >>> shift) & mask]!++] = value;
    }
    return;
  }
  for (let at = 0; at < from.length; at += stride) {
    let target = starts[(from[at + word]! >>> shift) & mask]!++ * stride;
    for (let k = at, end = at + stride; k < end; k++) to[target++] = from[k]!;
  }
}
