/** The keys of a bag as a set of addresses, and back. */
import { type AddressSet, wide } from "../sets/address_set.js";
import { increment } from "../sets/edges.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import type { Bag } from "./bag.js";

/** All keys; numbers are IPv4 addresses. */
export function coverset({ width, keys, count }: Bag): AddressSet {
  const builder = new AddressSetBuilder();
  if (width === 1) for (let i = 0; i < count; i++) builder.addIpv4(keys[i]!);
  else for (let i = 0; i < count; i++) builder.add(keys, 4 * i);
  return builder.build();
}

/** Visits every address of a set in order, as four words that are used again. */
export function forEachAddress(set: AddressSet, visit: (words: Uint32Array) => void): void {
  set.forEachRange((range) => {
    const words = range.slice(0, 4);
    for (let left = wide(range, 4) - wide(range, 0) + 1n; left > 0n; left--) {
      visit(words);
      increment(words, 0, 4);
    }
  });
}
