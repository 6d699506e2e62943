/** Runs of rows as lines of text, formatted natively. */
import { loadNative } from "../meter/native.js";
import { CELL_KINDS, type CellArray, type CellKind, VALUE_TYPES, type ValueType } from "./row_formatter.js";

export interface LineCell {
  readonly kind: CellKind;
  readonly type: ValueType;
  /** Stands before the cell. */
  readonly before: string;
  /** Characters to which blanks before the cell fill it up; none when it is left out. */
  readonly width?: number | undefined;
  /** Texts that the numbers of a `text` cell stand for; others print as they are. */
  readonly texts?: readonly string[] | undefined;
}

export interface LineStyle {
  /** Stands behind the last cell. */
  readonly end: string;
  /** What a missing value shows. */
  readonly missing: string;
  /** Integers beyond 2^53, which JavaScript cannot hold exactly. */
  readonly wide: "plain" | "quoted";
  /** How times print; RFC 3339 when it is left out. */
  readonly time?: TimeForm | undefined;
}

/** Form of times that are given in milliseconds. */
export interface TimeForm {
  readonly date: "-" | "/";
  readonly join: "T" | " ";
  /** Digits behind the second, also of durations. */
  readonly fraction: 0 | 3;
}

const RFC3339: TimeForm = { date: "-", join: "T", fraction: 3 };

/** Octets of the buffer, when no single line needs more. */
const ROOM = 2 * 1024 * 1024;

export class RowLines {
  readonly #formatter;
  readonly #output: Uint8Array;
  readonly #most: number;

  /** @throws FlowtapError when the addon has not been built */
  constructor(cells: readonly LineCell[], { end, missing, wide, time = RFC3339 }: LineStyle) {
    this.#formatter = new (loadNative().RowFormatter)(
      cells.map(({ kind, type, before, width = 0, texts = [] }) => ({
        kind: CELL_KINDS.indexOf(kind),
        type: VALUE_TYPES.indexOf(type),
        before,
        width,
        texts,
      })),
      { end, missing, wide: wide === "quoted" ? 1 : 0, ...time, fraction: time.fraction === 3 ? 1 : 0 },
    );
    const widest = Math.max(1, this.#formatter.widest());
    this.#most = Math.max(1, Math.floor(ROOM / widest));
    this.#output = new Uint8Array(this.#most * widest);
  }

  /** Hands the lines of rows on, piece by piece. The octets are valid only during the call. */
  write(arrays: readonly CellArray[], count: number, take: (octets: Uint8Array) => void): void {
    for (let first = 0; first < count; first += this.#most) {
      const rows = Math.min(this.#most, count - first);
      take(this.#output.subarray(0, this.#formatter.format(arrays, first, rows, this.#output)));
    }
  }

  /**
   * All rows at once, in memory of their own.
   *
   * @param ends gets the octets up to the end of each line
   */
  gather(arrays: readonly CellArray[], count: number, ends: Int32Array): Uint8Array {
    const output = new Uint8Array(count * this.#formatter.widest());
    return output.subarray(0, this.#formatter.format(arrays, 0, count, output, ends));
  }
}
