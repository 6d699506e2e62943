/** Numbers in arguments of switches. */
import { UsageError } from "../errors.js";

/** A time in seconds, whole or decimal, from 1 ms to 10 years. @throws UsageError */
export function seconds(name: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.001 && value <= 315_360_000) return value;
  throw new UsageError(`--${name}: '${text}' is not a time in seconds (0.001 to 315360000)`);
}

/** A whole number within bounds. @throws UsageError */
export function integer(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name}: '${text}' is not a whole number from ${least} to ${most}`);
}
