import type { Command } from "../cli/switches.js";
import { InputError, UsageError } from "../errors.js";
import { openSink } from "../files/octet_sink.js";
import { CELL_FORMAT_SWITCH, type CellColumn, cellFormat, writeCells } from "../query/table/cell_table.js";
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
    CELL_FORMAT_SWITCH,
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
    const search = { wildcard, paths: paths.length > 0 ? paths : ["stdin"], called };
    const counts = args.flag("count");
    const format = args.flag("quiet") ? undefined : cellFormat(args);
    let found = false;
    if (format !== undefined) {
      const count: readonly CellColumn[] = counts ? [{ name: "count", kind: "integer" }] : [];
      await writeCells(args, format, [{ name: "set", kind: "text" }, ...count], (add) => {
        if (counts) found = countEach(search, (path, count) => add([path, count]));
        else found = eachWithMatch(search, (path) => add([path]));
      });
      return found ? 0 : 1;
    }
    const output = new TextOutput(openSink("-", "text"));
    const print = (line: string) => {
      if (!args.flag("quiet")) output.add(line);
    };
    if (counts) found = countEach(search, (path, count) => print(`${path}:${count}\n`));
    else found = eachWithMatch(search, (path) => print(`${path}\n`));
    await output.end();
    return found ? 0 : 1;
  },
};

interface Search {
  readonly wildcard: IpWildcard;
  readonly paths: readonly string[];
  readonly called: string;
}

/** Tells how many addresses of each set match, and whether there are any. */
function countEach({ wildcard, paths, called }: Search, take: (path: string, count: bigint) => void): boolean {
  let found = false;
  for (const path of paths) {
    const set = loadOrReport(path, called);
    if (set === undefined) continue;
    const count = countMatches(set, wildcard);
    found ||= count > 0n;
    take(path, count);
  }
  return found;
}

/** Tells the sets with addresses that match, and whether there are any. */
function eachWithMatch({ wildcard, paths, called }: Search, take: (path: string) => void): boolean {
  let found = false;
  for (const path of paths) {
    const set = loadOrReport(path, called);
    if (set === undefined || !someMatch(set, wildcard)) continue;
    found = true;
    take(path);
  }
  return found;
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
