import { compareWords, type Edges, fillLow, forEachRun, increment, type Width } from "./edges.js";

/**
 * Called with a block's first number at word 0 of `words`, which are used again, and its prefix length: 0-32 for one
 * word, 0-128 for four.
 */
export type BlockVisitor = (words: Uint32Array, prefix: number) => void;

/** Visits the fewest blocks that make up the run from `range[0]` to `range[width]`, in order. */
export function blocksOfRun(range: Uint32Array, width: Width, visit: BlockVisitor): void {
  const bits = 32 * width;
  const first = range.slice(0, width);
  const last = new Uint32Array(width);
  for (;;) {
    // Grow the block while it stays aligned and within the run.
    let size = trailingZeros(first);
    for (; ; size--) {
      last.set(first);
      fillLow(last, 0, width, size, "ones");
      if (compareWords(last, 0, range, width, width) <= 0) break;
    }
    visit(first, bits - size);
    if (compareWords(last, 0, range, width, width) === 0) return;
    first.set(last);
    increment(first, 0, width);
  }
}

/** Visits the fewest blocks that make up a set, in order. */
export function forEachBlock(edges: Edges, visit: BlockVisitor): void {
  forEachRun(edges, (range) => blocksOfRun(range, edges.width, visit));
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
