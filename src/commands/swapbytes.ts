import type { Command } from "../cli/switches.js";
import { SILK_OUTPUT_SWITCHES } from "../formats/silk/output.js";

export const swapbytesCommand: Command = {
  name: "swapbytes",
  silk: "rwswapbytes",
  summary: "change the byte order of a SiLK flow file",
  usage: "{--big-endian | --little-endian | --native-endian | --swap-endian} INPUT [OUTPUT]",
  description:
    "Writes the records of a SiLK file in another byte order. Format, version and compression stay as they are, and so " +
    "does every octet of the records that is not part of a number.",
  switches: [
    { name: "big-endian", group: "Byte order", help: "Most significant octet first" },
    { name: "little-endian", group: "Byte order", help: "Least significant octet first" },
    { name: "native-endian", group: "Byte order", help: "The order of this machine" },
    { name: "swap-endian", group: "Byte order", help: "The order that the input does not have" },
    ...SILK_OUTPUT_SWITCHES.filter(({ name }) => name.startsWith("note")),
  ],
  examples: [{ command: "rwswapbytes --big-endian flows.rw big.rw", does: "write flows with the high octet first" }],
  async run(args, called) {
    const { swapBytes } = await import("../records/swap_bytes.js");
    swapBytes(args, called);
    return 0;
  },
};
