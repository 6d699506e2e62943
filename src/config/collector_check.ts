/** What can be known to be wrong with a collector's settings before anything is opened. */
import type { Arguments } from "../cli/switches.js";
import { collectorPlan } from "../collector/plan.js";
import { collectorSettings } from "../collector/settings.js";
import { checkNamedFiles } from "./named_files.js";

/** @throws FlowtapError naming the switch, or the file that one names, and what is wrong with it */
export function checkCollector(args: Arguments): void {
  const settings = collectorSettings(args);
  checkNamedFiles(args, () => collectorPlan(settings));
}
