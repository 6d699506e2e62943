import { KIND_SWITCHES, OPERATION_SWITCHES, RESULT_SWITCHES, runBagTool } from "../bags/bag_tool.js";
import { LIMIT_SWITCHES } from "../bags/limits.js";
import type { Command } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH, SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { NOTE_STRIP_SWITCH } from "../sets/record_switches.js";

export const bagtoolCommand: Command = {
  name: "bagtool",
  silk: "rwbagtool",
  summary: "combine bags, or choose from them",
  usage: "[OPERATION] [switches] [BAG-FILE ...]",
  description:
    "Combines the bags by one operation, takes what is within the limits, and writes the resulting bag. Standard input " +
    "is read when no file is given.",
  switches: [
    ...OPERATION_SWITCHES,
    ...RESULT_SWITCHES,
    ...LIMIT_SWITCHES,
    ...KIND_SWITCHES,
    OUTPUT_PATH_SWITCH,
    NOTE_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
  ],
  examples: [
    { command: "rwbagtool --add monday.bag tuesday.bag --output-path=both.bag", does: "add two bags up" },
    { command: "rwbagtool --subtract all.bag known.bag | rwbagcat", does: "print what is left of the counters" },
    { command: "rwbagtool --coverset --mincounter=100 hosts.bag | rwsetcat", does: "list keys with at least 100" },
    { command: "rwbagtool --divide bytes.bag packets.bag | rwbagcat", does: "print octets per packet of each key" },
  ],
  run: runBagTool,
};
