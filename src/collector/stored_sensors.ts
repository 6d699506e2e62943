/** The sensors of a plan as the store keeps them. */
import type { Arguments } from "../cli/switches.js";
import { journalRules } from "../store/journal_rules.js";
import type { StoredSensor } from "../store/row_store.js";
import { storeSensor } from "../store/store_site.js";
import type { PlannedSensor } from "./plan.js";

/** @throws InputError, UsageError naming the configuration that lacks one */
export function storedSensors(args: Arguments, store: string, planned: readonly PlannedSensor[]): StoredSensor[] {
  return planned.map(({ name, rules }) => {
    const { site, sensor, className } = storeSensor(store, name, args);
    return { sensor, rules: journalRules(site, sensor, className, rules) };
  });
}
