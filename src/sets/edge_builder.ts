import { combineEdges, type Edges, edgeCount, noEdges, RunJoiner, trimmed, type Width } from "./edges.js";
import { sortRecords } from "./sort_records.js";

/** Numbers held back before they are sorted into the set; at least as many as the set has edges. */
const PENDING = 1 << 20;

/** Collects single numbers and runs in any order, repeated or not; memory follows the distinct ones. */
export class EdgeBuilder {
  #edges: Edges;
  #singles: Uint32Array;
  #singleWords = 0;
  #runs: Uint32Array;
  #runWords = 0;

  constructor(readonly width: Width) {
    this.#edges = noEdges(width);
    this.#singles = new Uint32Array(1024 * width);
    this.#runs = new Uint32Array(128 * width);
  }

  /** Adds the number at word `at` of `of`. */
  add(of: Uint32Array, at: number): void {
    if (this.#singleWords === this.#singles.length) this.#makeRoomForSingles();
    for (let k = 0; k < this.width; k++) this.#singles[this.#singleWords + k] = of[at + k]!;
    this.#singleWords += this.width;
  }

  /** Adds one number of one word. */
  addNumber(value: number): void {
    if (this.#singleWords === this.#singles.length) this.#makeRoomForSingles();
    this.#singles[this.#singleWords++] = value;
  }

  /** Adds the run from the number at word `first` of `of` to the one at word `last`, which is not lower. */
  addRun(of: Uint32Array, first: number, last: number): void {
    if (this.#runWords === this.#runs.length) {
      if (this.#runWords >= this.#most()) this.#flushRuns();
      else this.#runs = doubled(this.#runs);
    }
    for (let k = 0; k < this.width; k++) {
      this.#runs[this.#runWords + k] = of[first + k]!;
      this.#runs[this.#runWords + this.width + k] = of[last + k]!;
    }
    this.#runWords += 2 * this.width;
  }

  build(): Edges {
    this.#flushSingles();
    this.#flushRuns();
    return this.#edges;
  }

  /** Words that may wait: merging them costs one pass over the set, so they grow with it. */
  #most(): number {
    return Math.max(PENDING, edgeCount(this.#edges)) * this.width;
  }

  #makeRoomForSingles(): void {
    if (this.#singleWords >= this.#most()) this.#flushSingles();
    else this.#singles = doubled(this.#singles);
  }

  #flushSingles(): void {
    const sorted = sortRecords(this.#singles.subarray(0, this.#singleWords), this.width, this.width);
    this.#merge(this.width === 1 ? edgesOfNumbers(sorted) : joined(sorted, this.width, this.width, 0));
    this.#singleWords = 0;
  }

  #flushRuns(): void {
    const sorted = sortRecords(this.#runs.subarray(0, this.#runWords), 2 * this.width, this.width);
    this.#merge(joined(sorted, this.width, 2 * this.width, this.width));
    this.#runWords = 0;
  }

  #merge(more: Edges): void {
    if (more.words.length === 0) return;
    this.#edges = this.#edges.words.length === 0 ? more : combineEdges(this.#edges, more, "union");
  }
}

function doubled(words: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  return larger;
}

/** Edges of sorted records of `stride` words that hold the first number of a run, and `toLast` words on the last. */
function joined(sorted: Uint32Array, width: Width, stride: number, toLast: number): Edges {
  const joiner = new RunJoiner(width, sorted.length / stride);
  for (let at = 0; at < sorted.length; at += stride) joiner.add(sorted, at, at + toLast);
  return joiner.end();
}

/** The same for single numbers of one word, which are most of what comes. */
function edgesOfNumbers(sorted: Uint32Array): Edges {
  const words = new Uint32Array(2 * sorted.length);
  let length = 0;
  for (let at = 0; at < sorted.length; ) {
    words[length++] = sorted[at]!;
    let last = sorted[at]!;
    for (at += 1; at < sorted.length && sorted[at]! - last <= 1; at++) last = sorted[at]!;
    if (last !== 0xffffffff) words[length++] = last + 1;
  }
  return { width: 1, words: trimmed(words, length) };
}
