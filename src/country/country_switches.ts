/** Which country database a command uses. */
import type { Switch } from "../cli/switches.js";
import { belowSilkPath, silkMapPath } from "../pmaps/silk_map_path.js";

/** Name that SiLK gives its country-code prefix map. */
const SILK_NAME = "country_codes.pmap";

export const COUNTRY_CODES_SWITCH: Switch = {
  name: "country-codes",
  argument: "FILE",
  group: "Partitioning",
  help: "Take countries from FILE: a MaxMind database (.mmdb) or a SiLK country-code prefix map",
  fallback: "SILK_COUNTRY_CODES, FLOWTAP_COUNTRY_CODES",
  shared: true,
};

/**
 * Path of the database: of the switch, else of the environment, else where SiLK below SILK_PATH looks for it; undefined
 * when there is none.
 */
export function countryDatabasePath(given: string | undefined): string | undefined {
  if (given !== undefined && given !== "") return given;
  if ((process.env.SILK_COUNTRY_CODES ?? "") !== "") return silkMapPath("SILK_COUNTRY_CODES", SILK_NAME);
  const own = process.env.FLOWTAP_COUNTRY_CODES ?? "";
  return own === "" ? belowSilkPath(SILK_NAME) : own;
}
