/** Counts the blocks and hosts of a set, block within block. */
import { forEachBlock } from "./cidr_blocks.js";
import { type Edges, fillLow, increment, type Width } from "./edges.js";

/** A count that may reach 2^128; sums of small ones are kept as plain numbers. */
class Tally {
  #small = 0;
  #large = 0n;

  addPowerOfTwo(exponent: number): void {
    if (exponent > 32) this.#large += 1n << BigInt(exponent);
    else this.#small += 2 ** exponent;
    if (this.#small > 2 ** 52) {
      this.#large += BigInt(this.#small);
      this.#small = 0;
    }
  }

  get total(): bigint {
    return this.#large + BigInt(this.#small);
  }
}

/** A block that was counted to its end. */
export interface CountedBlock {
  /** Its first address: one word or four. Used again. */
  readonly words: Uint32Array;
  readonly prefix: number;
  readonly hosts: bigint;
  /** Occupied blocks in it, by the prefix lengths that are counted; those not longer than its own stay 0. */
  readonly blocks: readonly bigint[];
}

interface OpenBlock {
  readonly prefix: number;
  readonly words: Uint32Array;
  open: boolean;
  hosts: Tally;
  blocks: Tally[];
}

/**
 * Visits every block of the prefix lengths `rows` that has a member, an inner one before the one it is in.
 *
 * @param rows prefix lengths, ascending
 * @param counted prefix lengths to count in them, ascending
 */
export function countBlocks(
  edges: Edges,
  rows: readonly number[],
  counted: readonly number[],
  visit: (block: CountedBlock) => void,
): void {
  const { width } = edges;
  const bits = 32 * width;
  const newTallies = () => counted.map(() => new Tally());
  const open: OpenBlock[] = rows.map((prefix) => {
    return { prefix, words: new Uint32Array(width), open: false, hosts: new Tally(), blocks: newTallies() };
  });
  const close = (from: number) => {
    for (let k = open.length - 1; k >= from; k--) {
      const { prefix, words, hosts, blocks } = open[k]!;
      if (!open[k]!.open) continue;
      visit({ words, prefix, hosts: hosts.total, blocks: blocks.map((each) => each.total) });
      open[k]!.open = false;
      open[k]!.hosts = new Tally();
      open[k]!.blocks = newTallies();
    }
  };
  /** The last block seen of each counted prefix length. */
  const seen = counted.map(() => ({ words: new Uint32Array(width), any: false }));

  const take = (words: Uint32Array, prefix: number) => {
    const entered = open.findIndex((each) => !each.open || !sameBlock(each.words, words, each.prefix, width));
    if (entered >= 0) {
      close(entered);
      for (let k = entered; k < open.length; k++) {
        copyBlock(open[k]!.words, words, open[k]!.prefix, width);
        open[k]!.open = true;
      }
    }
    for (const each of open) each.hosts.addPowerOfTwo(bits - prefix);
    for (let k = 0; k < counted.length; k++) {
      const length = counted[k]!;
      const last = seen[k]!;
      if (length <= prefix && last.any && sameBlock(last.words, words, length, width)) continue;
      copyBlock(last.words, words, length, width);
      if (length > prefix) fillLow(last.words, 0, width, bits - prefix, "ones");
      last.any = true;
      for (const each of open) if (each.prefix < length) each.blocks[k]!.addPowerOfTwo(Math.max(0, length - prefix));
    }
  };
  cutAt(edges, rows.at(-1)!, take);
  close(0);
}

/** Visits the CIDR blocks of a set, those shorter than `longest` cut into pieces of that prefix length. */
function cutAt(edges: Edges, longest: number, visit: (words: Uint32Array, prefix: number) => void): void {
  const { width } = edges;
  const piece = new Uint32Array(width);
  const bits = 32 * width;
  forEachBlock(edges, (words, prefix) => {
    if (prefix >= longest) {
      visit(words, prefix);
      return;
    }
    copyBlock(piece, words, prefix, width);
    do {
      visit(piece, longest);
      fillLow(piece, 0, width, bits - longest, "ones");
    } while (increment(piece, 0, width) && sameBlock(piece, words, prefix, width));
  });
}

function maskOf(prefix: number, word: number): number {
  const bits = Math.min(32, Math.max(0, prefix - 32 * word));
  return bits === 0 ? 0 : ~0 << (32 - bits);
}

function sameBlock(a: Uint32Array, b: Uint32Array, prefix: number, width: Width): boolean {
  for (let k = 0; k < width; k++) if (((a[k]! ^ b[k]!) & maskOf(prefix, k)) !== 0) return false;
  return true;
}

function copyBlock(to: Uint32Array, from: Uint32Array, prefix: number, width: Width): void {
  for (let k = 0; k < width; k++) to[k] = from[k]! & maskOf(prefix, k);
}
