/** Which addresses of a set a wildcard matches. */
import { type AddressSet, wide } from "./address_set.js";
import { AddressSetBuilder } from "./set_builder.js";
import type { IpWildcard } from "./wildcard.js";

/** Ranges of a wildcard that become a set of their own; one with more is compared with each range of the other set. */
const FEW_RANGES = 2 ** 20;

/** How many addresses of `set` match. */
export function countMatches(set: AddressSet, wildcard: IpWildcard): bigint {
  if (wildcard.rangeCount <= FEW_RANGES) return set.intersection(setOfWildcard(wildcard)).cardinality();
  let count = 0n;
  set.forEachRange((range) => {
    count += wildcard.countBelow(wide(range, 4) + 1n) - wildcard.countBelow(wide(range, 0));
  });
  return count;
}

/** Whether any address of `set` matches. */
export function someMatch(set: AddressSet, wildcard: IpWildcard): boolean {
  return countMatches(set, wildcard) > 0n;
}

/** The addresses of a wildcard, of which there are not too many ranges. */
function setOfWildcard(wildcard: IpWildcard): AddressSet {
  const builder = new AddressSetBuilder();
  wildcard.forEachRange((range) => builder.addRange(range));
  return builder.build();
}
