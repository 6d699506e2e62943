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
    const count = this.#counts[key]!;
    if (count === 0) this.keys.push(key);
    this.#counts[key] = count + 1;
    const size = this.#size;
    this.#itemKeys[size] = key;
    this.#items[size] = item;
    this.#size = size + 1;
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
    const counts = this.#counts;
    const items = this.#items;
    const itemKeys = this.#itemKeys;
    const order = this.order;
    for (let i = 0; i < this.#size; i++) {
      const key = itemKeys[i]!;
      const at = counts[key]!;
      order[at] = items[i]!;
      counts[key] = at + 1;
    }
  }
}
