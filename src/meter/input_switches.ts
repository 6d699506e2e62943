import type { Switch } from "../cli/switches.js";

/** Where packets come from; shared by every command that reads captures. */
export const INPUT_SWITCHES: readonly Switch[] = [
  {
    name: "read",
    short: "r",
    argument: "CAPTURE",
    repeatable: true,
    group: "Input",
    help: "Read a capture file, all captures of a directory in the order of their names, or standard input (-); may be repeated",
  },
  {
    name: "read-list",
    argument: "FILE",
    repeatable: true,
    group: "Input",
    help: "Read the captures that this file names, one a line",
  },
  {
    name: "strict",
    group: "Input",
    help: "End with status 1 when a capture is damaged, instead of only saying so",
  },
];
