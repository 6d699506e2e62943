/** The native formatter of rows as its callers see it: native/text/row_formatter.h says what each cell shows. */

/** Kinds of cells; the index is the native number. */
export const CELL_KINDS = [
  "integer",
  "optional",
  "decimal",
  "address",
  "time",
  "duration",
  "text",
  "silk-time",
  "seconds",
] as const;

export type CellKind = (typeof CELL_KINDS)[number];

/** Types of values; the index is the native number. */
export const VALUE_TYPES = ["int16", "int32", "int64", "float64"] as const;

export type ValueType = (typeof VALUE_TYPES)[number];

/** Memory with one column's values of a run of rows, in the host's order of octets. */
export type CellArray = Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array;

interface NativeCell {
  /** Index in CELL_KINDS. */
  readonly kind: number;
  /** Index in VALUE_TYPES; of addresses, times and durations that of int64. */
  readonly type: number;
  /** Stands before the cell. */
  readonly before: string;
  /** Characters to which blanks before the cell fill it up. */
  readonly width: number;
  /** Texts that the numbers of a `text` cell stand for. */
  readonly texts: readonly string[];
}

interface NativeLineStyle {
  /** Stands behind the last cell. */
  readonly end: string;
  /** What a missing value shows. */
  readonly missing: string;
  /** 1 to quote integers beyond 2^53. */
  readonly wide: 0 | 1;
  /** Of times: what stands between year, month and day, and between date and time of day. */
  readonly date: string;
  readonly join: string;
  /** Of SiLK's times: 1 for milliseconds. */
  readonly fraction: 0 | 1;
}

interface RowFormatter {
  /**
   * Writes the lines of `count` rows from `first` on and returns their octets. An address takes two arrays, its upper and lower half; other cells
   * one. Throws when an array or the output is too small.
   *
   * @param ends gets the octets up to the end of each line
   */
  format(arrays: readonly CellArray[], first: number, count: number, output: Uint8Array, ends?: Int32Array): number;
  /** Octets that no line exceeds. */
  widest(): number;
}

export type RowFormatterConstructor = new (columns: readonly NativeCell[], style: NativeLineStyle) => RowFormatter;
