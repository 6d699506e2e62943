import type { Command } from "../cli/switches.js";
import { InputError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import type { AddressSet } from "../sets/address_set.js";
import { loadAddressSet } from "../sets/set_file.js";
import { countMatches, someMatch } from "../sets/set_wildcard.js";
import { type IpWildcard, parseWildcard } from "../sets/wildcard.js";
import { TextOutput } from "../text/output.js";

export const setmemberCommand: Command = {
  name: "setmember",
  silk: "rwsetmember",
  summary: "tell which sets hold an address",
  usage: "[switches] PATTERN [SET-FILE ...]",
  description:
    "Prints the names of the sets that have an address of PATTERN: an IP address, a CIDR block or a wildcard. The exit " +
    "status is 0 when there is one, else 1.",
  switches: [
    { name: "count", group: "Output", help: "Print every set with the number of addresses that match" },
    { name: "quiet", group: "Output", help: "Print nothing; the exit status tells" },
  ],
  examples: [
    { command: "rwsetmember 10.1.2.3 *.set", does: "list the sets that have an address" },
    { command: "rwsetmember --count 10.0.0.0/8 *.set", does: "count the addresses of a network in each set" },
  ],
  async run(args, called) {
    const [pattern, ...paths] = args.positionals;
    if (pattern === undefined) throw new UsageError("No pattern given");
    const wildcard = patternOf(pattern);
    const output = new TextOutput(openSink("-", "text"));
    let found = false;
    for (const path of paths.length > 0 ? paths : ["stdin"]) {
      const set = loadOrReport(path, called);
      if (set === undefined) continue;
      const line = args.flag("count") ? countLine(set, wildcard, path) : undefined;
      const matches = line === undefined ? someMatch(set, wildcard) : !line.endsWith(":0\n");
      found ||= matches;
      if (args.flag("quiet")) continue;
      if (line !== undefined) output.add(line);
      else if (matches) output.add(`${path}\n`);
    }
    await output.end();
    return found ? 0 : 1;
  },
};

function countLine(set: AddressSet, wildcard: IpWildcard, path: string): string {
  return `${path}:${countMatches(set, wildcard)}\n`;
}

function patternOf(text: string): IpWildcard {
  try {
    return parseWildcard(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`Invalid IP pattern '${text}': ${error.message}`);
  }
}

/** A set that cannot be read is no reason not to look into the others. */
function loadOrReport(path: string, called: string): AddressSet | undefined {
  try {
    return loadAddressSet(path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${called}: ${error.message}\n`);
    return undefined;
  }
}
