/** Lists of `HIGH/MASK` of TCP flags or attributes. */
import { ArgumentError, UsageError } from "../../errors.js";
import { type HighMask, parseHighMask } from "../../text/parse_flags.js";

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

/** Runs a parser whose errors are reasons only, and names the switch. */
export function argument<Value>(parse: () => Value, option: string, given: string): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ArgumentError || !(error instanceof UsageError)) throw error;
    throw new ArgumentError(option, error.message, option, given);
  }
}
