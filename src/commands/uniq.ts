import type { Command, Switch } from "../cli/switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { PRINT_SWITCHES } from "../query/print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { REFUSED_BY_FIELDS, refuse } from "../query/refused.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";

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
  HELP_FIELDS_SWITCH,
  { name: "fields", argument: "LIST", group: "Bins", help: "Group flows by these fields" },
  {
    name: "values",
    argument: "LIST",
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
  { name: "sort-output", group: "Bins", help: "Sort by the fields, which is done anyway" },
  { name: "all-counts", group: "Values", help: "Bytes, packets, flows, stime and etime", legacy: true },
  old("bytes", "The value Bytes"),
  old("packets", "The value Packets"),
  old("flows", "The value Records"),
  { name: "stime", group: "Values", help: "The value sTime-Earliest", legacy: true },
  { name: "etime", group: "Values", help: "The value eTime-Latest", legacy: true },
  old("sip-distinct", "The value sIP-Distinct"),
  old("dip-distinct", "The value dIP-Distinct"),
  ...PRINT_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...QUERY_SWITCHES,
  TEMPORARY_SWITCH,
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
