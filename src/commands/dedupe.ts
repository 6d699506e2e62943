import type { Command, Switch } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH } from "../formats/silk/output.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { BUFFER_SIZE_SWITCH, QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";

const delta = (field: string, unit: string): Switch => ({
  name: `${field}-delta`,
  argument: "N",
  group: "Comparison",
  help: `Take ${field} for equal that differ by N ${unit} or less`,
  fallback: "0",
});

const OWN: readonly Switch[] = [
  {
    name: "ignore-fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Comparison",
    help: "Do not look at these fields, by name or number: flows that differ only there are the same",
  },
  delta("packets", "packets"),
  delta("bytes", "octets"),
  delta("stime", "milliseconds"),
  delta("duration", "milliseconds"),
  HELP_FIELDS_SWITCH,
  OUTPUT_PATH_SWITCH,
  ...FLOW_OUTPUT_SWITCHES,
  BUFFER_SIZE_SWITCH,
  ...beyondSilk(["copy-input", "sql"], QUERY_SWITCHES),
  TEMPORARY_SWITCH,
];

/** Abbreviations of the deltas, which users of SiLK type: conditions of these names go into `--filter`. */
const ABBREVIATED: ReadonlySet<string> = new Set(["packets", "bytes", "stime", "duration"]);

export const dedupeCommand: Command = {
  name: "dedupe",
  silk: "rwdedupe",
  summary: "write each flow once, however often it was recorded",
  usage: "[switches] [FILE ...]",
  description:
    "Writes flows without their duplicates: of flows that are equal in all fields of SiLK's records one is kept. The " +
    "output is sorted by all fields, those with a delta last.",
  switches: [...OWN, ...filterSwitches(OWN).filter(({ name }) => !ABBREVIATED.has(name))],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwdedupe --output-path=once.rw a.rw b.rw", does: "put two files together without what both have" },
    {
      command: "rwdedupe --ignore-fields=sensor,in,out --stime-delta=500 flows.rw",
      does: "keep one record of flows that several sensors saw within half a second",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields")) return 0;
    const [{ withQuery }, { runDedupe }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/dedupe.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runDedupe(query, args, called));
  },
};
