/** Results that have all columns of flows. */
import { COLUMN_NAMES, COLUMNS, type ColumnArrays, type FlowColumns } from "../record/columns.js";
import type { ResultArray } from "./engine.js";
import type { Part } from "./field.js";

/** The columns, in their order, as parts of a result. */
export const ROW_PARTS: readonly Part[] = COLUMNS.map(({ name, type }) => ({ sql: name, type }));

/** Result rows with all columns, as rows. */
export function asRows(arrays: readonly ResultArray[], count: number): FlowColumns {
  const named: Record<string, ResultArray> = {};
  for (let k = 0; k < COLUMN_NAMES.length; k++) named[COLUMN_NAMES[k]!] = arrays[k]!;
  return { capacity: count, count, names: COLUMN_NAMES, arrays: named as ColumnArrays };
}
