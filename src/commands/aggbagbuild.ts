import { runAggBagBuild } from "../aggbags/agg_bag_build.js";
import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { OUTPUT_PATH_SWITCH, SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { TEXT_INPUT_SWITCHES } from "../formats/silk/text/switches.js";
import { INVOCATION_STRIP_SWITCH } from "../sets/record_switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const aggbagbuildCommand: Command = {
  name: "aggbagbuild",
  silk: "rwaggbagbuild",
  summary: "make an aggregate bag from text",
  usage: "[switches] [FILE ...]",
  description:
    "Reads lines of values between separators, as rwaggbagcat prints them, and writes an aggregate bag. Without --fields " +
    "the first line names the fields. Counters of equal keys are added. What follows # is a comment. Lines that cannot " +
    "be read are left out.",
  switches: [
    {
      name: "fields",
      argument: "LIST",
      group: "Input",
      help: "Read these fields in this order, keys and counters; ignore skips a column",
      fallback: "the titles in the first line",
    },
    {
      name: "constant-field",
      argument: "FIELD=VALUE",
      repeatable: true,
      group: "Input",
      help: "Give each row this field with this value",
    },
    ...TEXT_INPUT_SWITCHES,
    XARGS_SWITCH,
    OUTPUT_PATH_SWITCH,
    INVOCATION_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
    SITE_SWITCH,
  ],
  examples: [
    {
      command: "rwaggbagbuild --fields=sIPv4,dPort,sum-bytes --column-separator=, list.csv > talk.aggbag",
      does: "make an aggregate bag of a list",
    },
    {
      command: "rwaggbagbuild --fields=sIPv4,ignore,dPort --constant-field=records=1 seen.txt | rwaggbagcat",
      does: "count how often each pair of address and port was seen",
    },
  ],
  run: (args, called) => runAggBagBuild(args, called, (message) => process.stderr.write(`${called}: ${message}\n`)),
};
