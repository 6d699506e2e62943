import type { Command } from "../cli/switches.js";
import { DIFF_SWITCHES } from "../diff/options.js";
import { filterSwitches } from "../query/filter_switches.js";
import { sharedMapSwitches } from "../query/map_switches.js";
import { REFUSED_BY_FIELDS, refuse } from "../query/refused.js";

/** The windows say which hours of the store are read. */
const DATES: ReadonlySet<string> = new Set(["start-date", "end-date"]);

export const diffCommand: Command = {
  name: "diff",
  summary: "show what is new, gone or changed between two periods or files",
  usage: "[switches] BEFORE AFTER | --before=WINDOW --after=WINDOW [switches] [FILE ...]",
  description:
    "Compares the traffic of two files (or lists of files, with commas and quoted wildcards), or of two windows of time " +
    "in a store or in the files named: which talkers (source addresses), services (protocol and lower port) and pairs of " +
    "addresses are new, gone or changed, by how much. The largest changes come first. Where the periods differ in " +
    "length, volumes per second are compared, and the heading says so: the length of files is the time from their first " +
    "packet to their last.",
  switches: [...DIFF_SWITCHES, ...filterSwitches(DIFF_SWITCHES).filter(({ name }) => !DATES.has(name))],
  furtherSwitches: sharedMapSwitches,
  examples: [
    { command: "flowtap diff monday.rw tuesday.rw", does: "what is new, gone or changed on Tuesday" },
    {
      command:
        "flowtap diff --before=2026/11/20-2026/11/20 --after=2026/11/21-2026/11/21 --type=out --only=new --fields=dip --count=20",
      does: "the 20 largest destinations of today that nobody talked to yesterday",
    },
    {
      command: "flowtap diff 'flows-08*.ipfix' 'flows-09*.ipfix' --values=records --threshold=50% --output-format=json",
      does: "changes in the number of flows by half or more from one hour to the next, for a script",
    },
  ],
  async run(args, called) {
    refuse(REFUSED_BY_FIELDS, args);
    const { runDiff } = await import("../diff/run.js");
    return runDiff(args, called);
  },
};
