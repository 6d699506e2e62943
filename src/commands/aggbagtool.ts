import {
  AGG_FIELD_SWITCHES,
  AGG_OPERATION_SWITCHES,
  AGG_RESULT_SWITCHES,
  runAggBagTool,
} from "../aggbags/agg_bag_tool.js";
import { ROW_LIMIT_SWITCHES } from "../aggbags/row_limits.js";
import type { Command } from "../cli/switches.js";
import { OUTPUT_PATH_SWITCH, SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { NOTE_STRIP_SWITCH } from "../sets/record_switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const aggbagtoolCommand: Command = {
  name: "aggbagtool",
  silk: "rwaggbagtool",
  summary: "combine aggregate bags, choose from them, change their fields",
  usage: "[OPERATION] [switches] [AGGBAG-FILE ...]",
  description:
    "Changes the fields of all inputs, combines them by one operation, takes the rows within the limits, and writes an " +
    "aggregate bag, a bag or a set. Standard input is read when no file is given.",
  switches: [
    ...AGG_OPERATION_SWITCHES,
    ...AGG_FIELD_SWITCHES,
    ...ROW_LIMIT_SWITCHES,
    ...AGG_RESULT_SWITCHES,
    OUTPUT_PATH_SWITCH,
    NOTE_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwaggbagtool --add monday.aggbag tuesday.aggbag --output-path=both.aggbag", does: "add two up" },
    {
      command: "rwaggbagtool --select-fields=sIPv4,sum-bytes talk.aggbag | rwaggbagcat",
      does: "sum up by source only",
    },
    {
      command: "rwaggbagtool --to-bag=sIPv4,sum-bytes --min-field=dPort=1024 talk.aggbag | rwbagcat",
      does: "make a bag of a part",
    },
    { command: "rwaggbagtool --to-ipset=sIPv4 talk.aggbag | rwsetcat", does: "list the sources" },
  ],
  run: runAggBagTool,
};
