/** Countries out of a SiLK country-code prefix map. */
import { InputError } from "../errors.js";
import type { PrefixMap } from "../formats/silk/prefix_map.js";
import { countryNumber, countryText, UNKNOWN_COUNTRY } from "./country_code.js";
import type { CountryDatabase } from "./country_database.js";

export class PrefixMapCountries implements CountryDatabase {
  readonly #map: PrefixMap;

  /** @throws InputError when the map holds labels instead of countries */
  constructor(map: PrefixMap, name: string) {
    if (map.values !== "countries") throw new InputError(`${name}: a prefix map, but not one of country codes`);
    this.#map = map;
  }

  find(w0: number, w1: number, w2: number, w3: number): number {
    const value = this.#map.findAddress(w0, w1, w2, w3);
    if (value > 0xffff) return UNKNOWN_COUNTRY;
    return countryNumber(countryText(value)) ?? UNKNOWN_COUNTRY;
  }
}
