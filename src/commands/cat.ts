import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { concatenate } from "../formats/silk/concatenate.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { SITE_SWITCH } from "../site/load.js";

export const catCommand: Command = {
  name: "cat",
  silk: "rwcat",
  summary: "concatenate flow files into one SiLK file",
  usage: "[switches] [FILE ...]",
  description:
    "Reads flows of SiLK and IPFIX files, or of standard input when no file is given, and writes them one after the " +
    "other as one SiLK file, in another byte order or compression if asked to. The histories and notes in the inputs' " +
    "headers are not copied.",
  switches: [
    { name: "output-path", argument: "PATH", group: "Output", help: "Write to PATH", fallback: "standard output" },
    {
      name: "byte-order",
      argument: "ORDER",
      values: ["native", "little", "big"],
      group: "Output",
      help: "Write numbers in this order: native, little or big",
      fallback: "native",
    },
    { name: "ipv4-output", group: "Output", help: "Write IPv4-only records, and leave out flows with IPv6 addresses" },
    ...SILK_OUTPUT_SWITCHES,
    {
      name: "print-filenames",
      group: "Input",
      help: "Print the names of the inputs on standard error as they are read",
    },
    XARGS_SWITCH,
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwcat --output-path=day.rw hour*.rw", does: "put the flows of many files into one" },
    {
      command: "rwcat --compression-method=zlib --byte-order=big flows.rw > small.rw",
      does: "compress a file and turn its byte order",
    },
  ],
  async run(args) {
    concatenate(args);
    return 0;
  },
};
