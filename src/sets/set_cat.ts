/** What `rwsetcat` does. */
import type { Arguments } from "../cli/switches.js";
import { UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { isStdin } from "../files/octet_source.js";
import { cellFormat } from "../query/table/cell_table.js";
import { ipFormat } from "../text/ip_format.js";
import { openTextOutput, type TextOutput } from "../text/output.js";
import { tableStyle } from "../text/table.js";
import type { AddressSet } from "./address_set.js";
import { type NetworkStructure, parseNetworkStructure, usualStructure } from "./network_structure.js";
import { type PrintStyle, printAddresses, printBlocks, printRanges } from "./print_set.js";
import { printStatistics, printStructure } from "./print_structure.js";
import { loadAddressSet } from "./set_file.js";
import { type SetRows, writeSetTable } from "./set_table.js";

/** How addresses are listed. */
type Listing = "none" | "addresses" | "blocks" | "ranges" | "usual";

interface Request {
  readonly count: boolean;
  readonly statistics: boolean;
  readonly listing: Listing;
  readonly structure: NetworkStructure | "usual" | undefined;
  readonly style: PrintStyle;
  readonly names: boolean;
}

/** Runs `rwsetcat` and returns its exit status. */
export async function runSetCat(args: Arguments): Promise<number> {
  const given = requestOf(args);
  const paths = inputPaths(args);
  const request = { ...given, names: printsNames(args, given, paths.length) };
  const format = cellFormat(args);
  if (format !== undefined) {
    const names = request.count || args.flag("print-filenames") ? "named" : "unnamed";
    await writeSetTable(args, format, setsOf(paths), { rows: tableRows(request), ip: request.style.ip, names });
    return 0;
  }
  const output = openTextOutput(args);
  try {
    for (const path of paths) printSet(loadAddressSet(path), isStdin(path) ? "stdin" : path, request, output);
  } catch (error) {
    // What was printed of the sets before stays.
    await output.end();
    throw error;
  }
  await output.end();
  return 0;
}

function requestOf(args: Arguments): Request {
  const ways = ["cidr-blocks", "network-structure", "ip-ranges"].filter((name) => args.flag(name));
  if (ways.length > 1) throw new UsageError(`May only specify one of --${ways.join(", --")}`);
  const [count, statistics] = [args.flag("count-ips"), args.flag("print-statistics")];
  const structure = args.value("network-structure");
  const lists = args.flag("print-ips") || !(count || statistics || structure !== undefined);
  return {
    count,
    statistics,
    listing: lists ? listingOf(args) : "none",
    structure: structure === undefined ? undefined : structure === "" ? "usual" : parseNetworkStructure(structure),
    style: { ip: ipFormat(args), table: tableStyle(args) },
    names: false,
  };
}

function listingOf(args: Arguments): Listing {
  if (args.flag("ip-ranges")) return "ranges";
  if (!args.flag("cidr-blocks")) return "usual";
  return zeroOrOne(args, "cidr-blocks") === 1 ? "blocks" : "addresses";
}

function printsNames(args: Arguments, { count, statistics }: Request, sets: number): boolean {
  if (args.flag("print-filenames")) return zeroOrOne(args, "print-filenames") === 1;
  return sets > 1 && (count || statistics);
}

/** The argument of a switch that takes 0 or 1, which may be left out. */
function zeroOrOne(args: Arguments, name: string): 0 | 1 {
  const text = args.value(name) || "1";
  if (text !== "0" && text !== "1") throw new UsageError(`Invalid ${name} '${text}': Value is not 0 or 1`);
  return text === "0" ? 0 : 1;
}

function* setsOf(paths: readonly string[]): Generator<readonly [string, AddressSet]> {
  for (const path of paths) yield [isStdin(path) ? "stdin" : path, loadAddressSet(path)];
}

/** @throws UsageError when not exactly one thing is asked for that has rows */
function tableRows({ count, statistics, structure, listing }: Request): SetRows {
  if (statistics || structure !== undefined || (count && listing !== "none"))
    throw new UsageError("--output-format is for --count-ips alone, or for addresses, --cidr-blocks or --ip-ranges");
  if (count) return "sets";
  return listing === "blocks" || listing === "ranges" ? listing : "addresses";
}

function printSet(set: AddressSet, name: string, request: Request, output: TextOutput): void {
  const { style, structure, names } = request;
  if (names) output.add(request.count ? `${name}:` : `${name}:\n`);
  if (request.count) output.add(`${set.cardinality()}\n`);
  if (structure !== undefined)
    printStructure(set, structure === "usual" ? usualStructure(set.hasIpv6 ? 6 : 4) : structure, style, output);
  printListing(set, request, output);
  if (request.statistics) printStatistics(set, style, output);
}

function printListing(set: AddressSet, { listing, style }: Request, output: TextOutput): void {
  if (listing === "none") return;
  if (listing === "ranges") printRanges(set, style, output);
  else if (listing === "blocks" || (listing === "usual" && set.hasIpv6)) printBlocks(set, style, output);
  else printAddresses(set, style, output);
}
