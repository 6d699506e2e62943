/** Counters of sampled flows, multiplied by the sampling interval. */
import type { FlowColumns } from "../record/columns.js";

const HIGH = 4_294_967_296;

/** Largest counter that a JavaScript number holds exactly. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/**
 * Multiplies packets and octets of a row, rounding, up to 2^53 - 1.
 *
 * @param interval one packet in so many was metered
 */
export function scaleRow({ arrays: { packets, bytes } }: FlowColumns, row: number, interval: number): void {
  for (const column of [packets, bytes]) {
    if (column === undefined) continue;
    const value = Math.min(LARGEST, Math.round((column[2 * row + 1]! * HIGH + column[2 * row]!) * interval));
    column[2 * row] = value;
    column[2 * row + 1] = value / HIGH;
  }
}
