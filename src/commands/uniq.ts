import type { Command, Switch } from "../cli/switches.js";
import { BIN_FIELDS_SWITCH, BIN_OUTPUT_SWITCHES, BIN_SWITCHES } from "../query/bin_switches.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { PMAP_WIDTH_SWITCH, sharedMapSwitches } from "../query/map_switches.js";
import { REFUSED_BY_FIELDS, refuse } from "../query/refused.js";

const old = (name: string, help: string): Switch => ({
  name,
  argument: "MIN-MAX",
  optional: true,
  group: "Values",
  help,
  legacy: true,
});

const OWN: readonly Switch[] = [
  ...REFUSED_BY_FIELDS,
  ...FIELD_SWITCHES,
  PMAP_WIDTH_SWITCH,
  HELP_FIELDS_SWITCH,
  BIN_FIELDS_SWITCH,
  {
    name: "values",
    argument: "LIST",
    values: "bin-values",
    group: "Bins",
    help: "Print of each group: Records, Packets, Bytes, sIP-Distinct, dIP-Distinct, Distinct:FIELD, sTime-Earliest, eTime-Latest",
    fallback: "Records",
  },
  {
    name: "threshold",
    argument: "VALUE=MIN[-MAX]",
    repeatable: true,
    group: "Bins",
    help: "Print only groups whose value is in this range",
  },
  ...BIN_SWITCHES,
  { name: "sort-output", group: "Bins", help: "Sort by the fields, which is done anyway" },
  { name: "all-counts", group: "Values", help: "Bytes, packets, flows, stime and etime", legacy: true },
  old("bytes", "The value Bytes"),
  old("packets", "The value Packets"),
  old("flows", "The value Records"),
  { name: "stime", group: "Values", help: "The value sTime-Earliest", legacy: true },
  { name: "etime", group: "Values", help: "The value eTime-Latest", legacy: true },
  old("sip-distinct", "The value sIP-Distinct"),
  old("dip-distinct", "The value dIP-Distinct"),
  ...BIN_OUTPUT_SWITCHES,
];

export const uniqCommand: Command = {
  name: "uniq",
  silk: "rwuniq",
  summary: "group flows by fields and count each group",
  usage: "--fields=LIST [switches] [FILE ...]",
  description:
    "Groups flows by the values of some fields and prints, for each group, counts, volumes, distinct values or times. " +
    "Groups come sorted by the fields.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwuniq --fields=sip --values=flows,bytes flows.rw", does: "count flows and octets of each source" },
    {
      command: "rwuniq --fields=stime --bin-time=3600 --values=bytes --dport=443 flows.rw",
      does: "octets to port 443 in each hour",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields-and-values")) return 0;
    refuse(REFUSED_BY_FIELDS, args);
    const [{ withQuery }, { runUniq }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/uniq.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runUniq(query, args));
  },
};
