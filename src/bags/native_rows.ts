/** Lines of keys and counters formatted natively: it takes a tenth of JavaScript's time. */
import { MAPPED_IPV4 } from "../record/columns.js";
import type { TextOutput } from "../text/output.js";
import { type LineCell, RowLines } from "../text/row_lines.js";
import type { TableStyle } from "../text/table.js";
import type { Bag } from "./bag.js";

/** Rows that are formatted at once. */
const RUN = 4096;

/** Keys below which loading the native part costs more than it gains. */
const FEW = 10_000;

/** Whether `printNative` can print the bag, and is worth it. */
export function suitsNative(bag: Bag): boolean {
  return bag.count >= FEW && bag.fitsSigned;
}

/**
 * Prints the keys of a bag whose keys are all IPv4 addresses or numbers, with their counters.
 *
 * @param widths of the columns of keys and of counters
 */
export function printNative(
  { keys, counters, count, width }: Bag,
  kind: "address" | "integer",
  widths: readonly [number, number],
  { padded, separator, finalSeparator }: TableStyle,
  output: TextOutput,
): void {
  const cells: readonly LineCell[] = [
    { kind, type: "int64", before: "", width: padded ? widths[0] : 0 },
    { kind: "integer", type: "int64", before: separator, width: padded ? widths[1] : 0 },
  ];
  const end = `${finalSeparator ? separator : ""}\n`;
  const lines = new RowLines(cells, { end, missing: "", wide: "plain" });
  const high = new Uint32Array(2 * RUN);
  const low = new Uint32Array(2 * RUN);
  if (kind === "address") for (let row = 0; row < RUN; row++) low[2 * row + 1] = MAPPED_IPV4;
  for (let first = 0; first < count; first += RUN) {
    const rows = Math.min(RUN, count - first);
    for (let row = 0; row < rows; row++) low[2 * row] = keys[(first + row + 1) * width - 1]!;
    const run = counters.subarray(2 * first, 2 * (first + rows));
    const arrays = kind === "address" ? [high, low, run] : [low, run];
    lines.write(arrays, rows, (octets) => output.addOctets(octets));
  }
}
