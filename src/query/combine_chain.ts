/** Records of one long flow, the parts that an active timeout cut it into. */
import { type ColumnArrays, FlowColumns, ROW_ATTRIBUTE } from "../record/columns.js";
import { setWide, wide } from "../record/wide_value.js";

/** Parts that are held; a flow of more stays in parts. */
const MOST_PARTS = 1 << 18;

const { activeTimeout, continuation, uniformSize, flagsSeparate } = ROW_ATTRIBUTE;
const CUT = activeTimeout | continuation;

/** What an output's records have room for. */
export interface RecordRoom {
  readonly counter: number;
  /** Milliseconds. */
  readonly duration: number;
}

/** SiLK's records have 32 bits for counters and for the duration. */
export const SILK_ROOM: RecordRoom = { counter: 0xffff_ffff, duration: 0xffff_ffff };
export const WIDE_ROOM: RecordRoom = { counter: Number.MAX_SAFE_INTEGER, duration: Number.MAX_SAFE_INTEGER };

export class Chain {
  #rows = new FlowColumns(4);

  /** Parts so far. */
  get count(): number {
    return this.#rows.count;
  }

  get isFull(): boolean {
    return this.count >= MOST_PARTS;
  }

  /** The parts; valid until the next `add` or `clear`. */
  get rows(): FlowColumns {
    return this.#rows;
  }

  /** Microseconds since 1970 of the end of the last part. */
  get end(): number {
    return wide(this.#rows.arrays, "etime", this.count - 1);
  }

  add(from: FlowColumns, i: number): void {
    const rows = this.#rows;
    const room = rows.count < rows.capacity ? rows : grown(rows);
    copyRow(from, i, room, rows.count);
    room.count = rows.count + 1;
    this.#rows = room;
  }

  clear(): void {
    // A long chain shall not hold its memory for the next one.
    if (this.#rows.capacity > 4096) this.#rows = new FlowColumns(4);
    this.#rows.count = 0;
  }

  /** Makes the first part the whole flow; returns `too large` and changes nothing when that has no room. */
  combine(room: RecordRoom): "combined" | "too large" {
    const { arrays, count } = this.#rows;
    let [packets, bytes] = [0, 0];
    let etime = 0;
    for (let i = 0; i < count; i++) {
      packets += wide(arrays, "packets", i);
      bytes += wide(arrays, "bytes", i);
      etime = Math.max(etime, wide(arrays, "etime", i));
    }
    const duration = (etime - wide(arrays, "stime", 0)) / 1000;
    if (packets > room.counter || bytes > room.counter || duration > room.duration) return "too large";
    setWide(arrays, "packets", 0, packets);
    setWide(arrays, "bytes", 0, bytes);
    setWide(arrays, "etime", 0, etime);
    for (let i = 1; i < count; i++) joinPart(arrays, i);
    arrays.attributes![0]! &= ~CUT;
    arrays.end_reason![0] = arrays.end_reason![count - 1]!;
    this.#rows.count = 1;
    return "combined";
  }
}

/** Adds flags, attributes and the like of part `i` to those of the first. */
function joinPart(arrays: ColumnArrays, i: number): void {
  const { flags, initial_flags, session_flags, attributes, application, min_ttl, max_ttl } = arrays;
  flags![0]! |= flags![i]!;
  session_flags![0]! |= initial_flags![i]! | session_flags![i]!;
  const inAll = attributes![0]! & attributes![i]! & (uniformSize | flagsSeparate);
  attributes![0] = ((attributes![0]! | attributes![i]!) & ~(uniformSize | flagsSeparate)) | inAll;
  if (application![0] === 0) application![0] = application![i]!;
  min_ttl![0] = Math.min(min_ttl![0]!, min_ttl![i]!);
  max_ttl![0] = Math.max(max_ttl![0]!, max_ttl![i]!);
}

/** The rows with twice the room. */
export function grown(rows: FlowColumns): FlowColumns {
  const larger = new FlowColumns(2 * rows.capacity);
  for (const name of rows.names) larger.arrays[name]!.set(rows.arrays[name]!);
  return larger;
}

/** Copies row `i` of `from` to row `at` of `into`. */
export function copyRow(from: FlowColumns, i: number, into: FlowColumns, at: number): void {
  for (const name of into.names) {
    const source = from.arrays[name]!;
    const target = into.arrays[name]!;
    if (target.length === into.capacity) target[at] = source[i]!;
    else {
      target[2 * at] = source[2 * i]!;
      target[2 * at + 1] = source[2 * i + 1]!;
    }
  }
}
