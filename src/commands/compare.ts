import type { Command } from "../cli/switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const compareCommand: Command = {
  name: "compare",
  silk: "rwcompare",
  summary: "tell whether two files hold the same flows",
  usage: "[--quiet] FILE1 FILE2",
  description:
    "Compares the flows of two files one by one and says where they differ first. The exit status is 0 when they are the " +
    "same, 1 when they differ, 2 when a file cannot be read. Formats, byte orders and headers may differ.",
  switches: [{ name: "quiet", group: "Output", help: "Print nothing: the exit status tells" }, SITE_SWITCH],
  examples: [{ command: "rwcompare a.rw b.rw", does: "look for the first flow in which two files differ" }],
  async run(args, called) {
    const { compare } = await import("../records/compare.js");
    return compare(args, called);
  },
};
