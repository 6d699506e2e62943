import type { Command, Switch } from "../cli/switches.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";
import { PMAP_WIDTH_SWITCH, sharedMapSwitches } from "../query/map_switches.js";
import { PRINT_SWITCHES } from "../query/print_style.js";
import { QUERY_SWITCHES } from "../query/query_switches.js";
import { REFUSED_BY_FIELDS, refuse } from "../query/refused.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";

const OWN: readonly Switch[] = [
  ...REFUSED_BY_FIELDS,
  ...FIELD_SWITCHES,
  PMAP_WIDTH_SWITCH,
  HELP_FIELDS_SWITCH,
  {
    name: "fields",
    argument: "LIST",
    values: "flow-fields",
    group: "Fields",
    help: "Print these fields, by name or number, in this order; ranges of numbers are taken",
    fallback: "1-12",
  },
  { name: "all-fields", group: "Fields", help: "Print all fields" },
  { name: "icmp-type-and-code", group: "Fields", help: "Add iType and iCode to the fields", legacy: true },
  { name: "dry-run", group: "Query", help: "Print the titles and stop" },
  { name: "num-recs", argument: "N", group: "Rows", help: "Print at most N flows" },
  { name: "start-rec-num", argument: "N", group: "Rows", help: "Begin with the N-th flow" },
  { name: "end-rec-num", argument: "N", group: "Rows", help: "End with the N-th flow" },
  { name: "tail-recs", argument: "N", group: "Rows", help: "Print the last N flows" },
  ...PRINT_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...QUERY_SWITCHES,
];

export const cutCommand: Command = {
  name: "cut",
  silk: "rwcut",
  summary: "print flows as text",
  usage: "[switches] [FILE ...]",
  description:
    "Prints fields of flow records in columns. Reads IPFIX, SiLK and Parquet files, or standard input when no file is " +
    "given. All of rwfilter's partitioning switches are taken, too.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwcut --num-recs=10 flows.rw", does: "print the first ten flows" },
    {
      command: "rwfilter --dport=53 --type=out --pass=stdout | rwcut --fields=sip,dip,stime",
      does: "print who asked which name server, and when",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields")) return 0;
    refuse(REFUSED_BY_FIELDS, args);
    const [{ withQuery }, { runCut }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/cut.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runCut(query, args));
  },
};
