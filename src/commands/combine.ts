import type { Command, Switch } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH } from "../formats/silk/output.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { BUFFER_SIZE_SWITCH, QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";

const OWN: readonly Switch[] = [
  {
    name: "actions",
    argument: "LIST",
    group: "Combination",
    help: "Combine flows that a timeout has cut: timeout, or all",
    fallback: "all",
  },
  {
    name: "ignore-fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Combination",
    help:
      "Do not look at these fields; else parts of a flow are equal in addresses, ports, protocol, sensor, interfaces, " +
      "next hop, class, type and application",
  },
  {
    name: "max-idle-time",
    argument: "SECONDS",
    group: "Combination",
    help: "Combine no parts with a longer pause between them",
    fallback: "any",
  },
  {
    name: "print-statistics",
    argument: "PATH",
    optional: true,
    group: "Output",
    help: "Print how many flows were read, combined and written",
    fallback: "to standard error",
  },
  HELP_FIELDS_SWITCH,
  OUTPUT_PATH_SWITCH,
  ...FLOW_OUTPUT_SWITCHES,
  BUFFER_SIZE_SWITCH,
  ...beyondSilk(["copy-input", "sql"], QUERY_SWITCHES),
  TEMPORARY_SWITCH,
];

export const combineCommand: Command = {
  name: "combine",
  silk: "rwcombine",
  summary: "put the parts of long flows together",
  usage: "[switches] [FILE ...]",
  description:
    "Joins the records of a flow that an exporter cut at its active timeout: the first has the attribute T, the last has " +
    "C, those between have both. Flows whose first or last part is missing stay in parts, and so do those whose sums " +
    "have no room in the output's records.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    {
      command: "rwcombine --max-idle-time=60 --print-statistics --output-path=long.rw flows.rw",
      does: "join parts that follow each other within a minute",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields")) return 0;
    const [{ withQuery }, { runCombine }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/combine.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runCombine(query, args, called));
  },
};
