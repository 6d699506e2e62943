import type { Command } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";
import { IPFIX2SILK_SWITCHES } from "../records/ipfix_to_silk.js";

export const ipfix2silkCommand: Command = {
  name: "ipfix2silk",
  silk: "rwipfix2silk",
  summary: "write flows of IPFIX files as a SiLK file",
  usage: "[switches] [FILE ...]",
  description:
    "Reads IPFIX files or a stream, of YAF, rwsilk2ipfix or flowtap, and writes the flows as a SiLK file; bidirectional " +
    "records become two flows. Numbers that SiLK's records have no room for become the largest that fits.",
  switches: [...IPFIX2SILK_SWITCHES, ...SILK_OUTPUT_SWITCHES, XARGS_SWITCH],
  examples: [
    { command: "rwipfix2silk --silk-output=flows.rw flows.ipfix", does: "convert an IPFIX file to SiLK" },
    { command: "yaf --silk --in=a.pcap --out=- | rwipfix2silk > a.rw", does: "make SiLK flows of a capture with YAF" },
  ],
  async run(args, called) {
    const { ipfixToSilk } = await import("../records/ipfix_to_silk.js");
    await ipfixToSilk(args, called);
    return 0;
  },
};
