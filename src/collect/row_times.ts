/** Times of flows that cannot be: ends before starts, and starts that nobody believes. */
import type { FlowColumns } from "../record/columns.js";
import type { AllowedTimes } from "./options.js";

const HIGH = 4_294_967_296;

/**
 * Corrects the rows from `from` on, before `to`: a flow that ends before it starts ends when it starts; one that starts
 * outside the allowed times ends at the message's arrival, and lasted as long as it says, at most the allowed past.
 *
 * @param received arrival, microseconds since 1970
 * @returns the number of rows corrected
 */
export function correctTimes(
  { arrays: { stime, etime } }: FlowColumns,
  from: number,
  to: number,
  received: number,
  allowed: AllowedTimes | undefined,
): number {
  if (stime === undefined || etime === undefined) return 0;
  const earliest = allowed === undefined ? 0 : received - allowed.past * 1e6;
  const latest = allowed === undefined ? 0 : received + allowed.future * 1e6;
  let corrected = 0;
  for (let row = from; row < to; row++) {
    const low = 2 * row;
    const high = low + 1;
    const backwards = etime[high]! < stime[high]! || (etime[high] === stime[high] && etime[low]! < stime[low]!);
    if (backwards) {
      etime[low] = stime[low]!;
      etime[high] = stime[high]!;
    }
    let moved = false;
    if (allowed !== undefined) {
      const start = stime[high]! * HIGH + stime[low]!;
      if (start < earliest || start > latest) {
        const lasted = Math.min(etime[high]! * HIGH + etime[low]! - start, allowed.past * 1e6);
        put(etime, row, received);
        put(stime, row, Math.max(0, received - lasted));
        moved = true;
      }
    }
    if (backwards || moved) corrected += 1;
  }
  return corrected;
}

function put(column: Uint32Array, row: number, time: number): void {
  column[2 * row] = time;
  column[2 * row + 1] = time / HIGH;
}
