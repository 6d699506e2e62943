import test from "ava";
import fc from "fast-check";
import { sumBlocks } from "../../src/bags/block_sums.js";
import { wide } from "../../src/sets/address_set.js";
import { bagOf, modelledBag } from "../support/bags.js";

interface Row {
  readonly block: bigint;
  readonly hosts: number;
  readonly sum: bigint;
  readonly blocks: readonly number[];
}

const lengths = fc.uniqueArray(fc.integer({ min: 0, max: 32 }), { minLength: 1, maxLength: 4 });
const ascending = (all: readonly number[]) => [...all].sort((a, b) => a - b);

test("sums, hosts and smaller blocks of each block are those of the keys in it", (t) => {
  fc.assert(
    fc.property(modelledBag, lengths, lengths, ({ bag }, rowLengths, countedLengths) => {
      // Prefixes of IPv6 keys reach their last bits, too.
      const scale = bag.width === 4 ? 4 : 1;
      const bits = 32 * bag.width;
      const [rows, counted] = [rowLengths, countedLengths].map((each) =>
        ascending(each).map((length) => scale * length),
      );
      const keys = Array.from({ length: bag.count }, (_, i) =>
        bag.width === 4 ? wide(bag.keys, 4 * i) : BigInt(bag.keys[i]!),
      );
      const blockOf = (key: bigint, prefix: number) => key >> BigInt(bits - prefix);
      const found = new Map<number, Row[]>(rows!.map((prefix) => [prefix, []]));
      sumBlocks(bag, rows!, counted!, ({ last, prefix, hosts, sum, blocks }) => {
        found.get(prefix)!.push({ block: blockOf(keys[last]!, prefix), hosts, sum, blocks });
      });
      for (const prefix of rows!) {
        const expected = [...new Set(keys.map((key) => blockOf(key, prefix)))].map((block): Row => {
          const members = keys.flatMap((key, i) => (blockOf(key, prefix) === block ? [i] : []));
          const smaller = counted!.map((length) =>
            length <= prefix ? 0 : new Set(members.map((i) => blockOf(keys[i]!, length))).size,
          );
          const sum = members.reduce((total, i) => total + bag.counter(i), 0n);
          return { block, hosts: members.length, sum, blocks: smaller };
        });
        t.deepEqual(found.get(prefix), expected);
      }
    }),
  );
});

test("an inner block comes before the one it is in", (t) => {
  const bag = bagOf(
    [0x0a000001n, 0x0a000101n, 0x0b000001n].map((key) => [0xffff_0000_0000n + key, 1n]),
    1,
  );
  const order: string[] = [];
  sumBlocks(bag, [0, 8, 24], [], ({ prefix, sum }) => void order.push(`${prefix}:${sum}`));
  t.deepEqual(order, ["24:1", "24:1", "8:2", "24:1", "8:1", "0:3"]);
});
