import type { Command, Switch } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH } from "../formats/silk/output.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { TABLE_SWITCHES } from "../text/table.js";

const probability = (name: string, of: string, fallback: string): Switch => ({
  name,
  argument: "PROB",
  group: "Models",
  help: `Probability that a destination which ${of} tries exists, for the random walk`,
  fallback,
});

const OWN: readonly Switch[] = [
  {
    name: "scan-model",
    argument: "MODEL",
    group: "Models",
    help: "1: the threshold random walk (TRW), 2: logistic regression (BLR), 0: both, one after the other",
    fallback: "0",
  },
  {
    name: "trw-internal-set",
    argument: "FILE",
    group: "Models",
    help: "The set of internal addresses that exist; the random walk needs it",
  },
  {
    name: "trw-sip-set",
    argument: "FILE",
    group: "Models",
    help: "The same as --trw-internal-set, from older releases",
    legacy: true,
  },
  probability("trw-theta0", "a benign source", "0.8"),
  probability("trw-theta1", "a scanner", "0.2"),
  OUTPUT_PATH_SWITCH,
  TABLE_FORMAT_SWITCH,
  ...TABLE_SWITCHES,
  { name: "integer-ips", group: "Table", help: "Print addresses as numbers" },
  { name: "model-fields", group: "Table", help: "Print which model found the scan, and its probability" },
  {
    name: "scandb",
    group: "Table",
    help: "Print for a database: the same as --no-titles --no-columns --model-fields --integer-ips",
  },
  {
    name: "verbose-progress",
    argument: "BITS",
    group: "Details",
    help: "Say on standard error which network of so many bits is being looked at",
  },
  {
    name: "verbose-results",
    argument: "N",
    optional: true,
    group: "Details",
    help: "Say on standard error what the models make of each source, or of those with N flows or more",
  },
  { name: "verbose-flows", group: "Details", help: "With --verbose-results, print the flows, too" },
  {
    name: "threads",
    argument: "N",
    group: "Query",
    help: "Taken for compatibility: all cores are used anyway",
    legacy: true,
  },
  { name: "queue-depth", argument: "N", group: "Query", help: "Taken for compatibility", legacy: true },
  ...beyondSilk(["xargs", "print-filenames", "copy-input", "sql"], QUERY_SWITCHES),
  { ...TEMPORARY_SWITCH, shared: true },
];

export const scanCommand: Command = {
  name: "scan",
  silk: "rwscan",
  summary: "find sources that scan networks or ports",
  usage: "{--trw-internal-set=FILE | --scan-model=2} [switches] [FILE ...]",
  description:
    "Lists sources of IPv4 flows that look like scans, for TCP, UDP and ICMP apart. The random walk counts how many of the " +
    "destinations that a source tries by TCP exist; logistic regression weighs what all its flows look like. Flows may " +
    "come in any order, from files or from a store.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    {
      command: "rwscan --trw-internal-set=servers.set --model-fields in.rw",
      does: "list scanners, with the model that found each",
    },
    { command: "rwscan --type=in,inweb --scan-model=2 --scandb", does: "look for scans of today by their flows alone" },
  ],
  async run(args, called) {
    const [{ withQuery }, { runScan }] = await Promise.all([
      import("../query/open_query.js"),
      import("../scan/scan.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runScan(query, args));
  },
};
