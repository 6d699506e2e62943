import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { PRINT_FILENAMES_SWITCH } from "../records/record_files.js";
import { SITE_SWITCH } from "../site/load.js";

export const silk2ipfixCommand: Command = {
  name: "silk2ipfix",
  silk: "rwsilk2ipfix",
  summary: "write flows as IPFIX with SiLK's fields",
  usage: "[switches] [FILE ...]",
  description:
    "Writes SiLK's fields of flows as IPFIX messages, with a template for each kind of flow. rwfilter and others write " +
    "IPFIX with all fields, which this does not.",
  switches: [
    { name: "ipfix-output", argument: "PATH", group: "Output", help: "Write to PATH", fallback: "standard output" },
    { name: "single-template", group: "Output", help: "Write all flows with the same template" },
    { name: "print-statistics", group: "Output", help: "Print on standard error how many flows were written" },
    { ...PRINT_FILENAMES_SWITCH, shared: true },
    XARGS_SWITCH,
    SITE_SWITCH,
  ],
  examples: [{ command: "rwsilk2ipfix --ipfix-output=flows.ipfix flows.rw", does: "convert a SiLK file to IPFIX" }],
  async run(args, called) {
    const { silkToIpfix } = await import("../records/silk_to_ipfix.js");
    silkToIpfix(args, called);
    return 0;
  },
};
