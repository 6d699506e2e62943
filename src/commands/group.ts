import type { Command, Switch } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH } from "../formats/silk/output.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { PLUGIN, REFUSED_BY_FIELDS, refuse } from "../query/refused.js";

const OWN: readonly Switch[] = [
  {
    name: "id-fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Groups",
    help: "Flows of a group are equal in these fields, by name or number",
  },
  {
    name: "delta-field",
    argument: "FIELD",
    group: "Groups",
    help: "Flows of a group differ in this field by --delta-value or less: a number, a time or an address",
  },
  {
    name: "delta-value",
    argument: "N",
    group: "Groups",
    help: "What --delta-field may differ by: seconds of times; of addresses, low bits that may differ",
  },
  {
    name: "objective",
    group: "Groups",
    help: "Count the difference from the first flow of the group, not from the flow before",
  },
  {
    name: "rec-threshold",
    argument: "N",
    group: "Groups",
    help: "Write only groups of N flows or more, up to 65535",
    fallback: "1",
  },
  {
    name: "summarize",
    group: "Groups",
    help: "Write one flow for each group: sums, first start, last end, flags of all",
  },
  {
    name: "group-offset",
    argument: "IP",
    group: "Groups",
    help: "Number of the first group: an IPv4 or IPv6 address or an integer",
    fallback: "0",
  },
  ...REFUSED_BY_FIELDS.map((each) => (each === PLUGIN ? each : { ...each, shared: true as const })),
  ...beyondSilk(["incoming-flowtypes", "outgoing-flowtypes", "flowrate-zero-duration"], FIELD_SWITCHES),
  HELP_FIELDS_SWITCH,
  OUTPUT_PATH_SWITCH,
  ...FLOW_OUTPUT_SWITCHES,
  ...beyondSilk(["xargs", "print-filenames", "sql"], QUERY_SWITCHES),
  { ...TEMPORARY_SWITCH, shared: true },
];

export const groupCommand: Command = {
  name: "group",
  silk: "rwgroup",
  summary: "number flows that are alike, or sum them up",
  usage: "{--id-fields=LIST | --delta-field=FIELD --delta-value=N} [switches] [FILE ...]",
  description:
    "Writes flows with the number of their group as next hop. A flow belongs to the group of the flow before when both " +
    "are equal in --id-fields and near each other in --delta-field: files must be sorted by these fields, with rwsort. " +
    "Flows of a store (rwgroup --type=in --id-fields=sip) are sorted here.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    {
      command:
        "rwsort --fields=sip,stime flows.rw | rwgroup --id-fields=sip --delta-field=stime --delta-value=60 | rwcut --fields=sip,stime,nhip",
      does: "number bursts of flows of a source, with pauses of a minute or less",
    },
    {
      command: "rwgroup --type=in,inweb --id-fields=sip,dip --rec-threshold=100 --summarize --output-path=pairs.rw",
      does: "one record for each pair of hosts that has 100 flows or more",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields")) return 0;
    refuse(REFUSED_BY_FIELDS, args);
    const [{ readsStore, withQuery }, { runGroup }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/group.js"),
    ]);
    const order = readsStore(args, "stdin") ? "of the key" : "of the input";
    return withQuery(args, OWN, called, (query) => runGroup(query, args, called, order));
  },
};
