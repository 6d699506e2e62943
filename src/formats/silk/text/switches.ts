/** Switches of the commands that make files of text in columns. */
import type { Switch } from "../../../cli/switches.js";

export const TEXT_INPUT_SWITCHES: readonly Switch[] = [
  {
    name: "column-separator",
    argument: "CHAR",
    group: "Input",
    help: "Split lines at this character",
    fallback: "|",
  },
  { name: "no-titles", group: "Input", help: "Read the first line as values, whatever it looks like" },
  { name: "bad-input-lines", argument: "PATH", group: "Input", help: "Write lines that cannot be read to PATH" },
  { name: "verbose", group: "Input", help: "Say on standard error why lines cannot be read" },
  { name: "stop-on-error", group: "Input", help: "End with the first line that cannot be read" },
];
