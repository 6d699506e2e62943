/** A binary tree over the bits of keys, built from ranges: later ranges replace what was there. */
import { InputError } from "../errors.js";
import { bitOf } from "../formats/silk/prefix_map_ranges.js";

/** A leaf is its value with the top bit set; this one has no value. */
const NOTHING = -1;
const LEAF = 0x8000_0000;

/** Nodes at most: half of what files may have. */
const MOST_NODES = 1 << 26;

/** Highest value of a leaf; the next one means that there is none. */
export const HIGHEST_VALUE = 0x7fff_fffe;

/** Keys of a range, both inclusive, most significant word first. */
export interface KeyRange {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

export class PrefixTree {
  readonly #bits: 24 | 32 | 128;
  #links = new Int32Array(1024).fill(NOTHING);
  #count = 1;

  constructor(bits: 24 | 32 | 128) {
    this.#bits = bits;
  }

  /** Gives all keys of a range a value of 0 to HIGHEST_VALUE. */
  add({ first, last }: KeyRange, value: number): void {
    const bits = this.#bits;
    let zerosFrom = bits;
    while (zerosFrom > 0 && bitOf(first, bits, zerosFrom - 1) === 0) zerosFrom -= 1;
    let onesFrom = bits;
    while (onesFrom > 0 && bitOf(last, bits, onesFrom - 1) === 1) onesFrom -= 1;
    const leaf = LEAF | value | 0;
    /** Below: the keys of a node are cut off by the range's first key, its last one, or neither. */
    const fill = (node: number, depth: number, low: boolean, high: boolean) => {
      const lowest = low ? bitOf(first, bits, depth) : 0;
      const highest = high ? bitOf(last, bits, depth) : 1;
      for (let bit = lowest; bit <= highest; bit++) {
        const cutLow = low && bit === lowest && zerosFrom > depth + 1;
        const cutHigh = high && bit === highest && onesFrom > depth + 1;
        if (!cutLow && !cutHigh) this.#links[2 * node + bit] = leaf;
        else fill(this.#below(node, bit), depth + 1, cutLow, cutHigh);
      }
    };
    fill(0, 0, true, true);
  }

  /** The node that a link leads to; a leaf becomes a node with that leaf on both sides. */
  #below(node: number, bit: number): number {
    const link = this.#links[2 * node + bit]!;
    if (link >= 0) return link;
    const made = this.#count;
    if (made === MOST_NODES) throw new InputError(`prefix map of more than ${MOST_NODES} nodes`);
    if (2 * made === this.#links.length) {
      const larger = new Int32Array(2 * this.#links.length).fill(NOTHING);
      larger.set(this.#links);
      this.#links = larger;
    }
    this.#count += 1;
    this.#links[2 * made] = link;
    this.#links[2 * made + 1] = link;
    this.#links[2 * node + bit] = made;
    return made;
  }

  /**
   * The fewest nodes that have the same leaves, parents before their children, the root first.
   *
   * @param other value of all other keys; none when it is left out
   */
  nodes(other?: number): Int32Array {
    const links = this.#links;
    const rest = other === undefined ? NOTHING : LEAF | other | 0;
    /** What a link comes to when nodes of two equal leaves are leaves. */
    const simplify = (node: number, bit: number): number => {
      const at = 2 * node + bit;
      const link = links[at]!;
      if (link === NOTHING) links[at] = rest;
      else if (link >= 0) {
        const zero = simplify(link, 0);
        if (zero === simplify(link, 1) && zero < 0) links[at] = zero;
      }
      return links[at]!;
    };
    simplify(0, 0);
    simplify(0, 1);
    const result = new Int32Array(2 * this.#count);
    let count = 0;
    const copy = (node: number): number => {
      const place = count;
      count += 1;
      for (const bit of [0, 1]) {
        const link = links[2 * node + bit]!;
        result[2 * place + bit] = link < 0 ? link : copy(link);
      }
      return place;
    };
    copy(0);
    return result.slice(0, 2 * count);
  }
}
