import type { Command, Switch } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { BIN_FIELDS_SWITCH, BIN_OUTPUT_SWITCHES, BIN_SWITCHES } from "../query/bin_switches.js";
import { FIELD_SWITCHES } from "../query/field_switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { HELP_FIELDS_SWITCH, helpsWithFields } from "../query/help_fields.js";

import {
  helpsWithLegacy,
  isCondition,
  LEGACY_HELP_SWITCH,
  LEGACY_STATS_SWITCHES,
  legacyFields,
  refuseBothWays,
} from "../query/legacy_stats.js";
import { PMAP_WIDTH_SWITCH, sharedMapSwitches } from "../query/map_switches.js";
import { REFUSED_BY_FIELDS, refuse } from "../query/refused.js";
import { tableFormat } from "../query/table/table_format.js";

const OWN: readonly Switch[] = [
  ...REFUSED_BY_FIELDS,
  ...FIELD_SWITCHES,
  PMAP_WIDTH_SWITCH,
  HELP_FIELDS_SWITCH,
  {
    name: "overall-stats",
    group: "Distributions",
    help: "Print how octets, packets and octets a packet are spread over all flows",
  },
  {
    name: "detail-proto-stats",
    argument: "LIST",
    group: "Distributions",
    help: "Print the same for each of these protocols, too",
  },
  BIN_FIELDS_SWITCH,
  {
    name: "values",
    argument: "LIST",
    values: "bin-values",
    group: "Bins",
    help:
      "Rank by the first of these and print all: Records, Packets, Bytes, sIP-Distinct, dIP-Distinct, Distinct:FIELD, " +
      "sTime-Earliest, eTime-Latest",
    fallback: "Records",
  },
  { name: "count", argument: "N", group: "Bins", help: "List N bins; 0 for all" },
  { name: "threshold", argument: "N", group: "Bins", help: "List bins whose value is at least (--bottom: at most) N" },
  {
    name: "percentage",
    argument: "P",
    group: "Bins",
    help: "List bins whose value is at least (--bottom: at most) P per cent of the total",
  },
  { name: "top", group: "Bins", help: "List the highest values, which is the default" },
  { name: "bottom", group: "Bins", help: "List the lowest values" },
  { name: "no-percents", group: "Bins", help: "Print no percentages" },
  ...BIN_SWITCHES,
  ...LEGACY_STATS_SWITCHES,
  LEGACY_HELP_SWITCH,
  ...BIN_OUTPUT_SWITCHES,
];

export const statsCommand: Command = {
  name: "stats",
  silk: "rwstats",
  summary: "rank groups of flows: top talkers, ports, pairs",
  usage: "--fields=LIST --count=N [switches] [FILE ...]",
  description:
    "Groups flows by some fields, ranks the groups by a value and lists the highest or lowest: a number of them, those " +
    "beyond a threshold, or those with a share of the total.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwstats --fields=sip --values=bytes --count=10 flows.rw", does: "the ten sources that sent most" },
    {
      command: "rwstats --type=out --dport=53 --fields=dip --percentage=5",
      does: "name servers that take 5 % or more of the store's queries of today",
    },
  ],
  async run(args, called) {
    if (helpsWithFields(args, "fields-and-values")) return 0;
    if (helpsWithLegacy(args)) return 0;
    refuseBothWays(args);
    const fields = args.value("fields") ?? legacyFields(args);
    const byProtocol = args.flag("overall-stats") || args.flag("detail-proto-stats");
    if (fields === undefined && !byProtocol) throw new UsageError("The --fields switch is required");
    if (fields !== undefined && byProtocol)
      throw new UsageError("Cannot use --fields with --overall-stats or --detail-proto-stats");
    if (byProtocol && tableFormat(args) !== undefined)
      throw new UsageError("Cannot use --output-format with --overall-stats or --detail-proto-stats");
    refuse(REFUSED_BY_FIELDS, args);
    const own = OWN.filter(({ name }) => !isCondition(name, args));
    const [{ withQuery }, { runStats }, { runProtocolStats }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/stats.js"),
      import("../query/protocol_stats.js"),
    ]);
    return withQuery(args, own, called, (query) =>
      fields === undefined ? runProtocolStats(query, args) : runStats(query, args, fields),
    );
  },
};
