import type { Command, Switch } from "../cli/switches.js";
import { filterSwitches } from "../query/filter_switches.js";
import { LOAD_SCHEMES } from "../query/load_schemes.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES } from "../query/query_switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TIME_SWITCHES } from "../text/silk_time.js";
import { TABLE_SWITCHES } from "../text/table.js";

const OWN: readonly Switch[] = [
  {
    name: "bin-size",
    argument: "SECONDS",
    group: "Bins",
    help: "Seconds of a bin; a fraction is taken",
    fallback: "30",
  },
  {
    name: "load-scheme",
    argument: "SCHEME",
    values: LOAD_SCHEMES,
    group: "Bins",
    help:
      "How a flow is spread over the bins it lasts: bin-uniform (0), start-spike (1), end-spike (2), middle-spike (3), " +
      "time-proportional (4), maximum-volume (5), minimum-volume (6)",
    fallback: "time-proportional",
  },
  {
    name: "start-time",
    argument: "TIME",
    group: "Bins",
    help: "Begin the first bin at TIME; what is before is left out",
  },
  { name: "end-time", argument: "TIME", group: "Bins", help: "End with the bin that holds the time before TIME" },
  { name: "start-epoch", argument: "TIME", group: "Bins", help: "The same as --start-time", legacy: true },
  { name: "end-epoch", argument: "TIME", group: "Bins", help: "The same as --end-time", legacy: true },
  { name: "skip-zeroes", group: "Bins", help: "Print no bins without traffic" },
  { name: "bin-slots", group: "Table", help: "Print numbers of bins for their times" },
  { name: "epoch-slots", group: "Table", help: "Print times as epoch seconds", legacy: true },
  ...TIME_SWITCHES,
  ...TABLE_SWITCHES,
  ...TEXT_OUTPUT_SWITCHES,
  TABLE_FORMAT_SWITCH,
  ...QUERY_SWITCHES,
];

export const countCommand: Command = {
  name: "count",
  silk: "rwcount",
  summary: "traffic over time, in bins",
  usage: "[switches] [FILE ...]",
  description:
    "Prints flows, octets and packets in bins of time. A flow that lasts over several bins is spread over them, by " +
    "default in proportion to the time that it was active in each.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwcount --bin-size=3600 flows.rw", does: "traffic in each hour" },
    {
      command: "rwcount --bin-size=60 --skip-zeroes --dport=53 flows.rw",
      does: "minutes with queries to name servers",
    },
  ],
  async run(args, called) {
    const [{ withQuery }, { runCount }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/count.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runCount(query, args));
  },
};
