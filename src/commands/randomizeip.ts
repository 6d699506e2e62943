import type { Command } from "../cli/switches.js";
import { beyondSilk } from "../query/beyond_silk.js";
import { FLOW_OUTPUT_SWITCHES } from "../query/flow_output_switches.js";
import { SITE_SWITCH } from "../site/load.js";

export const randomizeipCommand: Command = {
  name: "randomizeip",
  silk: "rwrandomizeip",
  summary: "put random addresses in place of those of flows",
  usage: "[switches] INPUT OUTPUT",
  description:
    "Writes flows with other addresses. Each occurrence of an address gets another one by chance, or with --consistent " +
    "the same everywhere: each octet is replaced by a table, so that addresses of one network stay in one.",
  switches: [
    {
      name: "consistent",
      group: "Replacement",
      help: "Replace equal addresses by equal ones, and equal networks by equal networks",
    },
    { name: "save-table", argument: "PATH", group: "Replacement", help: "The same, and write its tables to PATH" },
    { name: "load-table", argument: "PATH", group: "Replacement", help: "The same with the tables of --save-table" },
    {
      name: "seed",
      argument: "N",
      group: "Replacement",
      help: "Choose with this seed: the same inputs become the same flows then",
    },
    {
      name: "only-change-set",
      argument: "SET",
      group: "Addresses",
      help: "Replace only addresses of this set",
    },
    {
      name: "dont-change-set",
      argument: "SET",
      group: "Addresses",
      help: "Replace no addresses of this set, whatever else is said",
    },
    ...beyondSilk(["compression-method", "note-add", "note-file-add"], FLOW_OUTPUT_SWITCHES),
    SITE_SWITCH,
  ],
  examples: [
    { command: "rwrandomizeip --consistent flows.rw anonymous.rw", does: "hide addresses but keep who talks to whom" },
    {
      command: "rwrandomizeip --only-change-set=ours.set --save-table=key.tab flows.rw shared.rw",
      does: "hide our addresses only, and keep the tables for the next file",
    },
  ],
  async run(args, called) {
    const { randomizeAddresses } = await import("../records/randomize.js");
    await randomizeAddresses(args, called);
    return 0;
  },
};
