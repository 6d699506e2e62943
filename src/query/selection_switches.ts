/** rwfilter's switches that select files of the data root. */
import type { Switch } from "../cli/switches.js";
import { DATA_ROOT_SWITCH, SITE_SWITCH } from "../site/load.js";

const GROUP = "Selection";

export const SELECTION_SWITCHES: readonly Switch[] = [
  {
    name: "class",
    argument: "NAME",
    values: "classes",
    group: GROUP,
    help: "Class of the flows",
    fallback: "the site's default class",
  },
  {
    name: "type",
    argument: "LIST",
    values: "types",
    group: GROUP,
    help: "Types of the class: in,inweb, or all",
    fallback: "the class's default types",
  },
  {
    name: "flowtypes",
    argument: "LIST",
    values: "flowtypes",
    group: GROUP,
    help: "Pairs of class and type: all/in,all/out; either may be all",
  },
  {
    name: "sensors",
    argument: "LIST",
    values: "sensors",
    group: GROUP,
    help: "Sensors by name, number or range of numbers: S0,3,5-9",
    fallback: "all of the class",
  },
  {
    name: "start-date",
    argument: "TIME",
    group: GROUP,
    help: "First day or hour, YYYY/MM/DD or YYYY/MM/DD:HH, or seconds since 1970",
    fallback: "today",
  },
  {
    name: "end-date",
    argument: "TIME",
    group: GROUP,
    help: "Last day or hour, which counts whole",
    fallback: "the day or hour of --start-date",
  },
];

/** All that selecting files takes. */
export const STORE_SELECTION_SWITCHES: readonly Switch[] = [
  ...SELECTION_SWITCHES,
  {
    name: "print-missing-files",
    group: GROUP,
    help: "Name files that the selection expects and that do not exist, on standard error",
  },
  { ...DATA_ROOT_SWITCH, group: GROUP },
  { ...SITE_SWITCH, group: GROUP },
];
