/** Which map rwpmapcat and rwpmaplookup look at. */
import type { Arguments, Switch } from "../cli/switches.js";
import { countryText, UNKNOWN_COUNTRY } from "../country/country_code.js";
import { countryDatabasePath } from "../country/country_switches.js";
import { UsageError } from "../errors.js";
import { NO_PREFIX_VALUE, type PrefixMap } from "../formats/silk/prefix_map.js";
import { addressTypesPath } from "./address_types.js";

export const MAP_SWITCHES: readonly Switch[] = [
  { name: "map-file", argument: "PATH", group: "Input", help: "Take the prefix map of PATH" },
  {
    name: "address-types",
    argument: "PATH",
    optional: true,
    group: "Input",
    help: "Take the map of address types, of PATH",
    fallback: "SILK_ADDRESS_TYPES when PATH is left out",
  },
  {
    name: "country-codes",
    argument: "PATH",
    optional: true,
    group: "Input",
    help: "Take the map of country codes, of PATH",
    fallback: "SILK_COUNTRY_CODES when PATH is left out",
  },
];

/**
 * Path of the map that the switches name; undefined when they name none.
 *
 * @throws UsageError when there are two, or the usual one is nowhere
 */
export function chosenMap(args: Arguments): string | undefined {
  const given = MAP_SWITCHES.map(({ name }) => name).filter((name) => args.flag(name));
  const [name, more] = given;
  if (more !== undefined) throw new UsageError(`May only specify one of --${given.join(", --")}`);
  if (name === undefined) return undefined;
  const path = args.value(name) ?? "";
  if (path !== "") return path;
  if (name === "map-file") throw new UsageError("Invalid map-file '': Path is empty");
  const usual = name === "country-codes" ? countryDatabasePath(undefined) : addressTypesPath();
  if (usual !== undefined) return usual;
  const variable = name === "country-codes" ? "SILK_COUNTRY_CODES" : "SILK_ADDRESS_TYPES";
  throw new UsageError(`Cannot find the map of --${name}: name its file or set ${variable}`);
}

/** Text of a value: a label, or the letters of a country. */
export function valueText(map: PrefixMap, value: number): string {
  if (map.values === "labels") return map.label(value);
  return countryText(value === NO_PREFIX_VALUE ? UNKNOWN_COUNTRY : value & 0xffff);
}

/** Characters of the longest value: as wide as the title at least. */
export function valueWidth({ values, labels }: PrefixMap): number {
  const least = "value".length;
  return values === "countries" ? least : labels.reduce((most, { length }) => Math.max(most, length), least);
}
