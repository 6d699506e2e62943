/** Opens databases that tell the country of an address: SiLK's country-code prefix maps and MaxMind's format. */
import { InputError } from "../errors.js";
import { OctetSource } from "../files/octet_source.js";
import { isSilk } from "../formats/silk/header.js";
import { readPrefixMap } from "../formats/silk/prefix_map.js";
import type { CountryDatabase } from "./country_database.js";
import { MaxMindCountries } from "./maxmind_countries.js";
import { PrefixMapCountries } from "./prefix_map_countries.js";

/** Octets of a database at most: the largest that are sold take some hundred million. */
const LARGEST = 2 ** 30;

/** @throws InputError naming the file when it cannot be read or is neither */
export function openCountryDatabase(path: string): CountryDatabase {
  const source = new OctetSource(path);
  try {
    if (isSilk(source)) return new PrefixMapCountries(readPrefixMap(source), source.name);
    return new MaxMindCountries(wholeOf(source), source.name);
  } finally {
    source.close();
  }
}

function wholeOf(source: OctetSource): Buffer {
  while (source.need(source.available + 1))
    if (source.available > LARGEST) throw new InputError(`${source.name}: too large for a country database`);
  return Buffer.from(source.buffer.buffer, source.start, source.available);
}
