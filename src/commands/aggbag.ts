import type { Command, Switch } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH, SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { IPV6_POLICY_SWITCH } from "../query/print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { INVOCATION_STRIP_SWITCH, NOTE_STRIP_SWITCH } from "../sets/record_switches.js";

const OWN: readonly Switch[] = [
  {
    name: "keys",
    argument: "LIST",
    group: "Aggregate bag",
    help: "Group flows by these fields: sIPv4, sIPv6, dPort, protocol, sTime, sensor, scc and so on",
  },
  {
    name: "counters",
    argument: "LIST",
    group: "Aggregate bag",
    help: "Sum these up for each group: records, sum-packets, sum-bytes, sum-duration",
  },
  OUTPUT_PATH_SWITCH,
  NOTE_STRIP_SWITCH,
  INVOCATION_STRIP_SWITCH,
  ...SILK_OUTPUT_SWITCHES,
  IPV6_POLICY_SWITCH,
  ...beyondSilk(["sql"], QUERY_SWITCHES),
  ...beyondSilk([TEMPORARY_SWITCH.name], [TEMPORARY_SWITCH]),
];

export const aggbagCommand: Command = {
  name: "aggbag",
  silk: "rwaggbag",
  summary: "sum up flows by several keys, as an aggregate bag",
  usage: "--keys=LIST --counters=LIST [switches] [FILE ...]",
  description:
    "Groups flows by one field or more and writes how many flows, packets, octets and seconds each group has as an " +
    "aggregate bag file, which the aggregate bag tools read.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    {
      command: "rwaggbag --keys=sIPv4,dPort --counters=records,sum-bytes flows.rw > talk.aggbag",
      does: "sum up by source and port",
    },
    {
      command: "rwaggbag --keys=protocol,dPort --counters=sum-packets --type=in,inweb | rwaggbagcat",
      does: "print the packets to each service of today's incoming flows",
    },
  ],
  async run(args, called) {
    const [{ withQuery }, { runAggBag }] = await Promise.all([
      import("../query/open_query.js"),
      import("../aggbags/flow_agg_bag.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runAggBag(query, args, called));
  },
};
