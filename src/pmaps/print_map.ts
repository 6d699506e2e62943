/** Prints the content of prefix maps as `rwpmapcat` does. */
import type { PrefixMap } from "../formats/silk/prefix_map.js";
import { forEachMapRange, keyWords } from "../formats/silk/prefix_map_ranges.js";
import { forEachBlock } from "../sets/cidr_blocks.js";
import { RunJoiner } from "../sets/edges.js";
import type { IpFormat } from "../text/ip_format.js";
import type { TextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, tableLine, titleLine } from "../text/table.js";
import { valueText, valueWidth } from "./map_choice.js";
import { keyFormatter, keyWidth } from "./map_keys.js";

export interface RangeStyle {
  readonly ip: IpFormat;
  readonly table: TableStyle;
  readonly ranges: "blocks" | "ends";
  readonly labels: "right" | "left";
  /** Values that are not printed. */
  readonly ignored: ReadonlySet<number>;
}

/** Prints all ranges with their labels. */
export function printMapRanges(map: PrefixMap, name: string, style: RangeStyle, output: TextOutput): void {
  const { ip, table, ignored } = style;
  const blocks = style.ranges === "blocks" && map.key !== "proto-port";
  const columns = [...keyColumns(map, ip, blocks ? "blocks" : "ends"), valueColumn(map, style)];
  const key = keyFormatter(map.key, ip);
  const addPrefix = map.key === "ipv4" && ip.ipv4 === "as-ipv6" ? 96 : 0;
  output.add(titleLine(columns, table));
  forEachMapRange(map, name, (first, last, value) => {
    if (ignored.has(value)) return;
    const label = valueText(map, value);
    if (!blocks) {
      output.add(tableLine(columns, [key(first), key(last), label], table));
      return;
    }
    forEachRangeBlock(first, last, (words, prefix) =>
      output.add(tableLine(columns, [`${key(words)}/${prefix + addPrefix}`, label], table)),
    );
  });
}

/** Visits the fewest CIDR blocks of a range. */
function forEachRangeBlock(
  first: Uint32Array,
  last: Uint32Array,
  visit: (words: Uint32Array, prefix: number) => void,
): void {
  const joiner = new RunJoiner(keyWords({ key: first.length === 1 ? "ipv4" : "ipv6" }), 1);
  joiner.add(Uint32Array.of(...first, ...last), 0, first.length);
  forEachBlock(joiner.end(), visit);
}

function keyColumns(map: PrefixMap, ip: IpFormat, ranges: RangeStyle["ranges"]): readonly TableColumn[] {
  const width = keyWidth(map.key, ip);
  if (ranges === "blocks") return [{ title: "ipBlock", width: width + (width > 15 ? 4 : 3) }];
  const what = map.key === "proto-port" ? "Pair" : "IP";
  return [
    { title: `start${what}`, width },
    { title: `end${what}`, width },
  ];
}

function valueColumn(map: PrefixMap, { labels }: RangeStyle): TableColumn {
  return { title: "value", width: valueWidth(map), ...(labels === "left" && { left: true }) };
}

/** Prints every label that the map defines. */
export function printMapLabels(map: PrefixMap, table: TableStyle, output: TextOutput): void {
  if (table.titles) output.add("LABELS:\n");
  for (const label of map.labels) if (label !== "") output.add(`${label}\n`);
}

const TYPES = { ipv4: "IPv4-address", ipv6: "IPv6-address", "proto-port": "proto-port" } as const;

/** Prints what keys the map has. */
export function printMapType({ key }: PrefixMap, table: TableStyle, output: TextOutput): void {
  output.add(`${table.titles ? "TYPE: " : ""}${TYPES[key]}\n`);
}

/** Prints the map's own name. */
export function printMapName({ name }: PrefixMap, table: TableStyle, output: TextOutput): void {
  output.add(`${table.titles ? "MAPNAME: " : ""}${name}\n`);
}
