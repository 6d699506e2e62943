/** What can be known to be wrong with a collector's settings before anything is opened. */
import { existsSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { collectorPlan } from "../collector/plan.js";
import { collectorSettings } from "../collector/settings.js";
import { FlowtapError, InputError } from "../errors.js";
import { loadSite } from "../site/load.js";

/** @throws FlowtapError naming the switch, or the file that one names, and what is wrong with it */
export function checkCollector(args: Arguments): void {
  const settings = collectorSettings(args);
  const store = args.value("store");
  const sensors = args.value("sensor-config");
  if (sensors !== undefined) about("sensor-config", sensors, () => collectorPlan(settings));
  const site = args.value("site-config-file");
  if (site !== undefined && existsSync(site)) about("site-config-file", site, () => loadSite(args, store));
}

function about(name: string, path: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw error instanceof FlowtapError ? new InputError(`--${name} ${path}: ${error.message}`) : error;
  }
}
