/** Values of aggregate bags as text gives them. */
import { attributeKey } from "../bags/attributes.js";
import { countryNumber } from "../country/country_code.js";
import { ArgumentError, UsageError } from "../errors.js";
import { wordsOf } from "../formats/silk/aggbag_layout.js";
import { parseCutTime } from "../formats/silk/text/fields.js";
import { MAPPED_IPV4 } from "../record/columns.js";
import type { Site } from "../site/site.js";
import { parseAddress } from "../text/parse_address.js";
import { parseAttributes, parseTcpFlags } from "../text/parse_flags.js";
import { type AggField, aggFieldNamed } from "./agg_field.js";
import { classNumber } from "./class_number.js";

/** What else is known of the row that a value belongs to. */
export interface RowContext {
  /** Class of its flows, which says what a type's name means; set by the class. */
  className: string | undefined;
}

/**
 * Reads a value of a field into the words from `at` on.
 *
 * @throws UsageError whose message is the reason alone
 */
export type FieldParser = (text: string, words: Uint32Array, at: number, context: RowContext) => void;

/** @param site names of sensors, classes and types, asked for only when they are needed */
export function fieldParser(field: AggField, site: () => Site): FieldParser {
  const number = (parse: (text: string, context: RowContext) => number): FieldParser => {
    const highest = 2 ** (8 * Math.min(4, field.octets)) - 1;
    return (text, words, at, context) => {
      words[at] = bounded(parse(text.trim(), context), highest);
    };
  };
  switch (field.kind) {
    case "address":
      return field.octets === 4 ? setIpv4 : setAddress;
    case "time":
      return timeParser();
    case "duration":
      return number((text) => (/^\d+\.\d*$/.test(text) ? Math.floor(Number(text)) : decimal(text)));
    case "tcp-flags":
      return number((text) => (/^\d/.test(text) ? decimal(text) : parseTcpFlags(text)));
    case "attributes":
      return number((text) => (/^\d/.test(text) ? decimal(text) : attributeKey(parseAttributes(text))));
    case "country":
      return number(countryOf);
    case "sensor":
      return number((text) => site().sensorNamed(text)?.id ?? decimal(text, `Unrecognized sensor name '${text}'`));
    case "class":
      return number((text, context) => {
        context.className = text;
        return classNumber(site(), text) ?? decimal(text, `Unrecognized class name '${text}'`);
      });
    case "type":
      return number((text, { className }) => typeOf(text, className, site()));
    default:
      return field.octets === 8 ? setDecimal : number((text) => decimal(text));
  }
}

function setIpv4(text: string, words: Uint32Array, at: number): void {
  const address = parseAddress(text);
  if (address[0] !== 0 || address[1] !== 0 || address[2] !== MAPPED_IPV4)
    throw new UsageError(`'${text.trim()}' is not an IPv4 address`);
  words[at] = address[3];
}

function setAddress(text: string, words: Uint32Array, at: number): void {
  words.set(parseAddress(text), at);
}

/** Times that were read before: rows of text often share them, and parsing is most of the work. */
const MOST_TIMES = 4096;

function timeParser(): FieldParser {
  const seconds = new Map<string, number>();
  return (cell, words, at) => {
    const text = cell.trim();
    let second = seconds.get(text);
    if (second === undefined) {
      second = Math.floor(parseCutTime(text) / 1e6);
      if (seconds.size === MOST_TIMES) seconds.clear();
      seconds.set(text, second);
    }
    setWide(words, at, second);
  };
}

/** Digits that a number without a sign holds exactly. */
const EXACT_DIGITS = 15;

function setWide(words: Uint32Array, at: number, value: number): void {
  words[at] = Math.floor(value / 2 ** 32);
  words[at + 1] = value % 2 ** 32;
}

function setDecimal(text: string, words: Uint32Array, at: number): void {
  const digits = text.trim();
  const value = decimal(digits);
  if (digits.length <= EXACT_DIGITS) {
    setWide(words, at, value);
    return;
  }
  const exact = BigInt(digits.slice(0, 40));
  if (exact > 0xffff_ffff_ffff_ffffn) throw new UsageError("Value is above maximum of 18446744073709551615");
  words[at] = Number(exact >> 32n);
  words[at + 1] = Number(exact & 0xffff_ffffn);
}

function decimal(digits: string, otherwise?: string): number {
  if (digits === "") throw new UsageError("Empty number");
  const wrong = /\D/.exec(digits);
  if (wrong !== null) throw new UsageError(otherwise ?? `Unexpected character '${wrong[0]}'`);
  return Number(digits);
}

function bounded(value: number, highest: number): number {
  if (value > highest) throw new UsageError(`Value is above maximum of ${highest}`);
  return value;
}

function countryOf(text: string): number {
  const code = countryNumber(text);
  if (code === undefined) throw new UsageError(`'${text}' is not a country code`);
  return code;
}

/** A type of the row's class, else of the site's default class, else of any class. */
function typeOf(text: string, className: string | undefined, site: Site): number {
  const { defaultClass, flowtypes } = site.config;
  const found =
    site.flowtypeOf(className ?? defaultClass ?? "", text) ??
    (className === undefined ? flowtypes.find(({ type }) => type === text) : undefined);
  return found?.id ?? decimal(text, `Unrecognized type name '${text}'`);
}

/** A field with the words of a value. */
export interface FieldValue {
  readonly field: AggField;
  readonly words: Uint32Array;
}

/**
 * The value that an argument `FIELD=VALUE` means.
 *
 * @throws ArgumentError naming the switch
 */
export function fieldValue(option: string, given: string, site: () => Site): FieldValue {
  const { field, rest } = fieldArgument(option, given);
  const words = new Uint32Array(wordsOf(field));
  try {
    fieldParser(field, site)(rest, words, 0, { className: undefined });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ArgumentError(option, error.message, option, given);
  }
  return { field, words };
}

/** An argument `FIELD=REST` of a switch. */
export function fieldArgument(option: string, given: string): { readonly field: AggField; readonly rest: string } {
  const equals = given.indexOf("=");
  if (equals < 0) throw new ArgumentError(option, "Expected FIELD=VALUE", option, given);
  const field = aggFieldNamed(given.slice(0, equals));
  if (typeof field === "string") throw new ArgumentError(option, field, option, given);
  return { field, rest: given.slice(equals + 1) };
}

/**
 * The fields of a list with commas.
 *
 * @throws ArgumentError naming a field that there is not or that is given twice
 */
export function fieldList(option: string, list: string, among?: readonly AggField[]): readonly AggField[] {
  const fail = (reason: string) => new ArgumentError(option, reason, option, list);
  const fields = list.split(",").map((word) => {
    const found = aggFieldNamed(word, among);
    if (typeof found === "string") throw fail(found);
    return found;
  });
  const twice = fields.find((each, k) => fields.indexOf(each) !== k);
  if (twice !== undefined) throw fail(`Duplicate name '${twice.name}'`);
  return fields;
}
