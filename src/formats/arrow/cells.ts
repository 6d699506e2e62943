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
import type { CellArray, CellKind, ValueType } from "../../text/row_formatter.js";
import { RowLines } from "../../text/row_lines.js";

export interface ArrowColumn {
  readonly name: string;
  readonly kind: CellKind;
  readonly type: ValueType;
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
    case "silk-time":
    case "seconds":
      return textCells(column);
    case "time":
      return wholeCells(new TimestampMicrosecond("UTC"), "int64");
    case "duration":
      return durationCells();
    case "integer":
      return wholeCells(integerType(column.type), column.type);
    case "optional":
      return gappedCells(integerType(column.type), column.type, (value) => value >= 0);
    case "decimal":
      return gappedCells(new Float64(), "float64", Number.isFinite);
  }
}

function integerType(type: ValueType): Int16 | Int32 | Int64 {
  if (type === "int16") return new Int16();
  return type === "int32" ? new Int32() : new Int64();
}

/** Texts of all rows one behind the other, and where each ends: what the formatter makes of a single cell. */
function textCells({ kind, type: of, texts }: ArrowColumn): ArrowCells {
  const type = new Utf8();
  const lines = new RowLines([{ kind, type: of, before: "", texts }], { end: "", missing: "", wide: "plain" });
  const data = (arrays: readonly CellArray[], length: number) => {
    const valueOffsets = new Int32Array(length + 1);
    const octets = lines.gather(arrays, length, valueOffsets.subarray(1));
    return makeData({ type, length, nullCount: 0, valueOffsets, data: octets });
  };
  return { type, missing: "never", parts: kind === "address" ? 2 : 1, data };
}

/** Values that are Arrow's as they are. */
function wholeCells(type: DataType, of: ValueType): ArrowCells {
  const data = ([array]: readonly CellArray[], length: number) => arrowData(type, length, valuesOf(array!, of), noGaps);
  return { type, missing: "never", parts: 1, data };
}

function durationCells(): ArrowCells {
  const type = new Float64();
  const data = ([array]: readonly CellArray[], length: number) => {
    const values = valuesOf(array!, "int64") as BigInt64Array;
    return makeData({ type, length, nullCount: 0, data: Float64Array.from(values, (value) => Number(value) / 1e6) });
  };
  return { type, missing: "never", parts: 1, data };
}

type Values = BigInt64Array | Float64Array | Int32Array | Int16Array;

interface Gaps {
  readonly nullCount: number;
  /** A bit for each value that is there. */
  readonly nullBitmap?: Uint8Array;
}

const noGaps: Gaps = { nullCount: 0 };

function gappedCells(type: DataType, of: ValueType, present: (value: number) => boolean): ArrowCells {
  const data = ([array]: readonly CellArray[], length: number) => {
    const values = valuesOf(array!, of);
    const nullBitmap = new Uint8Array((length + 7) >> 3);
    let nullCount = 0;
    for (let i = 0; i < length; i++) {
      if (present(Number(values[i]!))) nullBitmap[i >> 3]! |= 1 << (i & 7);
      else nullCount += 1;
    }
    return arrowData(type, length, values, { nullCount, nullBitmap });
  };
  return { type, missing: "possible", parts: 1, data };
}

/** `type` and the values' type belong together; the library's own types cannot say so for one that is not known. */
function arrowData(type: DataType, length: number, data: Values, gaps: Gaps): Data {
  return makeData({ type, length, data, ...gaps } as Parameters<typeof makeData>[0]);
}

function valuesOf({ buffer, byteOffset, byteLength }: CellArray, type: ValueType): Values {
  const memory = buffer as ArrayBuffer;
  if (type === "int16") return new Int16Array(memory, byteOffset, byteLength / 2);
  if (type === "int32") return new Int32Array(memory, byteOffset, byteLength / 4);
  if (type === "int64") return new BigInt64Array(memory, byteOffset, byteLength / 8);
  return new Float64Array(memory, byteOffset, byteLength / 8);
}
