/** Keys of rwbagbuild that are looked up: labels of addresses, or of protocols and ports, and countries. */
import { countryNumber } from "../country/country_code.js";
import type { CountryDatabase } from "../country/country_database.js";
import { UsageError } from "../errors.js";
import { NO_LABEL, NO_PREFIX_VALUE, type PrefixMap } from "../formats/silk/prefix_map.js";
import { parseMapKey } from "../pmaps/map_keys.js";
import { parseAddress } from "../text/parse_address.js";
import type { FieldType } from "./field_type.js";
import { mapKeyOf } from "./key_map.js";

/** What keys are looked up in; databases are asked for only when they are needed. */
export interface KeySources {
  readonly map: PrefixMap | undefined;
  readonly countries: () => CountryDatabase;
  /** What stands between a protocol and its port. */
  readonly portDelimiter: string;
}

/** The key of an address of four words. */
export type AddressKey = (w0: number, w1: number, w2: number, w3: number) => number;

/** What makes keys of a type out of addresses; undefined when addresses are the keys, or mean nothing to the type. */
export function addressKey(type: FieldType, { map, countries }: KeySources): AddressKey | undefined {
  if (type.kind === "country") {
    const database = countries();
    return (w0, w1, w2, w3) => database.find(w0, w1, w2, w3);
  }
  if (type.kind !== "label" || mapKeyOf(type) !== "address") return undefined;
  return (w0, w1, w2, w3) => map!.findAddress(w0, w1, w2, w3);
}

/** Looks like an address rather than a number or a name. */
const ADDRESS = /^[\da-f]*[.:][\da-f.:]*$/i;

/** A country's code, or an address that is looked up. */
export function countryKey(text: string, sources: KeySources): number | undefined {
  const code = countryNumber(text);
  if (code !== undefined || !ADDRESS.test(text)) return code;
  return sources.countries().find(...parseAddress(text));
}

/**
 * What gives the value of a label, or of what is looked up in the map: an address, or a protocol and a port.
 *
 * @returns a function that throws UsageError whose message is the reason alone
 */
export function labelParser(type: FieldType, { map, portDelimiter }: KeySources): (text: string) => number {
  const values = new Map([[NO_LABEL, NO_PREFIX_VALUE], ...map!.labels.map((label, value) => [label, value] as const)]);
  values.delete("");
  const address = mapKeyOf(type) === "address";
  return (text) => {
    const value = values.get(text);
    if (value !== undefined) return value;
    if (address) return map!.findAddress(...parseAddress(text));
    const parts = text.split(portDelimiter).map((part) => part.trim());
    if (parts.length !== 2) throw new UsageError(`'${text}' is neither a label nor a protocol and a port`);
    const [key] = parseMapKey(parts.join("/"), "proto-port");
    return map!.findProtocolPort(key! >>> 16, key! & 0xffff);
  };
}
