/** The clock of an exporter: its offset from ours, its uptime, and when it started. */

/** Modulus of sysUpTime, milliseconds: 49.7 days. */
const WRAP = 4_294_967_296;

/** The start of an exporter wanders with its clock; further than this, it started again. Milliseconds. */
const WANDER = 60_000;

export class ExporterClock {
  /** Arrival minus export time of the last message, microseconds: transit and difference of the clocks. */
  skew = 0;
  /** Times that sysUpTime began again at 0 without a new start. */
  wraps = 0;
  /** Milliseconds since 1970 at which the exporter says it started (systemInitTimeMilliseconds). */
  #initTime: number | undefined;
  #uptime: number | undefined;
  #boot = 0;

  /** @param exported export time of the message; both are microseconds since 1970 */
  note(exported: number, received: number): void {
    this.skew = received - exported;
  }

  /** What options say of the exporter's start. */
  started(milliseconds: number): void {
    this.#initTime = milliseconds;
  }

  /** What `started` was told. */
  get initTime(): number | undefined {
    return this.#initTime;
  }

  /** Milliseconds of uptime at that time, microseconds since 1970, modulo 2^32; -1 when the exporter has not said. */
  uptimeAt(exported: number): number {
    if (this.#initTime === undefined) return -1;
    const uptime = Math.floor(exported / 1000) - this.#initTime;
    return uptime - Math.floor(uptime / WRAP) * WRAP;
  }

  /**
   * Notes the uptime in a header.
   *
   * @param uptime milliseconds
   * @returns whether the exporter has started anew since the message before
   */
  noteUptime(exported: number, uptime: number): boolean {
    const boot = exported / 1000 - uptime;
    const before = this.#uptime;
    const moved = boot - this.#boot;
    const back = before !== undefined && uptime < before;
    this.#uptime = uptime;
    this.#boot = boot;
    // Messages out of order have a lower uptime, but the same start.
    if (!back || moved <= WANDER) return false;
    if (Math.abs(moved - WRAP) <= WANDER * 10) {
      this.wraps += 1;
      return false;
    }
    return true;
  }
}
