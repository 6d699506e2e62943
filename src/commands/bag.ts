import { BAG_FILE_SWITCH, OLD_BAG_SWITCHES } from "../bags/bag_outputs.js";
import type { Command, Switch } from "../cli/switches.js";
import { openSink } from "../files/octet_sink.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { filterSwitches } from "../query/filter_switches.js";
import { PMAP_FILE_SWITCH, sharedMapSwitches } from "../query/map_switches.js";
import { IPV6_POLICY_SWITCH } from "../query/print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { INVOCATION_STRIP_SWITCH, NOTE_STRIP_SWITCH } from "../sets/record_switches.js";
import { TextOutput } from "../text/output.js";

const OWN: readonly Switch[] = [
  BAG_FILE_SWITCH,
  ...OLD_BAG_SWITCHES,
  PMAP_FILE_SWITCH,
  NOTE_STRIP_SWITCH,
  INVOCATION_STRIP_SWITCH,
  ...SILK_OUTPUT_SWITCHES,
  IPV6_POLICY_SWITCH,
  ...QUERY_SWITCHES,
  TEMPORARY_SWITCH,
  { name: "legacy-help", group: "Help", help: "List the switches of older releases" },
];

export const bagCommand: Command = {
  name: "bag",
  silk: "rwbag",
  summary: "count flows, packets or octets by a key, as bags",
  usage: "--bag-file=KEY,COUNTER,PATH [switches] [FILE ...]",
  description:
    "Groups flows by a key, such as source address or destination port, and writes how many flows, packets or octets " +
    "each value has as a bag file, which the bag tools read. Several bags are made in one pass.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwbag --bag-file=sIPv4,sum-bytes,bytes.bag flows.rw", does: "sum octets by source" },
    {
      command: "rwbag --bag-file=sIPv4,records,s.bag --bag-file=dPort,records,p.bag flows.rw",
      does: "count flows by source and by port in one pass",
    },
    {
      command: "rwbag --bag-file=dIPv4,sum-packets,stdout --dport=53 flows.rw | rwbagcat",
      does: "print the packets to each name server",
    },
    {
      command: "rwbag --pmap-file=nets.pmap --bag-file=sip-pmap:nets,sum-bytes,nets.bag flows.rw",
      does: "sum octets by the label of the source",
    },
  ],
  async run(args, called) {
    if (args.flag("legacy-help")) return legacyHelp();
    const [{ withQuery }, { runBag }] = await Promise.all([
      import("../query/open_query.js"),
      import("../bags/flow_bags.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runBag(query, args, called));
  },
};

async function legacyHelp(): Promise<number> {
  const output = new TextOutput(openSink("-", "text"));
  for (const { name, argument, help } of OLD_BAG_SWITCHES) output.add(`--${name}=${argument}\n\t${help}\n`);
  await output.end();
  return 0;
}
