import type { Command } from "../cli/switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const appendCommand: Command = {
  name: "append",
  silk: "rwappend",
  summary: "append flows to a SiLK file in place",
  usage: "[--create[=TEMPLATE]] [--print-statistics] TARGET SOURCE [SOURCE ...]",
  description:
    "Writes the flows of the sources behind those of the target, in the target's format, byte order and compression. " +
    "The target is changed only when all sources have been read.",
  switches: [
    {
      name: "create",
      argument: "TEMPLATE",
      optional: true,
      group: "Output",
      help: "Make a target that does not exist, in the format, version and byte order of TEMPLATE",
      fallback: "the format that rwcat writes",
    },
    {
      name: "print-statistics",
      group: "Output",
      help: "Print on standard error how many flows each source had, and the sum",
    },
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwappend day.rw hour*.rw", does: "append the flows of each hour to those of the day" },
    { command: "rwappend --create day.rw hour.rw", does: "the same, making day.rw when it is not there yet" },
  ],
  async run(args, called) {
    const { append } = await import("../records/append.js");
    append(args, called);
    return 0;
  },
};
