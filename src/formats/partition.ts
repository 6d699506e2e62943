/** Sorts the records of a batch by a small key, so that each run of one key is encoded by one straight loop. */

/** Records partitioned at a time. */
export const PARTITION = 4096;

/**
 * Counting sort of up to PARTITION items in fixed memory. Use: `clear()`, `add(key, item)` for each item, `sort()`, then
 * walk `keys` (the keys seen, in order of appearance): the items of `keys[k]` are `order[starts[k]]` up to, not including,
 * `order[starts[k + 1]]`.
 */
export class Partition {
  readonly order = new Uint32Array(PARTITION);
  readonly starts: number[] = [];
  keys: number[] = [];
  readonly #items = new Uint32Array(PARTITION);
  readonly #itemKeys = new Uint16Array(PARTITION);
  readonly #counts: Uint32Array;
  #size = 0;

  /** @param keyCount keys are below this, at most 65536 */
  constructor(keyCount: number) {
    this.#counts = new Uint32Array(keyCount);
  }

  clear(): void {
    for (const key of this.keys) this.#counts[key] = 0;
    this.keys = [];
    this.#size = 0;
  }

  add(key: number, item: number): void {
    if (this.#counts[key] === 0) this.keys.push(key);
    this.#counts[key]! += 1;
    this.#itemKeys[this.#size] = key;
    this.#items[this.#size] = item;
    this.#size += 1;
  }

  sort(): void {
    let start = 0;
    this.keys.forEach((key, k) => {
      this.starts[k] = start;
      const count = this.#counts[key]!;
      this.#counts[key] = start;
      start += count;
    });
    this.starts[this.keys.length] = start;
    for (let i = 0; i < this.#size; i++) {
      const key = this.#itemKeys[i]!;
      const at = this.#counts[key]!;
      this.order[at] = this.#items[i]!;
      this.#counts[key] = at + 1;
    }
  }
}
