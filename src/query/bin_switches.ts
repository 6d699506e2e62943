/** Switches that rwuniq and rwstats share. */
import type { Arguments, Switch } from "../cli/switches.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { PRINT_SWITCHES } from "./print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "./query_switches.js";
import { TABLE_FORMAT_SWITCH } from "./table/table_format.js";
import { oneInteger } from "./values/number.js";

/** Seconds when `--bin-time` is given without a number. */
const DEFAULT_BIN_TIME = 60;

export const BIN_FIELDS_SWITCH: Switch = {
  name: "fields",
  argument: "LIST",
  values: "flow-fields",
  group: "Bins",
  help: "Group flows by these fields",
};

/** How flows are grouped. */
export const BIN_SWITCHES: readonly Switch[] = [
  {
    name: "bin-time",
    argument: "SECONDS",
    optional: true,
    group: "Bins",
    help: "Put start and end times into bins of so many seconds, 60 when left out",
  },
  {
    name: "presorted-input",
    group: "Bins",
    help: "Flows come sorted by the fields: nothing is gained here by saying so",
  },
];

/** How bins are written, and where flows come from. */
export const BIN_OUTPUT_SWITCHES: readonly Switch[] = [
  ...PRINT_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...QUERY_SWITCHES,
  TEMPORARY_SWITCH,
];

/** Seconds of a time bin; undefined for none. */
export type BinTime = number | undefined;

/** The bin time of `--bin-time[=SECONDS]`. */
export function binTimeOf(args: Arguments): BinTime {
  if (!args.flag("bin-time")) return undefined;
  const given = args.value("bin-time") ?? "";
  if (given === "") return DEFAULT_BIN_TIME;
  return oneInteger(given, 1, 2 ** 31 - 1, { option: "bin-time", what: "bin-time", given });
}
