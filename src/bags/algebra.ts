/** Bags combined with each other, key by key, in one pass over both. */
import { compareWords } from "../sets/edges.js";
import { type Bag, type BagType, compareCounters, counterAt, HIGHEST_COUNTER } from "./bag.js";
import { BagBuilder } from "./bag_builder.js";
import { CUSTOM, mergedType } from "./field_type.js";

/** Why a result cannot be; the message is the reason alone. */
export class BagArithmeticError extends Error {
  override readonly name = "BagArithmeticError";
}

/** How counters of the same key are compared. */
export const COMPARISONS = ["lt", "le", "eq", "ge", "gt"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Takes the places of a key in both bags, -1 in the one that lacks it. */
type Visit = (i: number, j: number) => void;

/** Two bags with keys of the same width. */
function paired(a: Bag, b: Bag): readonly [Bag, Bag] {
  return a.width === b.width ? [a, b] : [a.widened(), b.widened()];
}

function visitKeys(a: Bag, b: Bag, visit: Visit): void {
  const { width } = a;
  let [i, j] = [0, 0];
  while (i < a.count || j < b.count) {
    const order = i >= a.count ? 1 : j >= b.count ? -1 : compareWords(a.keys, i * width, b.keys, j * width, width);
    visit(order <= 0 ? i : -1, order >= 0 ? j : -1);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
}

/** Adds key `i` of a bag with counter `k` of another's counters, or its own. */
function copy(to: BagBuilder, of: Bag, i: number, counters = of.counters, k = i): void {
  to.add(of.keys, i * of.width, counters[2 * k]!, counters[2 * k + 1]!);
}

function addValue(to: BagBuilder, of: Bag, i: number, value: bigint): void {
  to.add(of.keys, i * of.width, Number(value & 0xffff_ffffn), Number(value >> 32n));
}

function merged(a: Bag, b: Bag): BagType {
  return { key: mergedType(a.type.key, b.type.key), counter: mergedType(a.type.counter, b.type.counter) };
}

/**
 * Sums of counters.
 *
 * @throws BagArithmeticError when a sum is above 2^64 - 1
 */
export function add(first: Bag, second: Bag): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, Math.max(a.count, b.count));
  visitKeys(a, b, (i, j) => {
    if (j < 0) copy(result, a, i);
    else if (i < 0) copy(result, b, j);
    else {
      const low = a.counters[2 * i]! + b.counters[2 * j]!;
      const high = a.counters[2 * i + 1]! + b.counters[2 * j + 1]! + (low > 0xffff_ffff ? 1 : 0);
      if (high > 0xffff_ffff) throw new BagArithmeticError("Counter overflow");
      result.add(a.keys, i * a.width, low % 0x1_0000_0000, high);
    }
  });
  return result.build(merged(a, b));
}

/** Differences of counters; keys for which none is left go. */
export function subtract(first: Bag, second: Bag): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, a.count);
  visitKeys(a, b, (i, j) => {
    if (j < 0) copy(result, a, i);
    else if (i >= 0 && compareCounters(a.counters, i, b.counters, j) > 0) {
      const low = a.counters[2 * i]! - b.counters[2 * j]!;
      const high = a.counters[2 * i + 1]! - b.counters[2 * j + 1]!;
      result.add(a.keys, i * a.width, low < 0 ? low + 0x1_0000_0000 : low, low < 0 ? high - 1 : high);
    }
  });
  return result.build(merged(a, b));
}

/** The lower counter of keys that are in both. */
export function minimize(first: Bag, second: Bag): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, Math.min(a.count, b.count));
  visitKeys(a, b, (i, j) => {
    if (i < 0 || j < 0) return;
    if (compareCounters(a.counters, i, b.counters, j) <= 0) copy(result, a, i);
    else copy(result, b, j);
  });
  return result.build(merged(a, b));
}

/** The higher counter of keys that are in either. */
export function maximize(first: Bag, second: Bag): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, Math.max(a.count, b.count));
  visitKeys(a, b, (i, j) => {
    if (j < 0 || (i >= 0 && compareCounters(a.counters, i, b.counters, j) >= 0)) copy(result, a, i);
    else copy(result, b, j);
  });
  return result.build(merged(a, b));
}

/**
 * Quotients of counters, rounded to the nearest number, halves up; keys of which that is zero go.
 *
 * @throws BagArithmeticError when a key of the first bag is not in the second
 */
export function divide(first: Bag, second: Bag): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, a.count);
  visitKeys(a, b, (i, j) => {
    if (i < 0) return;
    if (j < 0) throw new BagArithmeticError("A key of the dividend is not in the divisor");
    const divisor = counterAt(b.counters, j);
    addValue(result, a, i, (2n * counterAt(a.counters, i) + divisor) / (2n * divisor));
  });
  return result.build({ key: mergedType(a.type.key, b.type.key), counter: CUSTOM });
}

/** Keys of both bags whose counter in the first compares so with that in the second, each with the counter 1. */
export function compare(first: Bag, second: Bag, comparison: Comparison): Bag {
  const [a, b] = paired(first, second);
  const result = new BagBuilder(a.width, Math.min(a.count, b.count));
  visitKeys(a, b, (i, j) => {
    if (i < 0 || j < 0) return;
    if (holds(comparison, compareCounters(a.counters, i, b.counters, j))) result.add(a.keys, i * a.width, 1, 0);
  });
  return result.build({ key: mergedType(a.type.key, b.type.key), counter: CUSTOM });
}

function holds(comparison: Comparison, order: number): boolean {
  switch (comparison) {
    case "lt":
      return order < 0;
    case "le":
      return order <= 0;
    case "eq":
      return order === 0;
    case "ge":
      return order >= 0;
    case "gt":
      return order > 0;
  }
}

/**
 * Counters times a number.
 *
 * @throws BagArithmeticError when a product is above 2^64 - 1
 */
export function multiply(bag: Bag, factor: bigint): Bag {
  const result = new BagBuilder(bag.width, bag.count);
  for (let i = 0; i < bag.count; i++) {
    const product = bag.counter(i) * factor;
    if (product > HIGHEST_COUNTER) throw new BagArithmeticError("Counter overflow");
    addValue(result, bag, i, product);
  }
  return result.build(bag.type);
}

/** Counters as keys, with the number of keys that have them; counters above 2^32 - 1 count as that. */
export function invert(bag: Bag): Bag {
  const result = new BagBuilder(1, 1024);
  const { counters, count } = bag;
  for (let i = 0; i < count; i++) result.addNumber(counters[2 * i + 1] === 0 ? counters[2 * i]! : 0xffff_ffff, 1, 0);
  return result.build({ key: bag.type.counter, counter: CUSTOM });
}
