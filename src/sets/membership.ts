/** Fast look-ups in a set that is asked for millions of addresses. */
import { MAPPED_IPV4 } from "../record/columns.js";
import type { AddressSet } from "./address_set.js";
import { edgesHave } from "./edges.js";

/** Bits of an IPv4 address that the index is made over. */
const INDEXED = 16;

/**
 * For each value of an IPv4 address's upper half: how many edges lie below it. What is left to search are the edges of
 * one half, neighbours in memory: of 4 M scattered addresses a search over all edges took three times as long.
 */
function indexOf(edges: Uint32Array): Uint32Array {
  const below = new Uint32Array(2 ** INDEXED + 1);
  for (const edge of edges) below[(edge >>> (32 - INDEXED)) + 1]! += 1;
  for (let half = 1; half < below.length; half++) below[half]! += below[half - 1]!;
  return below;
}

export class Membership {
  readonly #set: AddressSet;
  readonly #edges: Uint32Array;
  readonly #below: Uint32Array;
  readonly #words = new Uint32Array(4);

  constructor(set: AddressSet) {
    this.#set = set;
    this.#edges = set.ipv4.words;
    this.#below = indexOf(this.#edges);
  }

  /**
   * Marks the rows whose addresses are members with 1, the others with 0.
   *
   * @param hi upper 64 bits of each address, as FlowColumns holds them: two 32-bit halves a row, low half first
   * @param lo lower 64 bits
   */
  mark(hi: ArrayLike<number>, lo: ArrayLike<number>, count: number, result: Int32Array): void {
    for (let i = 0, at = 0; i < count; i++, at += 2) {
      const mapped = lo[at + 1] === MAPPED_IPV4 && hi[at] === 0 && hi[at + 1] === 0;
      result[i] = (mapped ? this.#hasIpv4(lo[at]!) : this.#hasIpv6(hi, lo, at)) ? 1 : 0;
    }
  }

  #hasIpv4(address: number): boolean {
    const edges = this.#edges;
    const half = address >>> (32 - INDEXED);
    let low = this.#below[half]!;
    let high = this.#below[half + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return (low & 1) === 1;
  }

  #hasIpv6(hi: ArrayLike<number>, lo: ArrayLike<number>, at: number): boolean {
    const words = this.#words;
    words[0] = hi[at + 1]!;
    words[1] = hi[at]!;
    words[2] = lo[at + 1]!;
    words[3] = lo[at]!;
    return edgesHave(this.#set.ipv6, words, 0);
  }
}
