import { runAggBagCat } from "../aggbags/agg_bag_cat.js";
import type { Command } from "../cli/switches.js";
import { TABLE_FORMAT_SWITCH } from "../query/table/table_format.js";
import { SITE_SWITCH } from "../site/load.js";
import { IP_FORMAT_SWITCHES } from "../text/ip_format.js";
import { TEXT_OUTPUT_SWITCHES } from "../text/output.js";
import { TIME_SWITCHES } from "../text/silk_time.js";
import { TABLE_SWITCHES } from "../text/table.js";

export const aggbagcatCommand: Command = {
  name: "aggbagcat",
  silk: "rwaggbagcat",
  summary: "print aggregate bags",
  usage: "[switches] [AGGBAG-FILE ...]",
  description:
    "Prints the rows of each aggregate bag: keys, then counters. Standard input is read when no file is given.",
  switches: [
    ...TIME_SWITCHES.filter(({ legacy }) => !legacy),
    ...IP_FORMAT_SWITCHES.filter(({ legacy }) => !legacy),
    { name: "integer-sensors", group: "Table", help: "Print sensors as numbers" },
    { name: "integer-tcp-flags", group: "Table", help: "Print TCP flags as numbers" },
    ...TABLE_SWITCHES,
    ...TEXT_OUTPUT_SWITCHES,
    TABLE_FORMAT_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwaggbagcat talk.aggbag", does: "print all rows" },
    { command: "rwaggbagcat --delimited=, --timestamp-format=epoch talk.aggbag", does: "print them for a program" },
    { command: "rwaggbagcat --output-format=parquet talk.aggbag > talk.parquet", does: "make a table of them" },
  ],
  run: runAggBagCat,
};
