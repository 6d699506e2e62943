/** rwfilter's switches in the tables of other commands. */
import type { Switch } from "../cli/switches.js";
import { PARTITION_OPTIONS, PARTITION_SWITCHES } from "./partition/switches.js";
import { STORE_SELECTION_SWITCHES } from "./selection_switches.js";

const FILTER_SWITCH: Switch = {
  name: "filter",
  argument: "SWITCHES",
  group: "Partitioning",
  help: "Take only flows that pass these switches of rwfilter, given as one argument",
  shared: true,
};

/** rwfilter's switches for another command: where a name is the command's own, its own meaning stands. */
export function filterSwitches(own: readonly Switch[]): readonly Switch[] {
  const taken = new Set(own.map(({ name }) => name));
  const table = [...STORE_SELECTION_SWITCHES, ...PARTITION_SWITCHES, ...PARTITION_OPTIONS];
  return [...table.filter(({ name }) => !taken.has(name)).map(shared), FILTER_SWITCH];
}

function shared(each: Switch): Switch {
  return { ...each, shared: true };
}
