/** Switches as a command would have parsed them. */
import type { Arguments } from "../../src/cli/switches.js";

export function argumentsOf(values: Readonly<Record<string, string>>): Arguments {
  return {
    value: (name) => values[name],
    values: (name) => (values[name] === undefined ? [] : [values[name]]),
    flag: (name) => values[name] !== undefined,
    positionals: [],
  };
}
