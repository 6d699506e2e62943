/** Switches of commands that take `--fields`: what fields need to know, and what is refused. */
import type { Switch } from "../cli/switches.js";
import { DIRECTION_SWITCHES } from "./directions.js";
import { ZERO_DURATION_SWITCH } from "./flow_rates.js";
import { PMAP_FILE_SWITCH } from "./map_switches.js";

/** Beside these, commands that print take PMAP_WIDTH_SWITCH. */
export const FIELD_SWITCHES: readonly Switch[] = [PMAP_FILE_SWITCH, ...DIRECTION_SWITCHES, ZERO_DURATION_SWITCH];
