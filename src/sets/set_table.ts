/** Sets as tables for other programs: their addresses, blocks or ranges, or how many addresses each has. */
import type { Arguments } from "../cli/switches.js";
import { type Cell, type CellColumn, type CellFormat, writeCells } from "../query/table/cell_table.js";
import { type AddressFormatter, addressFormatter, type IpFormat } from "../text/ip_format.js";
import { type AddressSet, wide } from "./address_set.js";
import { increment } from "./edges.js";
import { shownPrefix } from "./print_set.js";

/** What a row is. */
export type SetRows = "sets" | "addresses" | "blocks" | "ranges";

const COLUMNS: Readonly<Record<SetRows, readonly CellColumn[]>> = {
  sets: [{ name: "count", kind: "integer" }],
  addresses: [{ name: "ip", kind: "text" }],
  blocks: [
    { name: "ip", kind: "text" },
    { name: "prefix", kind: "integer" },
  ],
  ranges: [
    { name: "start_ip", kind: "text" },
    { name: "end_ip", kind: "text" },
    { name: "count", kind: "integer" },
  ],
};

export interface SetTable {
  readonly rows: SetRows;
  readonly ip: IpFormat;
  /** Whether the first column is the set's name. */
  readonly names: "named" | "unnamed";
}

/** @param sets each with its name, loaded when its turn has come */
export async function writeSetTable(
  args: Arguments,
  format: CellFormat,
  sets: Iterable<readonly [name: string, set: AddressSet]>,
  { rows, ip, names }: SetTable,
): Promise<void> {
  const name: readonly CellColumn[] = names === "named" ? [{ name: "set", kind: "text" }] : [];
  await writeCells(args, format, [...name, ...COLUMNS[rows]], (add) => {
    for (const [path, set] of sets) {
      const before: readonly Cell[] = names === "named" ? [path] : [];
      addRows(set, rows, ip, (cells) => add([...before, ...cells]));
    }
  });
}

function addRows(set: AddressSet, rows: SetRows, ip: IpFormat, add: (cells: readonly Cell[]) => void): void {
  const text = addressFormatter(ip);
  if (rows === "sets") add([set.cardinality()]);
  else if (rows === "blocks")
    set.forEachBlock((words, prefix) => add([textOf(words, 0, text), shownPrefix(words, prefix, ip)]));
  else if (rows === "ranges")
    set.forEachRange((range) =>
      add([textOf(range, 0, text), textOf(range, 4, text), wide(range, 4) - wide(range, 0) + 1n]),
    );
  else set.forEachRange((range) => addAddresses(range, (words) => add([textOf(words, 0, text)])));
}

function textOf(words: Uint32Array, at: number, text: AddressFormatter): string {
  return text(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}

function addAddresses(range: Uint32Array, add: (words: Uint32Array) => void): void {
  const words = range.slice(0, 4);
  for (;;) {
    add(words);
    if (words.every((word, k) => word === range[4 + k])) return;
    increment(words, 0, 4);
  }
}
