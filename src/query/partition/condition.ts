/** Conditions in SQL over the columns of `flows`. */
import type { NumberRange } from "../values/number.js";

/** `column` within one of the ranges. */
export function within(column: string, ranges: readonly NumberRange[]): string {
  const single = ranges.filter(({ low, high }) => low === high).map(({ low }) => low);
  const parts = ranges
    .filter(({ low, high }) => low !== high)
    .map(({ low, high }) =>
      high === Number.POSITIVE_INFINITY ? `${column} >= ${low}` : `${column} BETWEEN ${low} AND ${high}`,
    );
  if (single.length === 1) parts.push(`${column} = ${single[0]}`);
  if (single.length > 1) parts.push(`${column} IN (${single.join(", ")})`);
  return any(parts);
}

/** At least one of the conditions. */
export function any(conditions: readonly string[]): string {
  if (conditions.length === 0) return "false";
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(" OR ")})`;
}

/** All of the conditions. */
export function all(conditions: readonly string[]): string {
  if (conditions.length === 0) return "true";
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(" AND ")})`;
}

export function not(condition: string): string {
  return `NOT (${condition})`;
}
