/** Which country database a command uses. */
import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Switch } from "../cli/switches.js";

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
  const silk = process.env.SILK_COUNTRY_CODES ?? "";
  if (silk !== "") return existsSync(silk) ? silk : (belowSilkPath(silk) ?? silk);
  const own = process.env.FLOWTAP_COUNTRY_CODES ?? "";
  return own === "" ? belowSilkPath(SILK_NAME) : own;
}

function belowSilkPath(name: string): string | undefined {
  const root = process.env.SILK_PATH ?? "";
  if (root === "" || isAbsolute(name)) return undefined;
  return [join(root, "share", "silk", name), join(root, "share", name), join(root, name)].find((path) =>
    existsSync(path),
  );
}
