/** Text of times in microseconds since 1970-01-01 UTC. */

/** 9999-12-31T23:59:59, the last second that RFC 3339 can tell; later times are shown as its end. */
const LAST_SECOND = 253402300799;

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

function fraction(microseconds: number, digits: 3 | 6): string {
  return digits === 6
    ? String(microseconds).padStart(6, "0")
    : String(Math.floor(microseconds / 1000)).padStart(3, "0");
}

/** RFC 3339 date and time with microseconds and the given zone designator, which must mean UTC. */
export function rfc3339(microseconds: number, zone: "Z" | "+0000" = "Z"): string {
  const second = Math.min(LAST_SECOND, Math.floor(microseconds / 1e6));
  return `${secondText(second)}.${fraction(Math.min(999_999, microseconds - second * 1e6), 6)}${zone}`;
}

/** SiLK's `2026/09/14T07:59:30.123`. */
export function silkTime(microseconds: number): string {
  const second = Math.min(LAST_SECOND, Math.floor(microseconds / 1e6));
  return `${secondText(second).replaceAll("-", "/")}.${fraction(Math.min(999_999, microseconds - second * 1e6), 3)}`;
}

/** Seconds with milliseconds, as SiLK prints durations. */
export function seconds(microseconds: number): string {
  return `${Math.floor(microseconds / 1e6)}.${fraction(microseconds % 1e6, 3)}`;
}
