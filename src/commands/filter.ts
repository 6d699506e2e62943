import type { Command, Switch } from "../cli/switches.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { mapSwitches } from "../query/map_switches.js";
import { PARTITION_OPTIONS, PARTITION_SWITCHES } from "../query/partition/switches.js";
import { QUERY_SWITCHES } from "../query/query_switches.js";
import { REFUSED_BY_FILTER, refuse } from "../query/refused.js";
import { STORE_SELECTION_SWITCHES } from "../query/selection_switches.js";

const OWN: readonly Switch[] = [
  ...REFUSED_BY_FILTER,
  {
    name: "pass-destination",
    argument: "PATH",
    repeatable: true,
    group: "Output",
    help: "Write flows that pass to PATH; stdout or - is standard output",
  },
  {
    name: "fail-destination",
    argument: "PATH",
    repeatable: true,
    group: "Output",
    help: "Write flows that do not pass to PATH",
  },
  { name: "all-destination", argument: "PATH", repeatable: true, group: "Output", help: "Write all flows to PATH" },
  {
    name: "print-statistics",
    argument: "PATH",
    optional: true,
    group: "Output",
    help: "Print how many flows were read, passed and failed to PATH",
    fallback: "standard error when PATH is left out",
  },
  {
    name: "print-volume-statistics",
    argument: "PATH",
    optional: true,
    group: "Output",
    help: "Print flows, packets and octets that were read, passed and failed",
  },
  { name: "max-pass-records", argument: "N", group: "Output", help: "Write at most N flows to each pass destination" },
  { name: "max-fail-records", argument: "N", group: "Output", help: "Write at most N flows to each fail destination" },
  ...FLOW_OUTPUT_SWITCHES,
  { name: "dry-run", group: "Query", help: "Check the switches, print the names of the files to read, and stop" },
  { name: "threads", argument: "N", group: "Query", help: "Taken for compatibility: all cores are used", legacy: true },
  { name: "input-pipe", argument: "PATH", group: "Input", help: "Read flows from PATH", legacy: true },
  ...QUERY_SWITCHES,
];

export const filterCommand: Command = {
  name: "filter",
  silk: "rwfilter",
  summary: "pick flows of the store, of files or of a pipe",
  usage: "[selection switches | FILE ...] partitioning switches --pass-destination=PATH",
  description:
    "Chooses flows from the store by time, sensor and type, or reads files and pipes, and passes on those for which all " +
    "partitioning switches hold. Every analysis command takes the same switches itself, which saves the pipe.",
  switches: [...OWN, ...STORE_SELECTION_SWITCHES, ...PARTITION_SWITCHES, ...PARTITION_OPTIONS],
  furtherSwitches: mapSwitches,
  examples: [
    {
      command: "rwfilter --type=in --start-date=2026/11/21 --dport=22 --pass=stdout | rwcut",
      does: "print incoming flows to port 22 of a day",
    },
    {
      command: "rwfilter --proto=6 --flags-all=S/SA --pass=syn.rw --fail=rest.rw --print-stat flows.rw",
      does: "split a file into unanswered connection attempts and the rest",
    },
  ],
  async run(args, called) {
    refuse(REFUSED_BY_FILTER, args);
    const [{ withQuery }, { runFilter }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/filter.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runFilter(query, args, called), "store");
  },
};
