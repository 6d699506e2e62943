/** Switches of the commands that ask for flows. */
import type { Switch } from "../cli/switches.js";
import { XARGS_SWITCH } from "../files/inputs.js";
import { SITE_SWITCH } from "../site/load.js";
import { PROGRESS_SWITCHES } from "../text/progress.js";

/** Switches of every command that reads flows. */
export const QUERY_SWITCHES: readonly Switch[] = [
  XARGS_SWITCH,
  {
    name: "print-filenames",
    group: "Input",
    help: "Print the names of input files to standard error as they are opened",
  },
  { name: "copy-input", argument: "PATH", group: "Input", help: "Copy all flows that are read to PATH" },
  SITE_SWITCH,
  ...PROGRESS_SWITCHES,
  { name: "sql", group: "Query", help: "Print the query that would run, and stop" },
];

export const TEMPORARY_SWITCH: Switch = {
  name: "temp-directory",
  argument: "DIR",
  group: "Query",
  help: "Keep there what does not fit into memory",
  fallback: "SILK_TMPDIR, TMPDIR, /tmp",
};

/** Of the tools that sort. */
export const BUFFER_SIZE_SWITCH: Switch = {
  name: "buffer-size",
  argument: "SIZE",
  group: "Query",
  help: "Taken for compatibility: memory is bounded anyway, and what exceeds it goes to --temp-directory",
  legacy: true,
};
