/** Sums of a bag's counters by CIDR block, with the hosts and smaller blocks in each. */
import { type Bag, counterAt } from "./bag.js";

/** A block that was summed up to its end. */
export interface SummedBlock {
  /** Place of its last key. */
  readonly last: number;
  readonly prefix: number;
  readonly hosts: number;
  readonly sum: bigint;
  /** Occupied blocks in it, by the prefix lengths that are counted; those not longer than its own stay 0. */
  readonly blocks: readonly number[];
}

interface OpenBlock {
  readonly prefix: number;
  hosts: number;
  sum: bigint;
  blocks: number[];
}

/** Bits that two keys have in common from the first on. */
function commonBits(keys: Uint32Array, a: number, b: number, width: number): number {
  for (let k = 0; k < width; k++) {
    const difference = keys[a + k]! ^ keys[b + k]!;
    if (difference !== 0) return 32 * k + Math.clz32(difference);
  }
  return 32 * width;
}

/**
 * Visits every block of the prefix lengths `rows` that has a key, an inner one before the one it is in.
 *
 * @param rows prefix lengths, ascending
 * @param counted prefix lengths to count in them, ascending
 */
export function sumBlocks(
  { keys, counters, count, width }: Bag,
  rows: readonly number[],
  counted: readonly number[],
  visit: (block: SummedBlock) => void,
): void {
  const none = () => counted.map(() => 0);
  const open: OpenBlock[] = rows.map((prefix) => ({ prefix, hosts: 0, sum: 0n, blocks: none() }));
  /** Closes the blocks that are longer than what the next key has in common with the last. */
  const close = (last: number, common: number) => {
    for (const block of [...open].reverse()) {
      if (block.prefix <= common) return;
      const { prefix, hosts, sum, blocks } = block;
      visit({ last, prefix, hosts, sum, blocks });
      Object.assign(block, { hosts: 0, sum: 0n, blocks: none() });
    }
  };
  for (let i = 0; i < count; i++) {
    const common = i === 0 ? -1 : commonBits(keys, (i - 1) * width, i * width, width);
    if (i > 0) close(i - 1, common);
    const counter = counterAt(counters, i);
    for (const block of open) {
      block.hosts += 1;
      block.sum += counter;
      for (let k = 0; k < counted.length; k++)
        if (counted[k]! > common && counted[k]! > block.prefix) block.blocks[k]! += 1;
    }
  }
  if (count > 0) close(count - 1, -1);
}
