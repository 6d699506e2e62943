import { runBagCat } from "../bags/bag_cat.js";
import { KEY_FORMAT_SWITCHES } from "../bags/key_format.js";
import { KEY_MAP_SWITCH } from "../bags/key_map.js";
import { LIMIT_SWITCHES } from "../bags/limits.js";
import type { Command, Switch } from "../cli/switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { SITE_SWITCH } from "../site/load.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES } from "../text/table.js";

const CONTENTS: readonly Switch[] = [
  {
    name: "network-structure",
    argument: "STRUCTURE",
    optional: true,
    group: "Contents",
    help:
      "Print sums of counters by block: prefix lengths with commas, T total, H hosts, A B C X for 8 16 24 27, S or /LIST " +
      "to count hosts and smaller blocks in each, v6: before all for IPv6",
    fallback: "TS/8,16,24,27 or v6:TS/48,64 when STRUCTURE is left out",
  },
  {
    name: "bin-ips",
    argument: "SCALE",
    values: ["linear", "binary", "decimal"],
    optional: true,
    group: "Contents",
    help: "Print how many keys have each counter, on a linear, binary or decimal scale",
    fallback: "linear when SCALE is left out",
  },
  {
    name: "sort-counters",
    argument: "ORDER",
    values: ["decreasing", "increasing"],
    optional: true,
    group: "Contents",
    help: "Sort by counter, decreasing or increasing",
    fallback: "decreasing when ORDER is left out",
  },
  {
    name: "print-statistics",
    argument: "PATH",
    optional: true,
    group: "Contents",
    help: "Print what describes keys and counters, to PATH when it is given",
  },
];

export const bagcatCommand: Command = {
  name: "bagcat",
  silk: "rwbagcat",
  summary: "print bags",
  usage: "[switches] [BAG-FILE ...]",
  description:
    "Prints the keys of each bag with their counters, sums by block, or statistics. Standard input is read when no file " +
    "is given.",
  switches: [
    ...CONTENTS,
    ...LIMIT_SWITCHES,
    { name: "mask-set", argument: "SET", group: "Limits", help: "Take keys that are in this set of addresses" },
    {
      name: "zero-counts",
      group: "Limits",
      help: "Print also keys without counter, of --mask-set or from --minkey to --maxkey",
    },
    KEY_MAP_SWITCH,
    ...KEY_FORMAT_SWITCHES,
    ...TABLE_SWITCHES.filter(({ name }) => name !== "no-titles"),
    ...TEXT_OUTPUT_SWITCHES,
    TABLE_FORMAT_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwbagcat --mincounter=1000000 bytes.bag", does: "print keys with at least a million" },
    { command: "rwbagcat --sort-counters bytes.bag | head", does: "print the keys with the highest counters" },
    { command: "rwbagcat --network-structure=16 bytes.bag", does: "print sums by /16" },
    { command: "rwbagcat --bin-ips=binary bytes.bag", does: "print how counters are spread" },
  ],
  run: runBagCat,
};
