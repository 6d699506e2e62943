import { MAPPED_IPV4 } from "../record/columns.js";
import { compareWords, type Width } from "../sets/edges.js";
import { CUSTOM, type FieldType, ipv4Type, ipv6Type } from "./field_type.js";

/** What keys and counters of a bag are. */
export interface BagType {
  readonly key: FieldType;
  readonly counter: FieldType;
}

export const CUSTOM_BAG: BagType = { key: CUSTOM, counter: CUSTOM };

/** Highest counter, 2^64 - 1. */
export const HIGHEST_COUNTER = 2n ** 64n - 1n;

/**
 * Keys with a counter each, sorted by key; it does not change. A key is one word or the four words of an IPv6 address,
 * most significant first; a counter is two words, the low one first, and never zero.
 */
export class Bag {
  constructor(
    readonly type: BagType,
    readonly width: Width,
    /** `width` words a key, ascending, no two equal. */
    readonly keys: Uint32Array,
    readonly counters: Uint32Array,
  ) {}

  /** Keys in it. */
  get count(): number {
    return this.counters.length / 2;
  }

  counter(i: number): bigint {
    return counterAt(this.counters, i);
  }

  /** Whether all keys are IPv4 addresses or numbers of 32 bits, be they kept as IPv6. */
  get isNarrow(): boolean {
    const { width, keys, count } = this;
    if (width === 1 || count === 0) return true;
    return compareWords(keys, 0, MAPPED, 0, 4) >= 0 && compareWords(keys, 4 * (count - 1), MAPPED, 4, 4) <= 0;
  }

  /** Whether keys are to be taken for addresses: custom ones may be. */
  get hasAddresses(): boolean {
    const { kind } = this.type.key;
    return kind === "address" || kind === "custom" || !this.isNarrow;
  }

  /** Whether every counter is a 64-bit number with a sign, as tables and the native formatter have them. */
  get fitsSigned(): boolean {
    const { counters } = this;
    for (let at = 1; at < counters.length; at += 2) if (counters[at]! >= SIGN) return false;
    return true;
  }

  /** The same with keys of four words, IPv4 as ::ffff:a.b.c.d. */
  widened(): Bag {
    if (this.width === 4) return this;
    const keys = new Uint32Array(4 * this.keys.length);
    for (let i = 0; i < this.keys.length; i++) {
      keys[4 * i + 2] = MAPPED_IPV4;
      keys[4 * i + 3] = this.keys[i]!;
    }
    return new Bag({ ...this.type, key: ipv6Type(this.type.key) }, 4, keys, this.counters);
  }

  /** The IPv4 addresses and numbers of 32 bits with keys of one word; other keys are left out. */
  narrowed(): Bag {
    if (this.width === 1) return this;
    const first = firstBehind(this, MAPPED, 0);
    const end = firstBehind(this, BEHIND_MAPPED, 0);
    const keys = new Uint32Array(end - first);
    for (let i = first; i < end; i++) keys[i - first] = this.keys[4 * i + 3]!;
    const type = { ...this.type, key: ipv4Type(this.type.key) };
    return new Bag(type, 1, keys, this.counters.subarray(2 * first, 2 * end));
  }

  withType(type: BagType): Bag {
    return new Bag(type, this.width, this.keys, this.counters);
  }
}

/** The sign in the upper word of a number with one. */
const SIGN = 0x8000_0000;

/** First and last IPv4 address. */
const MAPPED = Uint32Array.of(0, 0, MAPPED_IPV4, 0, 0, 0, MAPPED_IPV4, 0xffff_ffff);

const BEHIND_MAPPED = Uint32Array.of(0, 0, MAPPED_IPV4 + 1, 0);

/** The place of the first key that is not before the one at word `at` of `words`. */
function firstBehind({ keys, width, count }: Bag, words: Uint32Array, at: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareWords(keys, middle * width, words, at, width) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Counter `i` of counters as a bag holds them. */
export function counterAt(counters: Uint32Array, i: number): bigint {
  return (BigInt(counters[2 * i + 1]!) << 32n) | BigInt(counters[2 * i]!);
}

/** Digits of counter `i`. */
export function counterText(counters: Uint32Array, i: number): string {
  const high = counters[2 * i + 1]!;
  // Up to 2^53 a plain number is exact, and much cheaper.
  if (high < 0x20_0000) return String(high * 0x1_0000_0000 + counters[2 * i]!);
  return String(counterAt(counters, i));
}

/** Orders counter `i` of `a` and counter `j` of `b`. */
export function compareCounters(a: Uint32Array, i: number, b: Uint32Array, j: number): number {
  return a[2 * i + 1]! - b[2 * j + 1]! || a[2 * i]! - b[2 * j]!;
}
