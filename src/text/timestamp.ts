/** Text of times in microseconds since 1970-01-01 UTC. */
import { durationText, LAST_SECOND, TIME_FORMAT_DEFAULT, timePrinter } from "./silk_time.js";

let cachedSecond = -1;
let cachedText = "";

/** `2026-09-14T07:59:30` of a whole second; flows come in order of time, so most share their second with the last one. */
function secondText(second: number): string {
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return cachedText;
}

/** RFC 3339 date and time with microseconds and the given zone designator, which must mean UTC. */
export function rfc3339(microseconds: number, zone: "Z" | "+0000" = "Z"): string {
  const second = Math.min(LAST_SECOND, Math.floor(microseconds / 1e6));
  const fraction = String(Math.min(999_999, microseconds - second * 1e6)).padStart(6, "0");
  return `${secondText(second)}.${fraction}${zone}`;
}

const silk = timePrinter(TIME_FORMAT_DEFAULT);

/** SiLK's `2026/09/14T07:59:30.123`. */
export function silkTime(microseconds: number): string {
  return silk(Math.floor(microseconds / 1000));
}

/** Seconds with milliseconds, as SiLK prints durations. */
export function seconds(microseconds: number): string {
  return durationText(Math.floor(microseconds / 1000), 3);
}
