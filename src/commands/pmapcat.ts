import type { Command } from "../cli/switches.js";
import { runMapCat } from "../pmaps/map_cat.js";
import { MAP_SWITCHES } from "../pmaps/map_choice.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { IP_FORMAT_SWITCHES } from "../text/ip_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES } from "../text/table.js";

export const pmapcatCommand: Command = {
  name: "pmapcat",
  silk: "rwpmapcat",
  summary: "print the networks or ports of a prefix map with their labels",
  usage: "[switches] [MAP-FILE]",
  description: "Prints the blocks of a prefix map and the label of each, or what the map is and which labels it has.",
  switches: [
    ...MAP_SWITCHES,
    {
      name: "output-types",
      argument: "LIST",
      group: "Contents",
      help: "Print these: mapname, type, ranges, labels",
      fallback: "ranges",
    },
    { name: "ignore-label", argument: "LABEL", group: "Contents", help: "Leave out what has this label" },
    {
      name: "ip-label-to-ignore",
      argument: "ADDRESS",
      group: "Contents",
      help: "Leave out what has the label that ADDRESS has",
    },
    {
      name: "no-cidr-blocks",
      group: "Contents",
      help: "Print first and last address of ranges instead of CIDR blocks",
    },
    { name: "left-justify-labels", group: "Table", help: "Pad labels on the right" },
    ...IP_FORMAT_SWITCHES,
    ...TABLE_SWITCHES,
    ...TEXT_OUTPUT_SWITCHES,
    TABLE_FORMAT_SWITCH,
  ],
  examples: [
    { command: "rwpmapcat sites.pmap", does: "print the networks of a map" },
    {
      command: "rwpmapcat --ignore-label=external --no-cidr-blocks sites.pmap",
      does: "print ranges but for one label",
    },
    { command: "rwpmapcat --output-types=type,mapname ports.pmap", does: "tell what a map is" },
  ],
  run: runMapCat,
};
