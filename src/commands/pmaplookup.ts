import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { MAP_SWITCHES } from "../pmaps/map_choice.js";
import { runMapLookup } from "../pmaps/map_lookup.js";
import { CELL_FORMAT_SWITCH } from "../query/table/cell_table.js";
import { IP_FORMAT_SWITCHES } from "../text/ip_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TABLE_SWITCHES } from "../text/table.js";

export const pmaplookupCommand: Command = {
  name: "pmaplookup",
  silk: "rwpmaplookup",
  summary: "look up labels of addresses or ports in a prefix map",
  usage: "--map-file=PATH [switches] [FILE ... | --no-files KEY ...]",
  description:
    "Reads keys, one a line, and prints each with its value in a prefix map: addresses, or protocol and port as 6/80. " +
    "What follows # is a comment. Standard input is read when no file is given.",
  switches: [
    ...MAP_SWITCHES,
    { name: "no-files", group: "Input", help: "Arguments are keys, not names of files" },
    { name: "ipset-files", group: "Input", help: "Files are sets, whose addresses are looked up" },
    { name: "no-errors", group: "Input", help: "Say nothing of lines that are no key" },
    XARGS_SWITCH,
    {
      name: "fields",
      argument: "LIST",
      values: ["key", "value", "input", "block", "start-block", "end-block"],
      group: "Table",
      help: "Print these columns: key, value, input, block, start-block, end-block",
      fallback: "key,value",
    },
    ...IP_FORMAT_SWITCHES,
    ...TABLE_SWITCHES,
    ...TEXT_OUTPUT_SWITCHES,
    CELL_FORMAT_SWITCH,
  ],
  examples: [
    { command: "rwpmaplookup --map-file=sites.pmap --no-files 10.1.2.3", does: "tell the label of an address" },
    {
      command: "rwset --sip-file=stdout flows.rw | rwpmaplookup --country-codes --ipset-files",
      does: "tell the countries of sources",
    },
    {
      command: "rwpmaplookup --map-file=ports.pmap --fields=key,block,value keys.txt",
      does: "tell which range decides",
    },
  ],
  run: runMapLookup,
};
