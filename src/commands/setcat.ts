import type { Command, Switch } from "../cli/switches.js";
import { CELL_FORMAT_SWITCH } from "../query/table/cell_table.js";
import { runSetCat } from "../sets/set_cat.js";
import { IP_FORMAT_SWITCHES } from "../text/ip_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES } from "../text/table.js";

const CONTENTS: readonly Switch[] = [
  { name: "count-ips", group: "Contents", help: "Print how many addresses each set has" },
  {
    name: "print-statistics",
    group: "Contents",
    help: "Print lowest and highest address, and how many blocks are occupied",
  },
  {
    name: "print-ips",
    group: "Contents",
    help: "Print the addresses also when --count-ips or --print-statistics is given",
  },
  {
    name: "network-structure",
    argument: "STRUCTURE",
    optional: true,
    group: "Contents",
    help:
      "Print hosts by block: prefix lengths with commas, T total, H hosts, A B C X for 8 16 24 27, S or /LIST to count " +
      "smaller blocks in each, v6: before all for IPv6",
    fallback: "TS/8,16,24,27 or v6:TS/48,64 when STRUCTURE is left out",
  },
  {
    name: "cidr-blocks",
    argument: "0|1",
    optional: true,
    group: "Contents",
    help: "Print CIDR blocks (1) or single addresses (0)",
    fallback: "0 for IPv4, 1 for IPv6; 1 when the argument is left out",
  },
  { name: "ip-ranges", group: "Contents", help: "Print ranges: number of addresses, lowest, highest" },
];

export const setcatCommand: Command = {
  name: "setcat",
  silk: "rwsetcat",
  summary: "print sets of addresses",
  usage: "[switches] [SET-FILE ...]",
  description:
    "Prints the addresses of each set, counts, statistics or structure. Sets are IPset files or text as for " +
    "rwsetbuild; standard input is read when no file is given.",
  switches: [
    ...CONTENTS,
    ...IP_FORMAT_SWITCHES,
    ...TABLE_SWITCHES.filter(({ name }) => name !== "no-titles"),
    {
      name: "print-filenames",
      argument: "0|1",
      optional: true,
      group: "Output",
      help: "Print the name of each set before it (1) or never (0)",
      fallback: "with several sets, before counts and statistics",
    },
    ...TEXT_OUTPUT_SWITCHES,
    CELL_FORMAT_SWITCH,
  ],
  examples: [
    { command: "rwsetcat --count-ips *.set", does: "count the addresses of each set" },
    { command: "rwsetcat --cidr-blocks servers.set", does: "print a set as CIDR blocks" },
    { command: "rwsetcat --network-structure=8,24 hosts.set", does: "count hosts by /8 and /24" },
    {
      command: "rwset --sip-file=stdout flows.rw | rwsetcat --print-statistics",
      does: "describe the sources of flows",
    },
  ],
  run: runSetCat,
};
