/** Country codes in SQL: a function of address columns, which the engine learns when a field or a switch needs it. */

import { CountryLookup } from "../country/country_lookup.js";
import { countryDatabasePath } from "../country/country_switches.js";
import { openCountryDatabase } from "../country/open_country_database.js";
import { UsageError } from "../errors.js";
import type { AddFunction } from "./partition/switch.js";

export class Countries {
  readonly #given: string | undefined;
  readonly #addFunction: AddFunction;
  #function: string | undefined;

  /** @param given argument of `--country-codes` */
  constructor(given: string | undefined, addFunction: AddFunction) {
    this.#given = given;
    this.#addFunction = addFunction;
  }

  /**
   * SQL of the number of the country of an address column (its two halves), as `countryText` takes it.
   *
   * @param wanted what needs it, for the message: `--scc`
   * @throws UsageError when there is no database; InputError when it cannot be read
   */
  of(column: string, wanted: string): string {
    this.#function ??= this.#declare(wanted);
    return `${this.#function}(${column}_hi, ${column}_lo)`;
  }

  #declare(wanted: string): string {
    const path = countryDatabasePath(this.#given);
    if (path === undefined)
      throw new UsageError(
        `${wanted} needs a country database: give one with --country-codes=FILE or SILK_COUNTRY_CODES, as .mmdb or .pmap`,
      );
    const lookup = new CountryLookup(openCountryDatabase(path));
    return this.#addFunction(["UBIGINT", "UBIGINT"], ([hi, lo], count, result) => lookup.fill(hi!, lo!, count, result));
  }
}
