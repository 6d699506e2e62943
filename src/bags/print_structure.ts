/** What `--network-structure` and `--print-statistics` of rwbagcat print. */
import { type NetworkStructure, usualStructure } from "../sets/network_structure.js";
import { numberFormatter } from "../sets/print_set.js";
import { addressWidth, type IpFormat } from "../text/ip_format.js";
import type { TextOutput } from "../text/output.js";
import type { TableStyle } from "../text/table.js";
import type { Bag } from "./bag.js";
import { sumBlocks } from "./block_sums.js";

/** Columns that each row is moved right of the row it belongs to. */
const INDENT = 2;

const COUNTER_WIDTH = 20;

/** A bag whose keys are those of a structure's number space. */
function inSpace(bag: Bag, version: 4 | 6): Bag {
  return version === 4 ? bag.narrowed() : bag.widened();
}

/** Prints a row for each occupied block: the sum of its counters and, when the structure asks for them, what is in it. */
export function printStructure(
  all: Bag,
  { version, rows, counted }: NetworkStructure,
  ip: IpFormat,
  style: TableStyle,
  output: TextOutput,
): void {
  const bag = inSpace(all, version);
  const bits = 32 * bag.width;
  const text = numberFormatter(version, ip);
  // The longest prefix length, and the slash before it.
  const label = addressWidth(ip, version === 4 ? "ipv4" : "ipv4-and-ipv6") + String(bits).length + 1;
  const width = label + INDENT * (rows.length - 1);
  sumBlocks(bag, rows, counted, ({ last, prefix, hosts, sum, blocks }) => {
    const first = text(firstOf(bag, last, prefix));
    const name = prefix === 0 ? "TOTAL" : prefix === bits ? first : `${first}/${prefix}`;
    const contents = counted.length === 0 ? "" : ` ${hostText(hosts)}${blockText(prefix, counted, blocks, bits)}`;
    const row = " ".repeat(INDENT * rows.indexOf(prefix)) + name;
    if (style.padded) {
      const total = `${String(sum).padStart(COUNTER_WIDTH)}${style.separator}`;
      output.add(`${row.padEnd(width)}${style.separator}${total}${contents}\n`);
    } else {
      const end =
        contents === "" ? (style.finalSeparator ? style.separator : "") : `${style.separator}${contents.trim()}`;
      output.add(`${name}${style.separator}${sum}${end}\n`);
    }
  });
}

/** The first number of the block of that prefix length that key `i` is in. */
function firstOf({ keys, width }: Bag, i: number, prefix: number): Uint32Array {
  return Uint32Array.from({ length: width }, (_, k) => {
    const bits = Math.min(32, Math.max(0, prefix - 32 * k));
    return bits === 0 ? 0 : keys[i * width + k]! & (~0 << (32 - bits));
  });
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}

function hostText(hosts: number): string {
  return `${hosts} host${plural(hosts)}`;
}

/** ` in 1 /8, 2 /16s, and 3 /24s`. */
function blockText(prefix: number, counted: readonly number[], blocks: readonly number[], bits: number): string {
  const parts = counted.flatMap((length, k) =>
    length > prefix && length < bits ? [`${blocks[k]} /${length}${plural(blocks[k]!)}`] : [],
  );
  if (parts.length === 0) return "";
  if (parts.length < 3) return ` in ${parts.join(" and ")}`;
  return ` in ${parts.slice(0, -1).join(", ")}, and ${parts.at(-1)}`;
}

/** Prints how many hosts and blocks are occupied. */
export function printOccupied(all: Bag, output: TextOutput): void {
  const version = all.isNarrow ? 4 : 6;
  const bag = inSpace(all, version);
  const { counted } = usualStructure(version);
  output.add("Network Summary\n");
  sumBlocks(bag, [0], counted, ({ hosts, blocks }) => {
    output.add(occupiedLine("host", hosts, 32 * bag.width));
    for (const [k, length] of counted.entries())
      if (length > 0) output.add(occupiedLine("occupied", blocks[k]!, length));
  });
  output.add("\n");
}

/** Characters between the number and the percent sign, as rwsetcat has them. */
const OCCUPIED_WIDTH = 26;

function occupiedLine(what: "host" | "occupied", count: number, prefix: number): string {
  const s = plural(count);
  const label = what === "host" ? ` host${s} (/${prefix}${s}),` : ` occupied /${prefix}${s},`;
  const percent = ((100 * count) / 2 ** prefix).toFixed(6);
  return `\t${String(count).padStart(10)}${label}${percent.padStart(OCCUPIED_WIDTH - label.length)}% of 2^${prefix}\n`;
}
