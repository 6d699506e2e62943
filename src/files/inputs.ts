/** Which files a command reads: arguments, `--xargs`, or standard input, as all of SiLK's tools do. */
import { readFileSync } from "node:fs";
import { isatty } from "node:tty";
import type { Arguments, Switch } from "../cli/switches.js";
import { InputError, systemReason, UsageError } from "../errors.js";
import { isStdin } from "./octet_source.js";

export const XARGS_SWITCH: Switch = {
  name: "xargs",
  argument: "FILE",
  optional: true,
  group: "Input",
  help: "Read the names of the input files from FILE, one a line",
  fallback: "standard input when FILE is left out",
};

/**
 * Paths to read, in order: those of `--xargs` or the positional arguments; standard input (`-`) when none is given.
 *
 * @throws UsageError when both are given, or none and standard input is a terminal; InputError when the list of
 *   `--xargs` cannot be read
 */
export function inputPaths(args: Arguments): readonly string[] {
  if (args.flag("xargs")) {
    if (args.positionals.length > 0) throw new UsageError("cannot take file names with --xargs and as arguments");
    return namesIn(args.value("xargs") || "-");
  }
  if (args.positionals.length > 0) return args.positionals;
  if (isatty(0)) throw new UsageError("no input files given and standard input is a terminal");
  return ["-"];
}

function namesIn(path: string): readonly string[] {
  try {
    return readFileSync(isStdin(path) ? 0 : path, "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  } catch (error) {
    throw new InputError(`--xargs: cannot read ${path}: ${systemReason(error)}`);
  }
}
