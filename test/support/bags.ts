/** Bags beside the naive model of them: a Map from keys of 128 bits to counters. */
import fc from "fast-check";
import { type Bag, type BagType, CUSTOM_BAG } from "../../src/bags/bag.js";
import { BagBuilder } from "../../src/bags/bag_builder.js";
import { wide } from "../../src/sets/address_set.js";
import type { Width } from "../../src/sets/edges.js";

export type BagModel = ReadonlyMap<bigint, bigint>;

/** ::ffff:0.0.0.0: what an IPv4 address is added to. */
export const MAPPED = 0xffff_0000_0000n;

/** The four words of a key. */
export function wordsOf(key: bigint): Uint32Array {
  return Uint32Array.from([96n, 64n, 32n, 0n].map((by) => Number((key >> by) & 0xffff_ffffn)));
}

/** A bag of a model's entries, in their order; keys of one word are given as IPv4-mapped. */
export function bagOf(entries: Iterable<readonly [bigint, bigint]>, width: Width, type: BagType = CUSTOM_BAG): Bag {
  const builder = new BagBuilder(width, 1);
  for (const [key, counter] of entries) {
    const [low, high] = [Number(counter & 0xffff_ffffn), Number(counter >> 32n)];
    if (width === 1) builder.addNumber(Number(key & 0xffff_ffffn), low, high);
    else builder.add(wordsOf(key), 0, low, high);
  }
  return builder.build(type);
}

/** The entries of a bag in its order. */
export function entriesOf(bag: Bag): [bigint, bigint][] {
  const { keys, count } = bag.widened();
  return Array.from({ length: count }, (_, i) => [wide(keys, 4 * i), bag.counter(i)]);
}

/** A model's entries as a bag has them: sorted, without zeros. */
export function sortedEntries(model: BagModel): [bigint, bigint][] {
  return [...model].filter(([, counter]) => counter > 0n).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Keys close together and at the ends of number spaces, so that two bags often share some. */
const narrowKey = fc
  .tuple(fc.constantFrom(0, 0x0a00_0000, 0x7fff_fff0, 0xffff_fff0), fc.integer({ min: 0, max: 15 }))
  .map(([base, more]) => MAPPED + BigInt(base + more));
const otherKey = fc
  .tuple(
    fc.constantFrom(0n, MAPPED - 8n, MAPPED + (1n << 32n), 0x20010db8n << 96n, 2n ** 128n - 16n),
    fc.nat({ max: 15 }),
  )
  .map(([base, more]) => base + BigInt(more));

const counter = fc.oneof(
  fc.bigInt({ min: 1n, max: 20n }),
  fc.constantFrom(0xffff_ffffn, 0x1_0000_0000n, 2n ** 53n, 2n ** 63n - 1n),
  fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
);

/** Entries with keys of one word or of four. */
export function bagEntries(width: Width): fc.Arbitrary<[bigint, bigint][]> {
  return fc.array(fc.tuple(width === 1 ? narrowKey : fc.oneof(narrowKey, otherKey), counter), { maxLength: 60 });
}

/** A bag with its model. */
export interface ModelledBag {
  readonly bag: Bag;
  readonly model: BagModel;
}

const ofWidth = (width: Width): fc.Arbitrary<ModelledBag> =>
  bagEntries(width).map((entries) => {
    const model = new Map(entries);
    return { bag: bagOf(model, width), model };
  });

export const modelledBag: fc.Arbitrary<ModelledBag> = fc.oneof(ofWidth(1), ofWidth(4));
