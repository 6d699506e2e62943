/** Groups in one record each. */
import { FlowColumns } from "../record/columns.js";
import { setWide, wide } from "../record/wide_value.js";
import { copyRow, type RecordRoom } from "./combine_chain.js";
import { type GroupSink, HeldRows } from "./group_sink.js";

/** Rows handed on at once. */
const ROWS = 2048;

/**
 * Adds row `i` of `from` to row `at` of `into`: sums of packets and octets, earliest start, latest end, flags and
 * flags of the session of both. All else stays that of the first.
 *
 * @returns `too large`, with nothing changed, when the sums have no room in the output's records
 */
function addToSummary(
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

/** Sums up each group of enough flows, in more than one record where one has no room for the sums. */
export class GroupSummaries implements GroupSink {
  readonly #threshold: number;
  readonly #room: RecordRoom;
  readonly #write: (rows: FlowColumns) => void;
  /** Summaries of the current group, the last of which may grow: no more of them than the threshold. */
  readonly #held = new HeldRows();
  readonly #out = new FlowColumns(ROWS);
  #members = 0;

  /** @param threshold at least 1 */
  constructor(threshold: number, room: RecordRoom, write: (rows: FlowColumns) => void) {
    this.#threshold = threshold;
    this.#room = room;
    this.#write = write;
  }

  take(rows: FlowColumns, begins: (i: number) => boolean): void {
    for (let i = 0; i < rows.count; i++) {
      if (begins(i)) this.#endGroup();
      this.#members += 1;
      const { rows: summaries, count } = this.#held;
      if (count > 0 && addToSummary(rows, i, summaries, count - 1, this.#room) === "added") continue;
      // What has no room for more need not wait once the group is known to be large enough.
      if (this.#members > this.#threshold) this.#release();
      this.#held.add(rows, i);
    }
  }

  end(): void {
    this.#endGroup();
    this.#flush();
  }

  #endGroup(): void {
    if (this.#members >= this.#threshold) this.#release();
    this.#held.clear();
    this.#members = 0;
  }

  #release(): void {
    const { rows, count } = this.#held;
    for (let i = 0; i < count; i++) {
      copyRow(rows, i, this.#out, this.#out.count);
      this.#out.count += 1;
      if (this.#out.count === ROWS) this.#flush();
    }
    this.#held.clear();
  }

  #flush(): void {
    if (this.#out.count > 0) this.#write(this.#out);
    this.#out.count = 0;
  }
}
