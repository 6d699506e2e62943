/** Lists of `HIGH/MASK` of TCP flags or attributes. */
import { ArgumentError } from "../../errors.js";
import { type HighMask, parseHighMask } from "../../text/parse_flags.js";
import { argument } from "./argument.js";

/**
 * `HIGH/MASK[,HIGH/MASK…]`, HIGH within MASK.
 *
 * @param parse parseTcpFlags or parseAttributes
 */
export function highMasks(given: string, parse: (letters: string) => number, option: string): readonly HighMask[] {
  return given.split(",").map((part) => {
    if (!part.includes("/")) throw new ArgumentError(option, "Expected HIGH/MASK", option, given);
    return argument(() => parseHighMask(part, parse), option, given);
  });
}
