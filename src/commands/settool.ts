import type { Command } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { INVOCATION_STRIP_SWITCH, NOTE_STRIP_SWITCH, RECORD_VERSION_SWITCH } from "../sets/record_switches.js";
import { OPERATION_SWITCHES, runSetTool } from "../sets/set_tool.js";

export const settoolCommand: Command = {
  name: "settool",
  silk: "rwsettool",
  summary: "combine sets of addresses, or choose from them",
  usage: "OPERATION [switches] [SET-FILE ...]",
  description:
    "Combines the sets by one operation and writes the resulting set. Sets are IPset files or text as for rwsetbuild.",
  switches: [
    ...OPERATION_SWITCHES,
    {
      name: "output-path",
      argument: "PATH",
      group: "Output",
      help: "Write the set to PATH",
      fallback: "standard output",
    },
    RECORD_VERSION_SWITCH,
    INVOCATION_STRIP_SWITCH,
    NOTE_STRIP_SWITCH,
    ...SILK_OUTPUT_SWITCHES,
  ],
  examples: [
    { command: "rwsettool --union a.set b.set --output-path=both.set", does: "put two sets together" },
    { command: "rwsettool --difference seen.set known.set | rwsetcat", does: "print what is new" },
    { command: "rwsettool --sample --size=100 --seed=7 big.set > some.set", does: "choose a hundred addresses" },
    { command: "rwsettool --mask=24 hosts.set | rwsetcat", does: "print the first address of each occupied /24" },
  ],
  run: runSetTool,
};
