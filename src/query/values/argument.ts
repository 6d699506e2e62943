/** Errors of parsers as errors of a switch. */
import { ArgumentError, UsageError } from "../../errors.js";

/** Runs a parser whose errors are reasons only, and names the switch. */
export function argument<Value>(parse: () => Value, option: string, given: string): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ArgumentError || !(error instanceof UsageError)) throw error;
    throw new ArgumentError(option, error.message, option, given);
  }
}
