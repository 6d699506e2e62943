import { parseArguments } from "../../src/cli/parse.js";
import type { Arguments } from "../../src/cli/switches.js";
import { METER_CONFIG_SWITCHES } from "../../src/config/section.js";
import { INPUT_SWITCHES } from "../../src/meter/input_switches.js";
import { REPORT_SWITCHES } from "../../src/meter/run.js";
import { SENSOR_METER_SWITCHES } from "../../src/sensor/settings.js";

/** What `flowtap meter` makes of these words. */
export function typed(...words: readonly string[]): Arguments {
  const table = [...INPUT_SWITCHES, ...SENSOR_METER_SWITCHES, ...METER_CONFIG_SWITCHES, ...REPORT_SWITCHES];
  return parseArguments(table, words);
}
