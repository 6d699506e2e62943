/** What `--network-structure` and `--print-statistics` of `rwsetcat` print. */
import { addressFormatter, addressWidth, type IpFormat } from "../text/ip_format.js";
import type { TextOutput } from "../text/output.js";
import type { AddressSet } from "./address_set.js";
import { type CountedBlock, countBlocks } from "./block_counter.js";
import type { Edges } from "./edges.js";
import { type NetworkStructure, usualStructure } from "./network_structure.js";
import { numberFormatter, type PrintStyle } from "./print_set.js";

/** Columns that each row is moved right of the row it belongs to. */
const INDENT = 2;

function edgesOf(set: AddressSet, version: 4 | 6): Edges {
  return version === 4 ? set.ipv4 : set.asIpv6();
}

/** Prints a row for each occupied block: its hosts and, when the structure asks for them, the blocks in it. */
export function printStructure(
  set: AddressSet,
  structure: NetworkStructure,
  style: PrintStyle,
  output: TextOutput,
): void {
  const { version, rows, counted } = structure;
  const { table } = style;
  const bits = version === 4 ? 32 : 128;
  const text = numberFormatter(version, style.ip);
  // The longest prefix length, and the slash before it.
  const label = addressWidth(style.ip, version === 4 ? "ipv4" : "ipv4-and-ipv6") + String(bits).length + 1;
  const width = label + INDENT * (rows.length - 1);
  countBlocks(edgesOf(set, version), rows, counted, (block) => {
    const name = block.prefix === 0 ? "TOTAL" : block.prefix === bits ? text(block.words) : blockName(block, text);
    const contents = counted.length === 0 ? String(block.hosts) : summary(block, counted, bits);
    const indented = " ".repeat(INDENT * rows.indexOf(block.prefix)) + name;
    if (table.padded) output.add(`${indented.padEnd(width)}${table.separator} ${contents}\n`);
    else output.add(`${name}${table.separator}${contents}\n`);
  });
}

function blockName({ words, prefix }: CountedBlock, text: (words: Uint32Array) => string): string {
  return `${text(words)}/${prefix}`;
}

/** `12 hosts in 1 /8, 2 /16s, and 3 /24s`. */
function summary({ prefix, hosts, blocks }: CountedBlock, counted: readonly number[], bits: number): string {
  const parts = counted.flatMap((length, k) => {
    return length > prefix && length < bits ? [`${blocks[k]} /${length}${plural(blocks[k]!)}`] : [];
  });
  const text = `${hosts} host${plural(hosts)}`;
  if (parts.length === 0) return text;
  if (parts.length < 3) return `${text} in ${parts.join(" and ")}`;
  return `${text} in ${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;
}

function plural(count: bigint): string {
  return count === 1n ? "" : "s";
}

/** Prints lowest and highest address, and how many hosts and blocks are occupied. */
export function printStatistics(set: AddressSet, style: PrintStyle, output: TextOutput): void {
  output.add("Network Summary\n");
  if (set.isEmpty) return;
  const version = set.hasIpv6 ? 6 : 4;
  const edges = edgesOf(set, version);
  const { counted } = usualStructure(version);
  const width = addressWidth(style.ip, version === 4 ? "ipv4" : "ipv4-and-ipv6");
  const { minimum, maximum } = bounds(set);
  output.add(`\tminimumIP = ${addressText(minimum, style.ip).padStart(width)}\n`);
  output.add(`\tmaximumIP = ${addressText(maximum, style.ip).padStart(width)}\n`);
  countBlocks(edges, [0], counted, ({ hosts, blocks }) => {
    output.add(statisticsLine("host", hosts, 32 * edges.width));
    for (const [k, length] of counted.entries())
      if (length > 0) output.add(statisticsLine("occupied", blocks[k]!, length));
  });
}

/** Lowest and highest address. */
function bounds(set: AddressSet): { readonly minimum: Uint32Array; readonly maximum: Uint32Array } {
  let minimum: Uint32Array | undefined;
  const maximum = new Uint32Array(4);
  set.forEachRange((range) => {
    minimum ??= range.slice(0, 4);
    for (let k = 0; k < 4; k++) maximum[k] = range[4 + k]!;
  });
  return { minimum: minimum ?? maximum, maximum };
}

function addressText(words: Uint32Array, ip: IpFormat): string {
  return addressFormatter(ip)(words[0]!, words[1]!, words[2]!, words[3]!);
}

/** Characters between the number and the percent sign. */
const STATISTICS_WIDTH = 26;

function statisticsLine(what: "host" | "occupied", count: bigint, prefix: number): string {
  const s = plural(count);
  const label = what === "host" ? ` host${s} (/${prefix}${s}),` : ` occupied /${prefix}${s},`;
  const percent = ((100 * Number(count)) / 2 ** prefix).toFixed(6);
  return `\t${String(count).padStart(10)}${label}${percent.padStart(STATISTICS_WIDTH - label.length)}% of 2^${prefix}\n`;
}
