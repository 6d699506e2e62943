/** Text of bags as rwbagcat prints them: keys with counters, or how many keys have which counters. */

import type { AddressSet } from "../sets/address_set.js";
import { compareWords } from "../sets/edges.js";
import { sortRecords } from "../sets/sort_records.js";
import type { TextOutput } from "../text/output.js";
import { type TableColumn, type TableStyle, tableLine } from "../text/table.js";
import { type Bag, counterText } from "./bag.js";
import { forEachAddress } from "./coverset.js";
import type { KeyPrinter } from "./key_printer.js";
import { printNative, suitsNative } from "./native_rows.js";

const COUNTER_WIDTH = 20;
const COUNTER: TableColumn = { title: "counter", width: COUNTER_WIDTH };

/** In which order keys are listed. */
export type CounterOrder = "increasing" | "decreasing";

/** Scales of `--bin-ips`. */
export const BIN_SCALES = ["linear", "binary", "decimal"] as const;
export type BinScale = (typeof BIN_SCALES)[number];

function columnsOf(printer: KeyPrinter): readonly TableColumn[] {
  return [{ title: "key", width: printer.width }, COUNTER];
}

/** Prints keys and counters in the order of keys. */
export function printKeys(bag: Bag, printer: KeyPrinter, style: TableStyle, output: TextOutput): void {
  if (printer.native !== undefined && suitsNative(bag)) {
    printNative(bag, printer.native, [printer.width, COUNTER_WIDTH], style, output);
    return;
  }
  const { keys, counters, count, width } = bag;
  const columns = columnsOf(printer);
  for (let i = 0; i < count; i++)
    output.add(tableLine(columns, [printer.text(keys, i * width), counterText(counters, i)], style));
}

/** Prints keys and counters in the order of counters, those that are equal by key. */
export function printByCounter(
  bag: Bag,
  order: CounterOrder,
  printer: KeyPrinter,
  style: TableStyle,
  output: TextOutput,
): void {
  const columns = columnsOf(printer);
  for (const i of placesByCounter(bag, order))
    output.add(tableLine(columns, [printer.text(bag.keys, i * bag.width), counterText(bag.counters, i)], style));
}

/** Places of the keys in the order of their counters. */
export function placesByCounter({ counters, count }: Bag, order: CounterOrder): Uint32Array {
  const records = new Uint32Array(3 * count);
  // Sorting keeps the order of what is equal: with all bits turned, ascending is descending.
  const turned = order === "increasing" ? 0 : 0xffff_ffff;
  for (let i = 0; i < count; i++) {
    records[3 * i] = counters[2 * i + 1]! ^ turned;
    records[3 * i + 1] = counters[2 * i]! ^ turned;
    records[3 * i + 2] = i;
  }
  const sorted = sortRecords(records, 3, 2);
  return Uint32Array.from({ length: count }, (_, k) => sorted[3 * k + 2]!);
}

/**
 * Prints every member of a set, with the counter 0 when it is no key. Numbers are IPv4 addresses.
 *
 * @param takes whether the key at a place of the bag is printed
 */
export function printMembers(
  bag: Bag,
  set: AddressSet,
  takes: (i: number) => boolean,
  printer: KeyPrinter,
  style: TableStyle,
  output: TextOutput,
): void {
  const { keys, counters, count, width } = bag;
  const columns = columnsOf(printer);
  let i = 0;
  forEachAddress(set, (words) => {
    const from = 4 - width;
    while (i < count && compareWords(keys, i * width, words, from, width) < 0) i += 1;
    const found = i < count && compareWords(keys, i * width, words, from, width) === 0;
    if (found && !takes(i)) return;
    output.add(tableLine(columns, [printer.text(words, from), found ? counterText(counters, i) : "0"], style));
  });
}

/** Prints how many keys have a counter within each bin of a scale. */
export function printBins({ counters, count }: Bag, scale: BinScale, style: TableStyle, output: TextOutput): void {
  const records = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    records[2 * i] = counters[2 * i + 1]!;
    records[2 * i + 1] = counters[2 * i]!;
  }
  const sorted = sortRecords(records, 2, 2);
  const columns: readonly TableColumn[] = [{ title: "bin", width: COUNTER_WIDTH }, COUNTER];
  let label = "";
  let keys = 0;
  const print = () => {
    if (keys > 0) output.add(tableLine(columns, [label, String(keys)], style));
  };
  for (let at = 0; at < sorted.length; at += 2) {
    const same = at > 0 && sorted[at] === sorted[at - 2] && sorted[at + 1] === sorted[at - 1];
    const next = same ? label : LABELS[scale]((BigInt(sorted[at]!) << 32n) | BigInt(sorted[at + 1]!));
    if (next !== label) {
      print();
      label = next;
      keys = 0;
    }
    keys += 1;
  }
  print();
}

/** The bin of a counter. */
const LABELS: Readonly<Record<BinScale, (counter: bigint) => string>> = {
  linear: String,
  binary(counter) {
    const power = counter.toString(2).length - 1;
    const digits = (value: number) => String(value).padStart(2, "0");
    return `2^${digits(power)} to 2^${digits(power + 1)}-1`;
  },
  /** Of numbers with more than two digits, the first two make the bin. */
  decimal(counter) {
    const text = String(counter);
    if (text.length <= 2) return text;
    const first = text.slice(0, 2);
    return `${first.padEnd(text.length, "0")}-${first.padEnd(text.length, "9")}`;
  },
};
