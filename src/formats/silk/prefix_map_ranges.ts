/** Walks over prefix maps: all ranges of keys with their values, and the block that a key is in. */
import { InputError } from "../../errors.js";
import { KEY_BITS, leafValue, NO_PREFIX_VALUE, type PrefixMap } from "./prefix_map.js";

/**
 * Called with the first and the last key of a range, whose arrays are used again: one word for IPv4 and for protocol and
 * port (65536 times the protocol plus the port), four for IPv6.
 */
export type RangeVisitor = (first: Uint32Array, last: Uint32Array, value: number) => void;

/** Words of 32 bits in one key of a map. */
export function keyWords({ key }: Pick<PrefixMap, "key">): 1 | 4 {
  return key === "ipv6" ? 4 : 1;
}

/**
 * Visits every key of the map in order, as the longest ranges with one value.
 *
 * @param name of the file, for the error
 * @throws InputError when parts of the tree are shared, which could make it endless
 */
export function forEachMapRange(map: PrefixMap, name: string, visit: RangeVisitor): void {
  const bits = KEY_BITS[map.key];
  const words = keyWords(map);
  const key = new Uint32Array(words);
  const first = new Uint32Array(words);
  const last = new Uint32Array(words);
  let value: number | undefined;
  let seen = 0;
  const leaf = (depth: number, found: number) => {
    if (found !== value) {
      if (value !== undefined) visit(first, last, value);
      value = found;
      first.set(key);
    }
    last.set(key);
    fillFrom(last, bits, depth, "ones");
  };
  const descend = (node: number, depth: number) => {
    seen += 1;
    if (seen > map.nodeCount) throw new InputError(`${name}: damaged prefix map: its nodes are not a tree`);
    for (const bit of [0, 1] as const) {
      setBit(key, bits, depth, bit);
      const link = map.link(node, bit);
      if (link < 0) leaf(depth + 1, leafValue(link));
      else if (depth + 1 === bits) leaf(bits, NO_PREFIX_VALUE);
      else descend(link, depth + 1);
    }
    setBit(key, bits, depth, 0);
  };
  descend(0, 0);
  if (value !== undefined) visit(first, last, value);
}

/** A block of keys that begin with the same bits. */
export interface KeyBlock {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** Bits that all keys of the block share. */
  readonly prefix: number;
  readonly value: number;
}

/** The largest block around a key in which the tree has one value. */
export function mapBlock(map: PrefixMap, key: Uint32Array): KeyBlock {
  const bits = KEY_BITS[map.key];
  let at = 0;
  let prefix = 0;
  while (prefix < bits && at >= 0) {
    at = map.link(at, bitOf(key, bits, prefix));
    prefix += 1;
  }
  const first = key.slice();
  fillFrom(first, bits, prefix, "zeros");
  const last = key.slice();
  fillFrom(last, bits, prefix, "ones");
  return { first, last, prefix, value: leafValue(at) };
}

/** The bit of a key at a depth of the tree: its highest bit is at depth 0. */
export function bitOf(key: Uint32Array, bits: number, depth: number): 0 | 1 {
  const place = depth + 32 * key.length - bits;
  return ((key[place >> 5]! >>> (31 - (place & 31))) & 1) as 0 | 1;
}

function setBit(key: Uint32Array, bits: number, depth: number, bit: 0 | 1): void {
  const place = depth + 32 * key.length - bits;
  const mask = 0x8000_0000 >>> (place & 31);
  if (bit === 1) key[place >> 5]! |= mask;
  else key[place >> 5]! &= ~mask;
}

/** Sets all bits from a depth on. */
function fillFrom(key: Uint32Array, bits: number, depth: number, fill: "zeros" | "ones"): void {
  const from = depth + 32 * key.length - bits;
  for (let word = key.length - 1; word >= 0 && 32 * (word + 1) > from; word--) {
    const low = from <= 32 * word ? 0xffff_ffff : 0xffff_ffff >>> (from - 32 * word);
    if (fill === "ones") key[word]! |= low;
    else key[word]! &= ~low;
  }
}
