/** Values of 64 bits in columns, as JavaScript's numbers: exact up to 2^53. */
import type { ColumnArrays } from "./columns.js";

/** Columns whose values are sums, or microseconds. */
export type WideName = "packets" | "bytes" | "stime" | "etime";

export function wide(arrays: ColumnArrays, name: WideName, i: number): number {
  return arrays[name]![2 * i + 1]! * 4294967296 + arrays[name]![2 * i]!;
}

/** @param value not negative */
export function setWide(arrays: ColumnArrays, name: WideName, i: number, value: number): void {
  arrays[name]![2 * i] = value;
  arrays[name]![2 * i + 1] = value / 4294967296;
}
