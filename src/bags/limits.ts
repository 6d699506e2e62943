/** Which entries of a bag are taken: bounds of keys and counters, and a set of keys. */
import type { Arguments, Switch } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import type { AddressSet } from "../sets/address_set.js";
import { compareWords } from "../sets/edges.js";
import { parseAddress } from "../text/parse_address.js";
import { type Bag, counterAt, HIGHEST_COUNTER } from "./bag.js";
import { BagBuilder } from "./bag_builder.js";

export const LIMIT_SWITCHES: readonly Switch[] = [
  { name: "minkey", argument: "KEY", group: "Limits", help: "Take keys from this one on, a number or an address" },
  { name: "maxkey", argument: "KEY", group: "Limits", help: "Take keys up to this one, a number or an address" },
  { name: "mincounter", argument: "N", group: "Limits", help: "Take keys whose counter is at least N", fallback: "1" },
  {
    name: "maxcounter",
    argument: "N",
    group: "Limits",
    help: "Take keys whose counter is at most N",
    fallback: "18446744073709551615",
  },
];

/** Keys are four words, IPv4 and numbers as ::ffff:a.b.c.d. */
export interface BagLimits {
  readonly minKey?: Uint32Array | undefined;
  readonly maxKey?: Uint32Array | undefined;
  readonly minCounter: bigint;
  readonly maxCounter: bigint;
}

/** @throws UsageError naming a bound that cannot be read, or two that leave nothing between them */
export function bagLimits(args: Arguments): BagLimits {
  const minKey = keyBound(args, "minkey");
  const maxKey = keyBound(args, "maxkey");
  if (minKey !== undefined && maxKey !== undefined && compareWords(minKey, 0, maxKey, 0, 4) > 0)
    throw new UsageError(`Minimum key is greater than maximum: ${args.value("minkey")} > ${args.value("maxkey")}`);
  const minCounter = counterBound(args, "mincounter", 0n) ?? 1n;
  const maxCounter = counterBound(args, "maxcounter", 1n) ?? HIGHEST_COUNTER;
  if (minCounter > maxCounter)
    throw new UsageError(`Minimum counter is greater than maximum: ${minCounter} > ${maxCounter}`);
  return { minKey, maxKey, minCounter, maxCounter };
}

function keyBound(args: Arguments, option: string): Uint32Array | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  try {
    return Uint32Array.from(parseAddress(given));
  } catch (error) {
    if (error instanceof UsageError) throw new ArgumentError(option, error.message, option, given);
    throw error;
  }
}

function counterBound(args: Arguments, option: string, least: bigint): bigint | undefined {
  const given = args.value(option);
  return given === undefined ? undefined : counterArgument(given, option, least);
}

/**
 * A counter as the argument of a switch.
 *
 * @throws ArgumentError naming the switch
 */
export function counterArgument(given: string, option: string, least: bigint): bigint {
  const fail = (reason: string) => new ArgumentError(option, reason, option, given);
  const text = given.trim();
  if (text === "") throw fail("Input is empty");
  if (!/^\d+$/.test(text)) throw fail(`Unexpected character '${/[^\d]/.exec(text)![0]}'`);
  const value = BigInt(text.slice(0, 40));
  if (value < least) throw fail(`Value is below minimum of ${least}`);
  if (value > HIGHEST_COUNTER) throw fail(`Value is above maximum of ${HIGHEST_COUNTER}`);
  return value;
}

/** The entries of a bag within limits. */
export function limited(bag: Bag, { minKey, maxKey, minCounter, maxCounter }: BagLimits): Bag {
  const first = minKey === undefined ? 0 : placeOf(bag, minKey, "before equal");
  const last = maxKey === undefined ? bag.count : placeOf(bag, maxKey, "behind equal");
  const every = minCounter <= 1n && maxCounter === HIGHEST_COUNTER;
  if (every && first === 0 && last === bag.count) return bag;
  return picked(bag, first, last, (i) => {
    if (every) return true;
    const counter = counterAt(bag.counters, i);
    return counter >= minCounter && counter <= maxCounter;
  });
}

/** The entries whose key is a member of a set, or those whose key is not. */
export function masked(bag: Bag, set: AddressSet, keep: "members" | "others"): Bag {
  const { keys, width } = bag;
  return picked(bag, 0, bag.count, (i) => {
    const member = width === 1 ? set.hasIpv4(keys[i]!) : set.has(keys, 4 * i);
    return member === (keep === "members");
  });
}

function picked(bag: Bag, first: number, last: number, takes: (i: number) => boolean): Bag {
  const { keys, counters, width } = bag;
  const result = new BagBuilder(width, Math.max(1, last - first));
  for (let i = first; i < last; i++) if (takes(i)) result.add(keys, i * width, counters[2 * i]!, counters[2 * i + 1]!);
  return result.build(bag.type);
}

/** The place of the first key that is not before `key`, or that is behind it. */
function placeOf(bag: Bag, key: Uint32Array, place: "before equal" | "behind equal"): number {
  const { keys, width } = bag;
  const words = Uint32Array.of(0, 0, 0xffff, 0);
  let low = 0;
  let high = bag.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (width === 1) words[3] = keys[middle]!;
    const order = width === 1 ? compareWords(words, 0, key, 0, 4) : compareWords(keys, 4 * middle, key, 0, 4);
    if (order < 0 || (order === 0 && place === "behind equal")) low = middle + 1;
    else high = middle;
  }
  return low;
}
