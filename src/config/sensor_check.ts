/** What can be known to be wrong with a sensor's settings before anything is opened. */
import { existsSync } from "node:fs";
import type { Arguments } from "../cli/switches.js";
import { FlowtapError, InputError } from "../errors.js";
import { sensorSettings } from "../sensor/settings.js";
import { loadSite } from "../site/load.js";
import { readSensorsConf } from "../site/sensors_conf.js";
import { sensorRules } from "../store/sensor_rules.js";

/** Stands in where no interface is named: a unit's instance names it. */
const SOME_INTERFACE = "lo";

/** @throws FlowtapError naming the switch, or the file that one names, and what is wrong with it */
export function checkSensor(args: Arguments): void {
  sensorSettings(withInterface(args));
  const store = args.value("store");
  if (store === undefined) return;
  const sensors = args.value("sensor-config");
  if (sensors !== undefined)
    about("sensor-config", sensors, () => sensorRules(readSensorsConf(sensors), args.value("sensor") ?? "S0"));
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

function withInterface(args: Arguments): Arguments {
  if (args.flag("interface")) return args;
  const values = (name: string) => (name === "interface" ? [SOME_INTERFACE] : args.values(name));
  return {
    value: (name) => values(name).at(-1),
    values,
    flag: (name) => name === "interface" || args.flag(name),
    positionals: args.positionals,
  };
}
