/** What rwbagcat does. */
import type { Arguments } from "../cli/switches.js";
import { ArgumentError, UsageError } from "../errors.js";
import { inputPaths } from "../files/inputs.js";
import { openSink } from "../files/octet_sink.js";
import type { PrefixMap } from "../formats/silk/prefix_map.js";
import { type TableFormat, tableFormat } from "../query/table/table_format.js";
import type { AddressSet } from "../sets/address_set.js";
import { type NetworkStructure, parseNetworkStructure, usualStructure } from "../sets/network_structure.js";
import { AddressSetBuilder } from "../sets/set_builder.js";
import { loadAddressSet } from "../sets/set_file.js";
import { loadSite } from "../site/load.js";
import type { Site } from "../site/site.js";
import { openTextOutput, TextOutput } from "../text/output.js";
import { type TableStyle, tableStyle } from "../text/table.js";
import type { Bag } from "./bag.js";
import { loadBag } from "./bag_file.js";
import { addressFormat, type KeyFormat, keyFormat } from "./key_format.js";
import { checkKeyMap, type KeyMap, keyMap } from "./key_map.js";
import { type KeyPrinter, keyPrinter } from "./key_printer.js";
import { type BagLimits, bagLimits, limited, masked } from "./limits.js";
import {
  BIN_SCALES,
  type BinScale,
  type CounterOrder,
  printBins,
  printByCounter,
  printKeys,
  printMembers,
} from "./print_bag.js";
import { printOccupied, printStructure } from "./print_structure.js";
import { printStatistics } from "./statistics.js";

/** What is printed of a bag beside statistics. */
type Listing =
  | { readonly kind: "keys" }
  /** Keys that have no counter, too. */
  | { readonly kind: "members"; readonly of: AddressSet }
  | { readonly kind: "by counter"; readonly order: CounterOrder }
  | { readonly kind: "bins"; readonly scale: BinScale }
  | { readonly kind: "structure"; readonly structure: NetworkStructure | "usual" }
  | { readonly kind: "none" };

interface Request {
  readonly listing: Listing;
  /** Where statistics go: a path, or where the listing goes. */
  readonly statistics: string | undefined;
  readonly limits: BagLimits;
  readonly mask: AddressSet | undefined;
  readonly format: KeyFormat;
  /** Labels of keys. */
  readonly map: KeyMap | undefined;
  readonly style: TableStyle;
  readonly site: () => Site;
}

const LISTINGS = ["network-structure", "bin-ips", "sort-counters"];

/** Runs `rwbagcat` and returns its exit status. */
export async function runBagCat(args: Arguments): Promise<number> {
  const format = tableFormat(args);
  const request = requestOf(args);
  const paths = inputPaths(args);
  if (format !== undefined) return writeTable(args, request, paths, format);
  const output = openTextOutput(args);
  const separate = request.statistics ? new TextOutput(openSink(request.statistics, "text")) : undefined;
  try {
    for (const path of paths) printBag(loadBag(path).bag, request, output, separate ?? output);
  } finally {
    // What was printed of the bags before one that cannot be read stays.
    await output.end();
    await separate?.end();
  }
  return 0;
}

function requestOf(args: Arguments): Request {
  const given = LISTINGS.filter((name) => args.flag(name));
  if (given.length > 1) throw new UsageError(`May only specify one of --${given.join(", --")}`);
  const limits = bagLimits(args);
  const maskPath = args.value("mask-set");
  const mask = maskPath === undefined ? undefined : loadAddressSet(maskPath);
  let site: Site | undefined;
  return {
    listing: listingOf(args, limits, mask),
    statistics: args.flag("print-statistics") ? (args.value("print-statistics") ?? "") : undefined,
    limits,
    mask,
    format: keyFormat(args),
    map: keyMap(args),
    style: tableStyle(args),
    site() {
      site ??= loadSite(args);
      return site;
    },
  };
}

function listingOf(args: Arguments, limits: BagLimits, mask: AddressSet | undefined): Listing {
  if (args.flag("network-structure")) {
    const text = args.value("network-structure");
    return { kind: "structure", structure: text ? parseNetworkStructure(text) : "usual" };
  }
  if (args.flag("bin-ips")) return { kind: "bins", scale: choice(args, "bin-ips", BIN_SCALES) };
  if (args.flag("sort-counters"))
    return { kind: "by counter", order: choice(args, "sort-counters", ["decreasing", "increasing"]) };
  if (args.flag("zero-counts")) return { kind: "members", of: candidates(limits, mask) };
  return { kind: args.flag("print-statistics") ? "none" : "keys" };
}

