/** The command line that runs for each file, as a script of the shell that never reads the file's name as text. */
import { ArgumentError } from "../errors.js";

type Quotes = "none" | "single" | "double";

/** The first argument of the script: expanded by the shell after it has read the script. */
const NAME: Readonly<Record<Quotes, string>> = {
  none: '"$1"',
  // Out of the quotes and in again.
  single: `'"$1"'`,
  // A digit behind it is no part of it (POSIX, Shell Command Language, section 2.6.2).
  double: "$1",
};

/**
 * The script for `/bin/sh -c SCRIPT NAME PATH`: `%s` stands for PATH, in quotes or not, and `%%` for a percent sign.
 *
 * @throws ArgumentError for another character behind a percent sign, and for a command without any
 */
export function commandScript(command: string): string {
  const fail = (reason: string): never => {
    throw new ArgumentError("command", reason, "command", command);
  };
  if (command.trim() === "") fail("The command is empty");
  let quotes: Quotes = "none";
  let script = "";
  for (let at = 0; at < command.length; at++) {
    const character = command[at]!;
    if (character === "%") {
      const conversion = command[++at];
      if (conversion === "s") script += NAME[quotes];
      else if (conversion === "%") script += "%";
      else fail(conversion === undefined ? "Ends with a single '%'" : `Unknown conversion '%${conversion}'`);
      continue;
    }
    script += character;
    if (character === "\\" && quotes !== "single" && command[at + 1] !== "%") script += command[++at] ?? "";
    else if (character === "'" && quotes !== "double") quotes = quotes === "single" ? "none" : "single";
    else if (character === '"' && quotes !== "single") quotes = quotes === "double" ? "none" : "double";
  }
  return script;
}
