/** Keys as text gives them, by the type of the bag's key. */
import { UsageError } from "../errors.js";
import { parseWildcard } from "../sets/wildcard.js";
import type { Site } from "../site/site.js";
import { parseAttributes, parseTcpFlags } from "../text/parse_flags.js";
import { parseSilkTime } from "../text/parse_time.js";
import { attributeKey } from "./attributes.js";
import type { FieldType } from "./field_type.js";
import { countryKey, type KeySources, labelParser } from "./looked_up_keys.js";

/** Keys that one line may stand for: a /8 has 2^24. */
const MOST_KEYS = 2 ** 27;

/** A key, or ranges of addresses for which `visit` gets the first address at word 0 and the last at word 4. */
export type ParsedKey =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "ranges"; readonly visit: (take: (range: Uint32Array) => void) => void };

export type KeyParser = (text: string) => ParsedKey;

/**
 * What reads the keys of a type.
 *
 * @param site names of sensors, asked for only when they are needed
 * @param sources what labels and countries of addresses are looked up in
 * @returns a function that throws UsageError whose message is the reason alone
 */
export function keyParser(type: FieldType, site: () => Site, sources: KeySources): KeyParser {
  if (type.kind === "address" || type.kind === "custom") return addresses;
  const parse = numberParser(type, site, sources);
  return (text) => ({ kind: "number", value: parse(text) });
}

function addresses(text: string): ParsedKey {
  if (/^\d+$/.test(text)) return { kind: "number", value: decimal(text, 0xffff_ffff) };
  const wildcard = parseWildcard(text);
  if (wildcard.countBelow(2n ** 128n) > BigInt(MOST_KEYS))
    throw new UsageError(`'${text}' stands for too many addresses`);
  return { kind: "ranges", visit: (take) => wildcard.forEachRange(take) };
}

function numberParser(type: FieldType, site: () => Site, sources: KeySources): (text: string) => number {
  switch (type.kind) {
    case "time":
      return (text) => bounded(Math.floor(parseSilkTime(text).microseconds / 1e6), type.highest);
    case "tcp-flags":
      return (text) => (/^\d/.test(text) ? decimal(text, type.highest) : parseTcpFlags(text));
    case "attributes":
      return (text) => (/^\d/.test(text) ? decimal(text, type.highest) : attributeKey(parseAttributes(text)));
    case "country":
      return (text) => {
        const country = countryKey(text, sources);
        if (country !== undefined) return country;
        if (/^\d/.test(text)) return decimal(text, type.highest);
        throw new UsageError(`'${text}' is not a country code`);
      };
    case "label":
      return labelParser(type, sources);
    case "sensor":
      return (text) => site().sensorNamed(text)?.id ?? decimal(text, type.highest);
    default:
      return (text) => decimal(text, type.highest);
  }
}

function decimal(text: string, highest: number): number {
  const wrong = /[^\d]/.exec(text);
  if (wrong !== null) throw new UsageError(`Unexpected character '${wrong[0]}'`);
  return bounded(Number(text), highest);
}

function bounded(value: number, highest: number): number {
  if (value > highest) throw new UsageError(`Value is above maximum of ${highest}`);
  return value;
}