/** The argument of a switch, which may be shortened; the first when it is left out. */
function choice<Choice extends string>(args: Arguments, name: string, choices: readonly Choice[]): Choice {
  const given = args.value(name) ?? "";
  const found = choices.filter((each) => each.startsWith(given.toLowerCase()));
  if (given === "") return choices[0]!;
  if (found.length !== 1)
    throw new ArgumentError(name, `${found.length === 0 ? "Unrecognized" : "Ambiguous"} value '${given}'`, name, given);
  return found[0]!;
}

/** The keys that `--zero-counts` lists. */
function candidates({ minKey, maxKey }: BagLimits, mask: AddressSet | undefined): AddressSet {
  if (mask === undefined && (minKey === undefined || maxKey === undefined))
    throw new UsageError("--zero-counts requires either --mask-set or both --minkey and --maxkey");
  const builder = new AddressSetBuilder();
  const range = new Uint32Array(8).fill(0xffff_ffff, 4);
  if (minKey !== undefined) range.set(minKey);
  if (maxKey !== undefined) range.set(maxKey, 4);
  builder.addRange(range);
  const between = builder.build();
  return mask === undefined ? between : between.intersection(mask);
}

/** Labels of the keys; undefined when they are none, or no map tells them. */
function labelsFor({ type: { key } }: Bag, map: KeyMap | undefined): PrefixMap | undefined {
  if (key.kind !== "label" || map === undefined) return undefined;
  checkKeyMap(map, key);
  return map.map;
}

function taken(bag: Bag, { limits, mask }: Request): Bag {
  const within = limited(bag, limits);
  return mask === undefined ? within : masked(within, mask, "members");
}

function printBag(whole: Bag, request: Request, output: TextOutput, statistics: TextOutput): void {
  const { listing, format, style, site, map } = request;
  const bag = taken(whole, request);
  const labels = labelsFor(bag, map);
  const printer = keyPrinter(bag, format, { site, labels }, style.padded ? "padded" : "unpadded");
  switch (listing.kind) {
    case "keys":
      printKeys(bag, printer, style, output);
      break;
    case "members":
      printMembersOf(whole, listing.of, request, printer, output);
      break;
    case "by counter":
      printByCounter(bag, listing.order, printer, style, output);
      break;
    case "bins":
      printBins(bag, listing.scale, style, output);
      break;
    case "structure":
      printStructureOf(bag, listing.structure, request, output);
      break;
    case "none":
      break;
  }
  if (request.statistics === undefined) return;
  if (bag.hasAddresses) printOccupied(bag, statistics);
  printStatistics(bag, printer, statistics);
}

/** Prints every key of `--zero-counts`, but those whose counter is beyond the limits. */
function printMembersOf(whole: Bag, of: AddressSet, request: Request, printer: KeyPrinter, output: TextOutput): void {
  const { minCounter, maxCounter } = request.limits;
  const all = whole.width === 1 ? of.onlyIpv4() : of;
  const takes = (i: number) => whole.counter(i) >= minCounter && whole.counter(i) <= maxCounter;
  printMembers(whole, all, takes, printer, request.style, output);
}

function printStructureOf(bag: Bag, wanted: NetworkStructure | "usual", request: Request, output: TextOutput): void {
  const { key } = bag.type;
  if (!bag.hasAddresses) throw new UsageError(`Cannot use --network-structure for keys of type ${key.name}`);
  const structure = wanted === "usual" ? usualStructure(bag.isNarrow ? 4 : 6) : wanted;
  printStructure(bag, structure, addressFormat(request.format, key, 4), request.style, output);
}

async function writeTable(
  args: Arguments,
  request: Request,
  paths: readonly string[],
  format: TableFormat,
): Promise<number> {
  const { listing, statistics, site, map } = request;
  if (statistics !== undefined || (listing.kind !== "keys" && listing.kind !== "by counter"))
    throw new UsageError("--output-format is for tables of keys and counters only");
  const [path, another] = paths;
  if (another !== undefined) throw new UsageError("--output-format takes one bag only");
  const { writeBagTable } = await import("./bag_table.js");
  const bag = taken(loadBag(path!).bag, request);
  const order = listing.kind === "keys" ? undefined : listing.order;
  await writeBagTable(bag, { order, labels: labelsFor(bag, map) }, format, args, site());
  return 0;
}
