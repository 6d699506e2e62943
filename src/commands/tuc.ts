import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { convertText, FIXED_SWITCHES } from "../formats/silk/text/convert.js";
import { TEXT_INPUT_SWITCHES } from "../formats/silk/text/switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const tucCommand: Command = {
  name: "tuc",
  silk: "rwtuc",
  summary: "make flow records of text, such as rwcut prints",
  usage: "[switches] [FILE ...]",
  description:
    "Reads lines of values between separators, as rwcut prints them, and writes a SiLK flow file. Without --fields the " +
    "first line names the fields. Lines that cannot be read are left out. A fixed value takes the place of what the " +
    "lines hold.",
  switches: [
    {
      name: "fields",
      argument: "LIST",
      values: "flow-fields",
      group: "Input",
      help: "Read these fields, by name or number, in this order; ignore skips a column",
      fallback: "the titles in the first line",
    },
    ...TEXT_INPUT_SWITCHES,
    XARGS_SWITCH,
    { name: "output-path", argument: "PATH", group: "Output", help: "Write to PATH", fallback: "standard output" },
    ...SILK_OUTPUT_SWITCHES,
    ...FIXED_SWITCHES,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwcut flows.rw | sed s/S0/S1/ | rwtuc --output-path=changed.rw", does: "change flows as text" },
    {
      command: "rwtuc --fields=sip,dip,stime --column-separator=, --protocol=6 list.csv > flows.rw",
      does: "make flows of a list of addresses and times",
    },
  ],
  async run(args, called) {
    const outcome = await convertText(args, called, (message) => process.stderr.write(`${called}: ${message}\n`));
    return outcome === "complete" ? 0 : 1;
  },
};
