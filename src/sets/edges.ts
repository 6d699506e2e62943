/**
 * Sets of numbers as sorted edges: the numbers at which membership flips, so that every second edge begins a run of
 * members and the one after it is the first number behind the run. An odd count means that the last run reaches the end
 * of the number space. One number is one word (IPv4) or four words, most significant first (IPv6).
 */

/** Words of 32 bits in one number. */
export type Width = 1 | 4;

export interface Edges {
  readonly width: Width;
  /** `width` words an edge, ascending, no two equal. */
  readonly words: Uint32Array;
}

/** How two sets are combined. */
export type SetOperation = "union" | "intersection" | "difference" | "symmetric difference";

/** For each operation the result of (in neither, in the first only, in the second only, in both). */
const RESULTS: Readonly<Record<SetOperation, readonly [0, 0 | 1, 0 | 1, 0 | 1]>> = {
  union: [0, 1, 1, 1],
  intersection: [0, 0, 0, 1],
  difference: [0, 1, 0, 0],
  "symmetric difference": [0, 1, 1, 0],
};

export function noEdges(width: Width): Edges {
  return { width, words: new Uint32Array(0) };
}

export function edgeCount({ width, words }: Edges): number {
  return words.length / width;
}

/** Orders the numbers at word `i` of `a` and word `j` of `b`. */
export function compareWords(a: Uint32Array, i: number, b: Uint32Array, j: number, width: Width): number {
  for (let k = 0; k < width; k++) {
    const difference = a[i + k]! - b[j + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The set of an operation on two sets of one width, in one pass. */
export function combineEdges(a: Edges, b: Edges, operation: SetOperation): Edges {
  const { width } = a;
  const results = RESULTS[operation];
  const [left, right] = [a.words, b.words];
  const out = new Uint32Array(left.length + right.length);
  let [i, j, end, inside, result] = [0, 0, 0, 0, 0];
  while (i < left.length || j < right.length) {
    const order = i >= left.length ? 1 : j >= right.length ? -1 : compareWords(left, i, right, j, width);
    const from = order <= 0 ? left : right;
    const at = order <= 0 ? i : j;
    if (order <= 0) {
      inside ^= 1;
      i += width;
    }
    if (order >= 0) {
      inside ^= 2;
      j += width;
    }
    if (results[inside] === result) continue;
    result ^= 1;
    for (let k = 0; k < width; k++) out[end + k] = from[at + k]!;
    end += width;
  }
  return { width, words: trimmed(out, end) };
}

/** The first `length` words; the array itself keeps the memory only when little of it is unused. */
export function trimmed(words: Uint32Array, length: number): Uint32Array {
  return length > words.length * 0.9 ? words.subarray(0, length) : words.slice(0, length);
}

/** Whether the number at word `at` of `of` is a member. */
export function edgesHave({ width, words }: Edges, of: Uint32Array, at: number): boolean {
  let low = 0;
  let high = words.length / width;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWords(words, middle * width, of, at, width) <= 0) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
}

/** The same for a number of one word. */
export function edgesHaveNumber({ words }: Edges, value: number): boolean {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (words[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return (low & 1) === 1;
}

/** Adds one to the number at word `at`. Returns false, leaving zero, when it was the last one. */
export function increment(words: Uint32Array, at: number, width: Width): boolean {
  for (let k = width - 1; k >= 0; k--) {
    words[at + k]! += 1;
    if (words[at + k] !== 0) return true;
  }
  return false;
}

/** Takes one from the number at word `at`; zero becomes the highest number. */
export function decrement(words: Uint32Array, at: number, width: Width): void {
  for (let k = width - 1; k >= 0; k--) {
    const before = words[at + k]!;
    words[at + k] = before - 1;
    if (before !== 0) return;
  }
}

/** Sets the low `bits` bits of the number at word `at` to zeros or ones. */
export function fillLow(words: Uint32Array, at: number, width: Width, bits: number, value: "zeros" | "ones"): void {
  for (let k = width - 1, left = bits; k >= 0 && left > 0; k--, left -= 32) {
    const mask = left >= 32 ? 0xffffffff : 2 ** left - 1;
    words[at + k] = value === "ones" ? words[at + k]! | mask : words[at + k]! & ~mask;
  }
}

/**
 * Visits the runs of members in order. `range` holds first and last number, `width` words each, and is used again for
 * the next run.
 */
export function forEachRun({ width, words }: Edges, visit: (range: Uint32Array) => void): void {
  const range = new Uint32Array(2 * width);
  for (let at = 0; at < words.length; at += 2 * width) {
    const closed = at + width < words.length;
    for (let k = 0; k < width; k++) {
      range[k] = words[at + k]!;
      range[width + k] = closed ? words[at + width + k]! : 0;
    }
    // The end of the number space is one before zero.
    decrement(range, width, width);
    visit(range);
  }
}

/** Makes edges from runs that come sorted by their first number; runs may touch and overlap. */
export class RunJoiner {
  #words: Uint32Array;
  #length = 0;
  #started = false;
  readonly #last: Uint32Array;
  readonly #next: Uint32Array;
  /** `#last` is the highest number: nothing can follow. */
  #full = false;

  /** @param expected runs there will be about */
  constructor(
    readonly width: Width,
    expected: number,
  ) {
    this.#words = new Uint32Array(Math.max(2, 2 * expected) * width);
    this.#last = new Uint32Array(width);
    this.#next = new Uint32Array(width);
  }

  /** Takes the run whose first number is at word `first` of `of` and whose last is at word `last`. */
  add(of: Uint32Array, first: number, last: number): void {
    const { width } = this;
    if (this.#full) return;
    if (this.#started) {
      if (compareWords(of, first, this.#next, 0, width) <= 0) {
        if (compareWords(of, last, this.#last, 0, width) > 0) this.#reach(of, last);
        return;
      }
      this.#push(this.#next, 0);
    }
    this.#started = true;
    this.#push(of, first);
    this.#reach(of, last);
  }

  end(): Edges {
    if (this.#started && !this.#full) this.#push(this.#next, 0);
    return { width: this.width, words: trimmed(this.#words, this.#length) };
  }

  #reach(of: Uint32Array, last: number): void {
    for (let k = 0; k < this.width; k++) this.#last[k] = this.#next[k] = of[last + k]!;
    this.#full = !increment(this.#next, 0, this.width);
  }

  #push(of: Uint32Array, at: number): void {
    if (this.#length === this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    for (let k = 0; k < this.width; k++) this.#words[this.#length + k] = of[at + k]!;
    this.#length += this.width;
  }
}
