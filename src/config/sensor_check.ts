/** What can be known to be wrong with a sensor's settings before anything is opened. */
import type { Arguments } from "../cli/switches.js";
import { sensorSettings } from "../sensor/settings.js";
import { readSensorsConf } from "../site/sensors_conf.js";
import { sensorRules } from "../store/sensor_rules.js";
import { checkNamedFiles } from "./named_files.js";

/** Stands in where no interface is named: a unit's instance names it. */
const SOME_INTERFACE = "lo";

/** @throws FlowtapError naming the switch, or the file that one names, and what is wrong with it */
export function checkSensor(args: Arguments): void {
  sensorSettings(withInterface(args));
  if (args.value("store") === undefined) return;
  checkNamedFiles(args, (path) => sensorRules(readSensorsConf(path), args.value("sensor") ?? "S0"));
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
