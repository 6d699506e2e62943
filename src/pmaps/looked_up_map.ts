/** What `rwpmaplookup` asks: a prefix map, or a country database of another kind. */

import { countryText } from "../country/country_code.js";
import type { CountryDatabase } from "../country/country_database.js";
import { openCountryDatabase } from "../country/open_country_database.js";
import { OctetSource } from "../files/octet_source.js";
import { isSilk } from "../formats/silk/header.js";
import { NO_PREFIX_VALUE, type PrefixMap, type PrefixMapKey } from "../formats/silk/prefix_map.js";
import { type KeyBlock, mapBlock } from "../formats/silk/prefix_map_ranges.js";
import { isMapped } from "../sets/mapped.js";
import { parseAddress } from "../text/parse_address.js";
import { valueText, valueWidth } from "./map_choice.js";
import { parseMapKey } from "./map_keys.js";
import { loadPrefixMap } from "./prefix_map_file.js";

/** What is known of a key. */
export interface Answer {
  readonly value: string;
  /** The block around the key; undefined when the map has no such keys. */
  readonly block: KeyBlock | undefined;
}

export interface LookedUpMap {
  readonly key: PrefixMapKey;
  /** Characters of the longest value. */
  readonly width: number;
  /** Whether answers have blocks. */
  readonly blocks: "known" | "unknown";
  /** @throws UsageError whose message is the reason alone */
  parse(text: string): Uint32Array;
  /** Looks up a key of `parse`, or the four words of an address. */
  find(key: Uint32Array): Answer;
}

/** @throws InputError when the file cannot be read or is none */
export function openLookedUpMap(path: string): LookedUpMap {
  const source = new OctetSource(path);
  const silk = isSilk(source);
  source.close();
  return silk ? ofPrefixMap(loadPrefixMap(path)) : ofDatabase(openCountryDatabase(path));
}

/** Addresses of either version have a place in a map of addresses, those of IPv6 in a map of IPv4 no value. */
function ofPrefixMap(map: PrefixMap): LookedUpMap {
  const none: Answer = { value: valueText(map, NO_PREFIX_VALUE), block: undefined };
  return {
    key: map.key,
    width: valueWidth(map),
    blocks: "known",
    parse: (text) => (map.key === "proto-port" ? parseMapKey(text, map.key) : Uint32Array.from(parseAddress(text))),
    find(key) {
      if (map.key === "ipv4" && !isMapped(key, 0)) return none;
      const block = mapBlock(map, map.key === "ipv4" ? key.subarray(3) : key);
      return { value: valueText(map, block.value), block };
    },
  };
}

function ofDatabase(database: CountryDatabase): LookedUpMap {
  return {
    key: "ipv6",
    width: "value".length,
    blocks: "unknown",
    parse: (text) => Uint32Array.from(parseAddress(text)),
    find: (key) => ({ value: countryText(database.find(key[0]!, key[1]!, key[2]!, key[3]!)), block: undefined }),
  };
}
