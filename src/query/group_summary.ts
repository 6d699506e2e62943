/** Groups in one record each. */
import type { ColumnArrays, FlowColumns } from "../record/columns.js";
import type { RecordRoom } from "./combine_chain.js";

type WideName = "packets" | "bytes" | "stime" | "etime";

function wide(arrays: ColumnArrays, name: WideName, i: number): number {
  return arrays[name]![2 * i + 1]! * 4294967296 + arrays[name]![2 * i]!;
}

function setWide(arrays: ColumnArrays, name: WideName, i: number, value: number): void {
  arrays[name]![2 * i] = value;
  arrays[name]![2 * i + 1] = value / 4294967296;
}

/**
 * Adds row `i` of `from` to row `at` of `into`: sums of packets and octets, earliest start, latest end, flags and
 * flags of the session of both. All else stays that of the first.
 *
 * @returns `too large`, with nothing changed, when the sums have no room in the output's records
 */
export function addToSummary(
  from: FlowColumns,
  i: number,
  into: FlowColumns,
  at: number,
  room: RecordRoom,
): "added" | "too large" {
  const [a, b] = [into.arrays, from.arrays];
  const packets = wide(a, "packets", at) + wide(b, "packets", i);
  const bytes = wide(a, "bytes", at) + wide(b, "bytes", i);
  const stime = Math.min(wide(a, "stime", at), wide(b, "stime", i));
  const etime = Math.max(wide(a, "etime", at), wide(b, "etime", i));
  if (packets > room.counter || bytes > room.counter || (etime - stime) / 1000 > room.duration) return "too large";
  setWide(a, "packets", at, packets);
  setWide(a, "bytes", at, bytes);
  setWide(a, "stime", at, stime);
  setWide(a, "etime", at, etime);
  a.flags![at]! |= b.flags![i]!;
  a.session_flags![at]! |= b.session_flags![i]!;
  return "added";
}
