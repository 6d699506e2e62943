/** What can be known to be wrong with the files that switches of a store name. */
import { existsSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { FlowtapError, InputError } from "../errors.js";
import { loadSite } from "../site/load.js";

/**
 * @param readSensors throws FlowtapError when what a sensors.conf holds is not for the section
 * @throws InputError naming the switch, its file and what is wrong there
 */
export function checkNamedFiles(args: Arguments, readSensors: (path: string) => unknown): void {
  const sensors = args.value("sensor-config");
  if (sensors !== undefined) about("sensor-config", sensors, () => readSensors(sensors));
  const site = args.value("site-config-file");
  if (site !== undefined && existsSync(site))
    about("site-config-file", site, () => loadSite(args, args.value("store")));
}

function about(name: string, path: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw error instanceof FlowtapError ? new InputError(`--${name} ${path}: ${error.message}`) : error;
  }
}
