/**
 * The time base of NetFlow v5 and v9: flow times are milliseconds of a 32-bit uptime, and the header relates the uptime to
 * the date. The boot time is chosen from the flows, so that old captures keep their dates, and chosen anew when 49 days
 * of uptime do not hold what comes.
 */
import type { FlowBatch } from "../../record/batch.js";
import { BASE } from "../../record/layout.js";

/** Room for flows that started before the first one exported, in milliseconds. */
const SLACK = 3_600_000;

/** Largest uptime of a flow's end: the header's time is rounded up to the second. */
const LIMIT = 0xffffffff - 1000;

export class Uptime {
  /** Milliseconds since the epoch at which the uptime is zero. */
  boot = 0;
  #latest = 0;
  #chosen = false;

  /** Whether the flow's times can be told with the present boot time; `move` chooses one with which they can. */
  holds(start: number, end: number): boolean {
    return this.#chosen && start >= this.boot && end - this.boot <= LIMIT;
  }

  move(start: number, end: number): void {
    this.boot = Math.max(0, start - SLACK, end - LIMIT);
    this.#chosen = true;
    this.#latest = end;
  }

  /** Notes that a flow that ended then will be in the next message. */
  note(end: number): void {
    if (end > this.#latest) this.#latest = end;
  }

  /** Seconds since the epoch for the header: now, unless the flows are of another time than the clock. */
  seconds(now: number): number {
    const usable = now >= this.#latest && now - this.boot <= LIMIT;
    return Math.ceil((usable ? now : this.#latest) / 1000);
  }
}

/** Start and end of the record that is number `index` in the buffer, whole milliseconds. */
export function startOf(batch: FlowBatch, index: number): number {
  const w = (index * batch.stride + BASE.flowStart) >> 2;
  return Math.floor((batch.u32[w + 1]! * 4294967296 + batch.u32[w]!) / 1000);
}

export function endOf(batch: FlowBatch, index: number): number {
  const w = (index * batch.stride + BASE.flowEnd) >> 2;
  return Math.floor((batch.u32[w + 1]! * 4294967296 + batch.u32[w]!) / 1000);
}
