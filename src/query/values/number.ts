/** Numbers, ranges and lists as SiLK's switches take them. */
import { ArgumentError } from "../../errors.js";

/** Both ends inclusive; an open end is `Infinity`. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** Where a value came from: the switch, and what the value is called in messages. */
export interface Origin {
  readonly option: string;
  readonly what: string;
  readonly given: string;
}

function fail({ option, what, given }: Origin, reason: string): never {
  throw new ArgumentError(what, reason, option, given);
}

/**
 * `4`, `4-9` or `4-`: a whole number or a range.
 *
 * @throws ArgumentError when it is no number, or not in `low` to `high`
 */
function integerRange(text: string, low: number, high: number, origin: Origin): NumberRange {
  const found = /^\s*(\d+)\s*(?:(-)\s*(\d+)?\s*)?$/.exec(text);
  if (found === null) fail(origin, text.trim() === "" ? "Input is empty" : unexpected(text));
  const first = Number(found[1]);
  const last = found[3] !== undefined ? Number(found[3]) : found[2] === undefined ? first : high;
  for (const value of [first, last]) {
    if (value > high) fail(origin, `Value is above maximum of ${high}`);
    if (value < low) fail(origin, `Value is below minimum of ${low}`);
  }
  if (last < first) fail(origin, "Range is invalid");
  return { low: first, high: last };
}

function unexpected(text: string): string {
  const at = text.search(/[^\d\s,-]/);
  return at >= 0 ? `Unexpected character '${text[at]}'` : "Range is not well formed";
}

/** INTEGER_LIST: `1,2,5-10,99-`. */
export function integerList(text: string, low: number, high: number, origin: Origin): readonly NumberRange[] {
  return text.split(",").map((part) => integerRange(part, low, high, origin));
}

/** INTEGER_RANGE: `4-`, `4-9`, or one value. */
export function oneIntegerRange(text: string, origin: Origin): NumberRange {
  const { low, high } = integerRange(text, 0, Number.MAX_SAFE_INTEGER, origin);
  return { low, high: high === Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : high };
}

/** DECIMAL_RANGE: `5.0-10.031`, `4-`, or one value. */
export function decimalRange(text: string, origin: Origin): NumberRange {
  const found = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:(-)\s*(\d+(?:\.\d*)?|\.\d+)?\s*)?$/.exec(text);
  if (found === null) fail(origin, text.trim() === "" ? "Input is empty" : unexpected(text.replaceAll(".", "")));
  const low = Number(found[1]);
  const high = found[3] !== undefined ? Number(found[3]) : found[2] === undefined ? low : Number.POSITIVE_INFINITY;
  if (high < low) fail(origin, "Range is invalid");
  return { low, high };
}

/** One whole number. */
export function oneInteger(text: string, low: number, high: number, origin: Origin): number {
  if (!/^\s*\d+\s*$/.test(text)) fail(origin, text.trim() === "" ? "Input is empty" : unexpected(text));
  return integerRange(text, low, high, origin).low;
}
