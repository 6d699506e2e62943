/** Text of sets in the ways `rwsetcat` prints them. */
import { MAPPED_IPV4 } from "../record/columns.js";
import { type AddressFormatter, addressFormatter, addressWidth, CANONICAL, type IpFormat } from "../text/ip_format.js";
import type { TextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, tableLine } from "../text/table.js";
import { type AddressSet, wide } from "./address_set.js";
import { increment } from "./edges.js";
import { isMapped } from "./mapped.js";

/** What the printers share. */
export interface PrintStyle {
  readonly ip: IpFormat;
  readonly table: TableStyle;
}

/** Prints the addresses one a line. */
export function printAddresses(set: AddressSet, { ip }: PrintStyle, output: TextOutput): void {
  const text = addressFormatter(ip);
  set.forEachRange((range) => {
    const w0 = range[0]!;
    const w1 = range[1]!;
    const w2 = range[2]!;
    if (w0 === range[4] && w1 === range[5] && w2 === range[6]) {
      for (let low = range[3]!, last = range[7]!; low <= last; low++) output.add(`${text(w0, w1, w2, low)}\n`);
      return;
    }
    const words = range.slice(0, 4);
    for (;;) {
      output.add(`${text(words[0]!, words[1]!, words[2]!, words[3]!)}\n`);
      if (words.every((word, k) => word === range[4 + k])) return;
      increment(words, 0, 4);
    }
  });
}

/** Prints the fewest CIDR blocks, single addresses without prefix length. */
export function printBlocks(set: AddressSet, { ip }: PrintStyle, output: TextOutput): void {
  const text = addressFormatter(ip);
  set.forEachBlock((words, prefix) => {
    const address = text(words[0]!, words[1]!, words[2]!, words[3]!);
    if (prefix === 128) output.add(`${address}\n`);
    else output.add(`${address}/${shownPrefix(words, prefix, ip)}\n`);
  });
}

/** A block's prefix length in the version that its address is shown in. */
export function shownPrefix(words: Uint32Array, prefix: number, ip: IpFormat): number {
  return prefix >= 96 && ip.ipv4 === "as-ipv4" && isMapped(words, 0) ? prefix - 96 : prefix;
}

/** Prints the ranges: how many addresses, the first and the last. */
export function printRanges(set: AddressSet, { ip, table }: PrintStyle, output: TextOutput): void {
  const text = addressFormatter(ip);
  const width = addressWidth(ip, set.hasIpv6 ? "ipv4-and-ipv6" : "ipv4");
  const columns: TableColumn[] = [
    { title: "count", width: set.hasIpv6 ? 39 : 10 },
    { title: "low", width },
    { title: "high", width },
  ];
  set.forEachRange((range) => {
    const count = String(wide(range, 4) - wide(range, 0) + 1n);
    const low = text(range[0]!, range[1]!, range[2]!, range[3]!);
    const high = text(range[4]!, range[5]!, range[6]!, range[7]!);
    output.add(tableLine(columns, [count, low, high], table));
  });
}

/** Text of the addresses of one number space: one word or four. */
export function numberFormatter(version: 4 | 6, ip: IpFormat = CANONICAL): (words: Uint32Array) => string {
  if (version === 4) {
    const text = addressFormatter(ip);
    return (words) => text(0, 0, MAPPED_IPV4, words[0]!);
  }
  const text: AddressFormatter = addressFormatter({ ...ip, ipv4: "as-ipv6" });
  return (words) => text(words[0]!, words[1]!, words[2]!, words[3]!);
}
