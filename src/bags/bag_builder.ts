import { InputError } from "../errors.js";
import { compareWords, type Width } from "../sets/edges.js";
import { sortRecords } from "../sets/sort_records.js";
import { Bag, type BagType } from "./bag.js";

/** Keys there is room for at first. */
const FIRST = 1024;

/** Words of a counter. */
const COUNTER = 2;

/** Words of keys that a bag may have: 2^28 IPv4 addresses take 3 GB. */
const MOST_WORDS = 2 ** 28;

const HIGHEST_WORD = 0xffff_ffff;

/**
 * Collects keys with counters in any order; counters of equal keys are added and stay at 2^64 - 1 when the sum is
 * larger. Memory follows the different keys: those that repeat are joined before more room is made. Adding throws
 * InputError when there are too many.
 */
export class BagBuilder {
  #keys: Uint32Array;
  #counters: Uint32Array;
  #count = 0;
  #sorted = true;
  /** Keys after they were last sorted and joined. */
  #joined = 0;

  /** @param expected keys there will be about */
  constructor(
    readonly width: Width,
    expected = FIRST,
  ) {
    const room = Math.max(1, expected);
    this.#keys = new Uint32Array(room * width);
    this.#counters = new Uint32Array(room * COUNTER);
  }

  /** Entries that were added and not joined. */
  get count(): number {
    return this.#count;
  }

  /** Adds `high * 2^32 + low` for the key at word `at` of `words`; nothing for zero. */
  add(words: Uint32Array, at: number, low: number, high: number): void {
    if (low === 0 && high === 0) return;
    this.#makeRoom();
    const { width } = this;
    const i = this.#count;
    const to = i * width;
    if (this.#sorted && i > 0 && compareWords(this.#keys, to - width, words, at, width) >= 0) this.#sorted = false;
    for (let k = 0; k < width; k++) this.#keys[to + k] = words[at + k]!;
    this.#counters[2 * i] = low;
    this.#counters[2 * i + 1] = high;
    this.#count = i + 1;
  }

  /** The same for a key of one word. */
  addNumber(key: number, low: number, high: number): void {
    if (low === 0 && high === 0) return;
    this.#makeRoom();
    const i = this.#count;
    if (this.#sorted && i > 0 && this.#keys[i - 1]! >= key) this.#sorted = false;
    this.#keys[i] = key;
    this.#counters[2 * i] = low;
    this.#counters[2 * i + 1] = high;
    this.#count = i + 1;
  }

  build(type: BagType): Bag {
    if (!this.#sorted) this.#join();
    const keys = exact(this.#keys, this.#count * this.width);
    return new Bag(type, this.width, keys, exact(this.#counters, this.#count * COUNTER));
  }

  #makeRoom(): void {
    if (this.#count * COUNTER < this.#counters.length) return;
    if (!this.#sorted && this.#count >= 2 * this.#joined) this.#join();
    if (this.#count * COUNTER * 2 <= this.#counters.length) return;
    if (this.#keys.length >= MOST_WORDS)
      throw new InputError(`a bag of more than ${this.#count} keys does not fit into memory`);
    this.#keys = doubled(this.#keys);
    this.#counters = doubled(this.#counters);
  }

  /** Sorts by key and adds up what has the same one. */
  #join(): void {
    const { width } = this;
    const stride = width + COUNTER;
    const records = new Uint32Array(this.#count * stride);
    for (let i = 0, to = 0; i < this.#count; i++, to += stride) {
      for (let k = 0; k < width; k++) records[to + k] = this.#keys[i * width + k]!;
      records[to + width] = this.#counters[2 * i]!;
      records[to + width + 1] = this.#counters[2 * i + 1]!;
    }
    const from = sortRecords(records, stride, width);
    let last = -1;
    for (let at = 0; at < from.length; at += stride) {
      if (last < 0 || compareWords(this.#keys, last * width, from, at, width) !== 0) {
        last += 1;
        for (let k = 0; k < width; k++) this.#keys[last * width + k] = from[at + k]!;
        this.#counters[2 * last] = from[at + width]!;
        this.#counters[2 * last + 1] = from[at + width + 1]!;
      } else {
        this.#increase(last, from[at + width]!, from[at + width + 1]!);
      }
    }
    this.#count = this.#joined = last + 1;
    this.#sorted = true;
  }

  #increase(i: number, low: number, high: number): void {
    const sum = this.#counters[2 * i]! + low;
    const carry = sum > HIGHEST_WORD ? 1 : 0;
    const upper = this.#counters[2 * i + 1]! + high + carry;
    this.#counters[2 * i] = upper > HIGHEST_WORD ? HIGHEST_WORD : sum;
    this.#counters[2 * i + 1] = Math.min(upper, HIGHEST_WORD);
  }
}

function doubled(words: Uint32Array): Uint32Array {
  const larger = new Uint32Array(2 * words.length);
  larger.set(words);
  return larger;
}

function exact(words: Uint32Array, length: number): Uint32Array {
  return length > words.length * 0.9 ? words.subarray(0, length) : words.slice(0, length);
}
