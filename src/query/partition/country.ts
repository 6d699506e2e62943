/** Conditions on the countries of addresses. */
import { countryNumber } from "../../country/country_code.js";
import { ArgumentError } from "../../errors.js";
import { any } from "./condition.js";
import type { PartitionSwitch } from "./switch.js";

/** Numbers of a list of codes. */
function countryList(given: string, option: string): readonly number[] {
  return given.split(",").map((word) => {
    const code = countryNumber(word.trim());
    if (code === undefined)
      throw new ArgumentError(option, `'${word.trim()}' is not a country code of two letters`, option, given);
    return code;
  });
}

function countrySwitch(name: string, what: string, columns: readonly string[]): PartitionSwitch {
  return {
    name,
    argument: "LIST",
    group: "Partitioning",
    help: `Country of the ${what} address is in LIST: us,de; -- for unknown`,
    condition(given, { countries }) {
      const codes = countryList(given, name);
      return any(columns.map((column) => `${countries.of(column, `--${name}`)} IN (${codes.join(", ")})`));
    },
  };
}

export const COUNTRY_SWITCHES: readonly PartitionSwitch[] = [
  countrySwitch("scc", "source", ["sip"]),
  countrySwitch("dcc", "destination", ["dip"]),
  countrySwitch("any-cc", "source or destination", ["sip", "dip"]),
];
