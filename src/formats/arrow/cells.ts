/** Runs of values as Arrow arrays, built from whole columns. */
import {
  type Data,
  type DataType,
  Float64,
  Int16,
  Int32,
  Int64,
  makeData,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import type { CellArray, CellKind } from "../../text/row_formatter.js";
import { RowLines } from "../../text/row_lines.js";

export interface ArrowColumn {
  readonly name: string;
  readonly kind: CellKind;
  /** SQL type of the values. */
  readonly type: string;
  readonly texts?: readonly string[];
}

interface ArrowCells {
  readonly type: DataType;
  readonly missing: "never" | "possible";
  /** Arrays of values that it takes. */
  readonly parts: number;
  data(arrays: readonly CellArray[], count: number): Data;
}

/** How a column's values become Arrow's. */
export function arrowCells(column: ArrowColumn): ArrowCells {
  switch (column.kind) {
    case "address":
    case "text":
      return textCells(column);
    case "time": {
      const type = new TimestampMicrosecond("UTC");
      return {
        type,
        missing: "never",
        parts: 1,
        data: ([array], length) => makeData({ type, length, data: wide(array!) }),
      };
    }
    case "duration": {
      const type = new Float64();
      const data = ([array]: readonly CellArray[], length: number) =>
        makeData({ type, length, data: Float64Array.from(wide(array!), (each) => Number(each) / 1e6) });
      return { type, missing: "never", parts: 1, data };
    }
    case "decimal": {
      const type = new Float64();
      return {
        type,
        missing: "possible",
        parts: 1,
        data: ([array], length) => withGaps(type, array as Float64Array, length, Number.isFinite),
      };
    }
    case "integer":
    case "optional":
      return integerCells(column);
  }
}

/** Texts of all rows one behind the other, and where each ends: what the formatter makes of a single cell. */
function textCells({ kind, texts }: ArrowColumn): ArrowCells {
  const type = new Utf8();
  const lines = new RowLines([{ kind, before: "", texts }], { end: "", missing: "", wide: "plain" });
  const data = (arrays: readonly CellArray[], length: number) => {
    const valueOffsets = new Int32Array(length + 1);
    const octets = lines.gather(arrays, length, valueOffsets.subarray(1));
    return makeData({ type, length, nullCount: 0, valueOffsets, data: octets });
  };
  return { type, missing: "never", parts: kind === "address" ? 2 : 1, data };
}

function integerCells({ kind, type: sql }: ArrowColumn): ArrowCells {
  if (sql === "BIGINT") {
    const type = new Int64();
    return {
      type,
      missing: "never",
      parts: 1,
      data: ([array], length) => makeData({ type, length, data: wide(array!) }),
    };
  }
  const type = sql === "SMALLINT" ? new Int16() : new Int32();
  if (kind === "optional")
    return {
      type,
      missing: "possible",
      parts: 1,
      data: ([array], length) => withGaps(type, array as Int16Array, length, (each) => each >= 0),
    };
  return {
    type,
    missing: "never",
    parts: 1,
    data: ([array], length) => makeData({ type, length, data: array as Int16Array }) as Data,
  };
}

/** The halves of 64-bit numbers as such numbers. */
function wide(array: CellArray): BigInt64Array {
  return new BigInt64Array(array.buffer as ArrayBuffer, array.byteOffset, array.length / 2);
}

/** Values of which some are missing: a bit for each that is there. */
function withGaps(
  type: Float64 | Int16 | Int32,
  data: Float64Array | Int16Array | Int32Array,
  length: number,
  present: (value: number) => boolean,
): Data {
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < length; i++) {
    if (present(data[i]!)) nullBitmap[i >> 3]! |= 1 << (i & 7);
    else nullCount += 1;
  }
  return makeData({ type, length, nullCount, nullBitmap, data } as Parameters<typeof makeData>[0]);
}
