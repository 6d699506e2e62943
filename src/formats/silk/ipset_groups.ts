/** Runs of a set as record versions 2, 4 and 5 store them: whole blocks, and maps of 256 addresses. */
import { forEachBlock } from "../../sets/cidr_blocks.js";
import type { Edges } from "../../sets/edges.js";
import type { ByteOrder } from "./header.js";

/** Words of a map of 256 addresses; the least significant bit of the first is the lowest address. */
export const MAP_WORDS = 8;

export interface GroupVisitor {
  /** A block of 256 addresses or more. `words` are used again. */
  whole(words: Uint32Array, prefix: number): void;
  /**
   * 256 aligned addresses, some of them members.
   *
   * @param base words of the lowest, used again
   * @param map one bit an address
   * @param blocks low octet and prefix length of the CIDR blocks that make up the members
   */
  partial(base: Uint32Array, map: Uint32Array, blocks: readonly number[]): void;
}

export function forEachGroup(edges: Edges, visitor: GroupVisitor): void {
  const { width } = edges;
  const bits = 32 * width;
  const base = new Uint32Array(width);
  const map = new Uint32Array(MAP_WORDS);
  const blocks: number[] = [];
  const flush = () => {
    if (blocks.length === 0) return;
    visitor.partial(base, map, blocks);
    map.fill(0);
    blocks.length = 0;
  };
  forEachBlock(edges, (words, prefix) => {
    if (prefix <= bits - 8) {
      flush();
      visitor.whole(words, prefix);
      return;
    }
    const octet = words[width - 1]! & 0xff;
    if (blocks.length > 0 && !sameGroup(base, words)) flush();
    for (let k = 0; k < width; k++) base[k] = words[k]!;
    base[width - 1]! -= octet;
    for (let k = octet, end = octet + 2 ** (bits - prefix); k < end; k++) map[k >> 5]! |= 1 << (k & 31);
    blocks.push(octet, prefix);
  });
  flush();
}

function sameGroup(a: Uint32Array, b: Uint32Array): boolean {
  const low = a.length - 1;
  for (let k = 0; k < low; k++) if (a[k] !== b[k]) return false;
  return a[low]! >>> 8 === b[low]! >>> 8;
}

/**
 * Visits the runs of ones in the 256-bit map at `at` of `view`: places of the first and last, 0-255. A run that spans
 * words comes in pieces.
 */
export function forEachMapRun(
  view: DataView,
  at: number,
  order: ByteOrder,
  visit: (first: number, last: number) => void,
): void {
  for (let k = 0; k < MAP_WORDS; k++) {
    let word = view.getUint32(at + 4 * k, order === "little");
    for (let place = 32 * k; word !== 0; ) {
      const zeros = 31 - Math.clz32(word & -word);
      word >>>= zeros;
      place += zeros;
      // The length of the run is the place of the lowest zero.
      const ones = word === 0xffffffff ? 32 : 31 - Math.clz32(~word & (word + 1));
      visit(place, place + ones - 1);
      word = ones === 32 ? 0 : word >>> ones;
      place += ones;
    }
  }
}
