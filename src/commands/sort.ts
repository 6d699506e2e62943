import type { Command, Switch } from "../cli/switches.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { PLUGIN, refuse } from "../query/refused.js";

const OWN: readonly Switch[] = [
  PLUGIN,
  ...FIELD_SWITCHES,
  HELP_FIELDS_SWITCH,
  {
    name: "fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Order",
    help: "Sort by these fields, the first one first",
  },
  { name: "reverse", group: "Order", help: "Sort from the highest to the lowest" },
  {
    name: "presorted-input",
    group: "Order",
    help: "Inputs are sorted already and are merged: the result is the same",
  },
  { name: "output-path", argument: "PATH", group: "Output", help: "Write to PATH instead of standard output" },
  ...FLOW_OUTPUT_SWITCHES,
  {
    name: "sort-buffer-size",
    argument: "SIZE",
    group: "Query",
    help: "Taken for compatibility: memory is bounded anyway, and what exceeds it goes to --temp-directory",
    legacy: true,
  },
  { name: "input-pipe", argument: "PATH", group: "Input", help: "Read flows from PATH", legacy: true },
  ...QUERY_SWITCHES,
  TEMPORARY_SWITCH,
];

export const sortCommand: Command = {
  name: "sort",
  silk: "rwsort",
  summary: "sort flows by fields",
  usage: "--fields=LIST [switches] [FILE ...]",
  description:
    "Writes flows in the order of some fields. Flows that are equal in all of them keep the order of the input.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwsort --fields=sip,stime flows.rw --output-path=sorted.rw", does: "sort by source, then start time" },
    { command: "rwsort --fields=bytes --reverse flows.rw | rwcut --num-recs=10", does: "print the ten largest flows" },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields")) return 0;
    refuse([PLUGIN], args);
    const [{ withQuery }, { runSort }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/sort.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runSort(query, args, called));
  },
};
