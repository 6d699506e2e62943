/**
 * Many tuples as one look-up: keys of 32-bit words in hash tables. Ranges become prefixes, as a range of addresses
 * becomes CIDR blocks; tuples with the same prefix lengths share a table, whose keys are those of its prefixes alone.
 * What is looked for is masked for each table in turn.
 */

/** Words of one column of a tuple, and how many of their highest bits count. */
export interface Prefix {
  readonly words: readonly number[];
  readonly length: number;
}

/** The prefixes that together are the numbers from `low` to `high`, of `32 * words` bits. */
export function prefixesOf(low: bigint, high: bigint, words: number): Prefix[] {
  const width = 32 * words;
  if (low === high) return [{ words: wordsOf(low, words), length: width }];
  const found: Prefix[] = [];
  for (let first = low; first <= high; ) {
    let free = 0;
    // The largest block that begins here and does not reach beyond the end.
    while (free < width && ((first >> BigInt(free)) & 1n) === 0n && first + (2n << BigInt(free)) - 1n <= high)
      free += 1;
    found.push({ words: wordsOf(first, words), length: width - free });
    first += 1n << BigInt(free);
  }
  return found;
}

function wordsOf(value: bigint, words: number): number[] {
  return Array.from({ length: words }, (_, k) => Number((value >> BigInt(32 * (words - 1 - k))) & 0xffff_ffffn));
}

/** Keys of a fixed number of words, in one hash table with linear probing. */
class KeyTable {
  readonly mask: Uint32Array;
  #keys: Uint32Array;
  /** 1 where a key stands. */
  #used: Uint8Array;
  #count = 0;

  constructor(mask: Uint32Array) {
    this.mask = mask;
    this.#keys = new Uint32Array(16 * mask.length);
    this.#used = new Uint8Array(16);
  }

  /** @param key masked already */
  add(key: Uint32Array): void {
    if (2 * (this.#count + 1) > this.#used.length) this.#grow();
    const at = this.#slot(key, hashOf(key));
    if (this.#used[at] === 1) return;
    this.#used[at] = 1;
    this.#keys.set(key, at * key.length);
    this.#count += 1;
  }

  has(key: Uint32Array): boolean {
    return this.#used[this.#slot(key, hashOf(key))] === 1;
  }

  /** Where the key stands, or the free place where it would. */
  #slot(key: Uint32Array, hash: number): number {
    const { length } = key;
    const last = this.#used.length - 1;
    for (let at = hash & last; ; at = (at + 1) & last) {
      if (this.#used[at] === 0) return at;
      const from = at * length;
      let same = 0;
      while (same < length && this.#keys[from + same] === key[same]) same += 1;
      if (same === length) return at;
    }
  }

  #grow(): void {
    const [keys, used] = [this.#keys, this.#used];
    const { length } = this.mask;
    this.#keys = new Uint32Array(2 * keys.length);
    this.#used = new Uint8Array(2 * used.length);
    for (let at = 0; at < used.length; at++) {
      if (used[at] === 0) continue;
      const key = keys.subarray(at * length, (at + 1) * length);
      const to = this.#slot(key, hashOf(key));
      this.#used[to] = 1;
      this.#keys.set(key, to * length);
    }
  }
}

/** Mixes every word, so that tuples chosen to collide are no cheaper to find than others. */
const SEED = (Math.random() * 2 ** 32) >>> 0;

function hashOf(key: Uint32Array): number {
  let hash = SEED;
  for (let k = 0; k < key.length; k++) {
    hash = Math.imul(hash ^ key[k]!, 0x85ebca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}

/** A set of tuples, each a run of prefixes, all tuples of the same columns. */
export class TupleKeys {
  /** Words of a tuple. */
  readonly width: number;
  readonly #tables = new Map<string, KeyTable>();
  #list: readonly KeyTable[] = [];
  readonly #masked: Uint32Array;
  #count = 0;

  /** @param width words of all columns together */
  constructor(width: number) {
    this.width = width;
    this.#masked = new Uint32Array(width);
  }

  /** Keys added so far. */
  get count(): number {
    return this.#count;
  }

  add(tuple: readonly Prefix[]): void {
    const lengths = tuple.map(({ length }) => length).join(" ");
    let table = this.#tables.get(lengths);
    if (table === undefined) {
      table = new KeyTable(Uint32Array.from(tuple.flatMap(masksOf)));
      this.#tables.set(lengths, table);
      this.#list = [...this.#tables.values()];
    }
    const key = this.#masked;
    let at = 0;
    for (const { words } of tuple)
      for (let k = 0; k < words.length; k++) {
        key[at] = words[k]! & table.mask[at]!;
        at += 1;
      }
    table.add(key);
    this.#count += 1;
  }

  /** Whether the words of a flow are within a tuple. */
  has(words: Uint32Array): boolean {
    const masked = this.#masked;
    for (const table of this.#list) {
      for (let k = 0; k < masked.length; k++) masked[k] = words[k]! & table.mask[k]!;
      if (table.has(masked)) return true;
    }
    return false;
  }
}

function masksOf({ words, length }: Prefix): number[] {
  return words.map((_word, k) => {
    const bits = Math.min(32, Math.max(0, length - 32 * k));
    return bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
  });
}
