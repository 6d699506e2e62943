/** The addresses of an IP set file, for the classification of flows. */
import { InputError } from "../errors.js";
import { loadAddressSet } from "../sets/set_file.js";
import type { AddressRange } from "./address_ranges.js";

/** Each range is a comparison for each flow, and is written down beside each journal. */
const MOST_RANGES = 2000;

/** @throws InputError when it cannot be read, or has too many ranges */
export function setRanges(path: string): AddressRange[] {
  const { count, firstHi, firstLo, lastHi, lastLo } = loadAddressSet(path).ranges();
  if (count > MOST_RANGES)
    throw new InputError(`${path}: ${count} ranges of addresses, at most ${MOST_RANGES} are taken`);
  const hex = (hi: bigint, lo: bigint) => ((hi << 64n) | lo).toString(16).padStart(32, "0");
  return Array.from({ length: count }, (_, k) => [hex(firstHi[k]!, firstLo[k]!), hex(lastHi[k]!, lastLo[k]!)] as const);
}
