import type { Command, Switch } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { IPV6_POLICY_SWITCH } from "../query/print_style.js";
import { QUERY_SWITCHES, TEMPORARY_SWITCH } from "../query/query_switches.js";
import { INVOCATION_STRIP_SWITCH, NOTE_STRIP_SWITCH, RECORD_VERSION_SWITCH } from "../sets/record_switches.js";

const file = (name: string, what: string): Switch => ({
  name,
  argument: "PATH",
  group: "Output",
  help: `Write the set of ${what} to PATH`,
});

const OWN: readonly Switch[] = [
  file("sip-file", "source addresses"),
  file("dip-file", "destination addresses"),
  file("nhip-file", "next hop addresses"),
  file("any-file", "source and destination addresses"),
  RECORD_VERSION_SWITCH,
  INVOCATION_STRIP_SWITCH,
  NOTE_STRIP_SWITCH,
  ...SILK_OUTPUT_SWITCHES,
  IPV6_POLICY_SWITCH,
  ...QUERY_SWITCHES,
  TEMPORARY_SWITCH,
];

export const setCommand: Command = {
  name: "set",
  silk: "rwset",
  summary: "make sets of the addresses of flows",
  usage: "{--sip-file=PATH | --dip-file=PATH | --nhip-file=PATH | --any-file=PATH} [FILE ...]",
  description: "Writes the different addresses of flows as set files, which rwfilter and the set tools read.",
  switches: [...OWN, ...filterSwitches(OWN)],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "rwset --sip-file=sources.set flows.rw", does: "make the set of all sources" },
    {
      command: "rwset --dip-file=stdout --dport=53 flows.rw | rwsetcat",
      does: "list the name servers that were asked",
    },
  ],
  async run(args, called) {
    const [{ withQuery }, { runSet }] = await Promise.all([
      import("../query/open_query.js"),
      import("../query/address_sets.js"),
    ]);
    return withQuery(args, OWN, called, (query) => runSet(query, args, called));
  },
};
