/** What `rwcombine --print-statistics` prints. */

export interface CombineCounts {
  read: number;
  /** Flows that no timeout has cut. */
  complete: number;
  missingEnd: number;
  missingBoth: number;
  missingStart: number;
  /** Parts that were put together, and the flows they made. */
  parts: number;
  combined: number;
  readonly idle: IdleTimes;
}

/** Seconds between the end of one part and the start of the next. */
export class IdleTimes {
  #count = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  add(seconds: number): void {
    this.#count += 1;
    this.#sum += seconds;
    this.#least = Math.min(this.#least, seconds);
    this.#most = Math.max(this.#most, seconds);
  }

  get lines(): readonly string[] {
    if (this.#count === 0) return [];
    const line = (name: string, seconds: number) => `${name.padEnd(TITLE)}${seconds.toFixed(3).padStart(NUMBER + 1)}`;
    return [
      "",
      "IDLE TIMES:",
      line("Minimum:", this.#least),
      line("Maximum:", this.#most),
      line("Mean:", this.#sum / this.#count),
    ];
  }
}

const TITLE = 30;
const NUMBER = 20;

export function combineStatistics(counts: CombineCounts): string {
  const line = (name: string, sign: string, value: number) =>
    `${name.padEnd(TITLE)}${sign}${String(value).padStart(NUMBER)}`;
  const { read, complete, missingEnd, missingBoth, missingStart, parts, combined, idle } = counts;
  const lines = [
    "FLOW RECORD COUNTS:",
    line("Read:", " ", read),
    line("Initially Complete:", "-", complete),
    line("Sorted & Examined:", "=", read - complete),
    line("Missing end:", "-", missingEnd),
    line("Missing start & end:", "-", missingBoth),
    line("Missing start:", "-", missingStart),
    line("Prior to combining:", "=", parts),
    line("Eliminated:", "-", parts - combined),
    line("Made complete:", "=", combined),
    line("Written:", " ", read - parts + combined),
    ...idle.lines,
  ];
  return `${lines.join("\n")}\n`;
}
