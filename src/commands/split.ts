import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { PRINT_FILENAMES_SWITCH } from "../records/record_files.js";
import { LIMIT_SWITCHES } from "../records/split_limit.js";
import { SITE_SWITCH } from "../site/load.js";

export const splitCommand: Command = {
  name: "split",
  silk: "rwsplit",
  summary: "split flows into files, or take a sample of them",
  usage: "--basename=NAME {--ip-limit=N | --flow-limit=N | --packet-limit=N | --byte-limit=N} [switches] [FILE ...]",
  description:
    "Writes flows into NAME.00000000.rwf, NAME.00000001.rwf and so on, beginning another file when one has reached the " +
    "limit. Sampling takes one flow at random of every so many, or writes one file of every so many.",
  switches: [
    { name: "basename", argument: "NAME", group: "Splitting", help: "Begin the names of the files with NAME" },
    ...LIMIT_SWITCHES,
    { name: "sample-ratio", argument: "N", group: "Sampling", help: "Take one flow of every N", fallback: "1" },
    { name: "file-ratio", argument: "N", group: "Sampling", help: "Write one file of every N", fallback: "1" },
    { name: "max-outputs", argument: "N", group: "Sampling", help: "Write at most N files" },
    {
      name: "seed",
      argument: "N",
      group: "Sampling",
      help: "Choose with this seed: the same inputs give the same sample then",
    },
    ...FLOW_OUTPUT_SWITCHES,
    PRINT_FILENAMES_SWITCH,
    XARGS_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwsplit --basename=part --flow-limit=1000000 flows.rw", does: "cut a file into pieces" },
    {
      command: "rwsplit --basename=some --flow-limit=5000 --sample-ratio=100 --max-outputs=1 flows.rw",
      does: "take a sample of 5000 flows, one of each hundred",
    },
  ],
  async run(args, called) {
    const { split } = await import("../records/split.js");
    await split(args, called);
    return 0;
  },
};
