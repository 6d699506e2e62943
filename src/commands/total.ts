import type { Command, Switch } from "../cli/switches.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { TOTAL_KEY_SWITCHES } from "../query/total_keys.js";
import { VOLUME_LIMIT_SWITCHES } from "../query/volume_limits.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES } from "../text/table.js";

const OWN: readonly Switch[] = [
  ...TOTAL_KEY_SWITCHES,
  { name: "skip-zeroes", group: "Bins", help: "Print no bins without flows" },
  { name: "summation", group: "Bins", help: "Print the sums of the bins that were printed after the last" },
  ...VOLUME_LIMIT_SWITCHES,
  ...TABLE_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...beyondSilk(["sql", "temp-directory"], [...QUERY_SWITCHES, TEMPORARY_SWITCH]),
];

export const totalCommand: Command = {
  name: "total",
  silk: "rwtotal",
  summary: "sum up flows by one key: a prefix, a port, a size",
  usage: "KEY [switches] [FILE ...]",
  description:
    "Counts flows, octets and packets for each value of one key and prints a line for every value that there can be, " +
    "with --skip-zeroes only for those that occur. Keys above 16777215 are counted in that bin.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwtotal --proto --skip-zeroes flows.rw", does: "volumes of each protocol" },
    { command: "rwtotal --sip-first-16 --skip-zeroes --summation flows.rw", does: "volumes of each /16 that sent" },
  ],
  async run(args, called) {
    const [{ withQuery }, { runTotal, totalKey }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/total.js"),
    ]);
    totalKey(args);
    // The keys are flags here, where rwfilter has conditions of the same names.
    return withQuery(args, OWN, called, (query) => runTotal(query, args));
  },
};
