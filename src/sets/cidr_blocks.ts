import { compareWords, type Edges, fillLow, forEachRun, increment, type Width } from "./edges.js";

/**
 * Called with a block's first number at word 0 of `words`, which are used again, and its prefix length: 0-32 for one
 * word, 0-128 for four.
 */
export type BlockVisitor = (words: Uint32Array, prefix: number) => void;

/** Visits the fewest blocks that make up a set, in order. */
export function forEachBlock(edges: Edges, visit: BlockVisitor): void {
  const { width } = edges;
  const first = new Uint32Array(width);
  const last = new Uint32Array(width);
  forEachRun(edges, (range) => {
    for (let k = 0; k < width; k++) first[k] = range[k]!;
    while (cutBlock(first, last, range, width, visit)) {
      for (let k = 0; k < width; k++) first[k] = last[k]!;
      increment(first, 0, width);
    }
  });
}

/** Visits the largest block at `first` that is within the run; false when it is the run's last one. */
function cutBlock(first: Uint32Array, last: Uint32Array, range: Uint32Array, width: Width, visit: BlockVisitor) {
  if (compareWords(first, 0, range, width, width) === 0) {
    visit(first, 32 * width);
    return false;
  }
  for (let size = trailingZeros(first); ; size--) {
    for (let k = 0; k < width; k++) last[k] = first[k]!;
    fillLow(last, 0, width, size, "ones");
    const order = compareWords(last, 0, range, width, width);
    if (order > 0) continue;
    visit(first, 32 * width - size);
    return order < 0;
  }
}

function trailingZeros(words: Uint32Array): number {
  let zeros = 0;
  for (let k = words.length - 1; k >= 0; k--) {
    const word = words[k]!;
    if (word !== 0) return zeros + 31 - Math.clz32(word & -word);
    zeros += 32;
  }
  return zeros;
}
