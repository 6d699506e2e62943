/** Dates as text, RFC 3339 with microseconds, in UTC. */

/** 9999-12-31T23:59:59, the last second RFC 3339 can tell; later times are shown as this one. */
const LAST_SECOND = 253402300799;

/**
 * Makes a formatter of microseconds since the epoch.
 * @param zone what stands behind the time: "Z", or "+0000" as Suricata writes
 */
export function timestampFormatter(zone: string): (microseconds: number) => string {
  // Flows come nearly in time order: most share the second of the one before.
  let cachedSecond = -1;
  let cachedText = "";
  return (microseconds) => {
    const second = Math.min(LAST_SECOND, Math.floor(microseconds / 1e6));
    if (second !== cachedSecond) {
      cachedSecond = second;
      cachedText = new Date(second * 1000).toISOString().slice(0, 19);
    }
    const rest = Math.min(999999, microseconds - second * 1e6);
    return `${cachedText}.${String(rest).padStart(6, "0")}${zone}`;
  };
}
