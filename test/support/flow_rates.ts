/** Rates of single rows as the manual of SiLK's plug-in flowrate defines them. */
import type { PlainRow } from "./rows.js";
import { isIpv4Row } from "./silk_rows.js";

/** Octets of the smallest header behind IP, by protocol. */
const HEADERS: Readonly<Record<number, number>> = { 1: 8, 6: 20, 17: 8, 58: 8 };

/** Octets without the smallest possible headers. */
export function payloadOf(row: PlainRow): number {
  const header = (isIpv4Row(row) ? 20 : 40) + (HEADERS[Number(row.proto)] ?? 0);
  return Math.max(0, Number(row.bytes) - Number(row.packets) * header);
}

/** Milliseconds of a flow; one without any counts as 0.4. */
function elapsed(row: PlainRow): number {
  const whole = (column: "stime" | "etime") => Math.floor(Number(row[column]) / 1000);
  return whole("etime") - whole("stime") || 0.4;
}

/** How many of something a flow has in a second. */
export const perSecond = (count: (row: PlainRow) => number) => (row: PlainRow) => (count(row) * 1000) / elapsed(row);
