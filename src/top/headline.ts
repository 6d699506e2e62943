/** What stands above the rows: rates of all traffic, what was lost, the flow table. */

import type { MeterStats } from "../meter/native.js";
import { END_REASON } from "../record/layout.js";
import { type Rate, Rates } from "../sensor/rates.js";

/** Something that should not happen. */
export interface Loss {
  readonly name: string;
  readonly count: number;
  /** How many more a second lately; 0 when it does not grow. */
  readonly growing: number;
}

export interface Headline {
  /** Seconds of traffic, of which the view knows. */
  readonly elapsed: number;
  /** Over some seconds, a minute, five. */
  readonly rates: readonly [Rate, Rate, Rate];
  readonly losses: readonly Loss[];
  readonly flows: { readonly active: number; readonly most: number };
  /** Interfaces that are not capturing, and why. */
  readonly troubles: readonly string[];
}

/** Seconds for which a loss that has grown stands out. */
const ALARM_SECONDS = 10;
/** Milliseconds of "now": a few seconds are calm. */
const NOW = 2_000;

interface Growth {
  count: number;
  /** When it last grew, and by how much a second. */
  grown: number;
  rate: number;
}

/** Follows a meter's counters. */
export class HeadlineReader {
  readonly #rates = new Rates();
  readonly #growths = new Map<string, Growth>();
  #read = Number.NaN;

  /**
   * @param time milliseconds of traffic since the start
   * @param flows that began
   */
  read(time: number, stats: MeterStats, flows: number): Headline {
    const interval = Number.isNaN(this.#read) ? 0 : time - this.#read;
    this.#read = time;
    this.#rates.read(time, stats.packets, stats.octets, flows);
    const over = (span: number) => this.#rates.over(span);
    return {
      elapsed: time / 1000,
      rates: [over(Math.max(NOW, interval)), over(60_000), over(300_000)],
      losses: lossesOf(stats).map(([name, count]) => ({ name, count, growing: this.#growing(name, count, interval) })),
      flows: { active: stats.table.live, most: stats.table.peak },
      troubles: stats.live.filter(({ state }) => state !== "capturing").map(({ name, state }) => `${name} is ${state}`),
    };
  }

  #growing(name: string, count: number, interval: number): number {
    const known = this.#growths.get(name);
    if (known === undefined) {
      // An interface's own counter may be old; what our meter lost is news.
      this.#growths.set(name, { count, grown: Number.NEGATIVE_INFINITY, rate: 0 });
      return 0;
    }
    if (count > known.count && interval > 0) {
      known.grown = this.#read;
      known.rate = ((count - known.count) * 1000) / interval;
    }
    known.count = count;
    return this.#read - known.grown < ALARM_SECONDS * 1000 ? known.rate : 0;
  }
}

/** Packets lost by where, and flows that had to leave early. */
function lossesOf({ live, table }: MeterStats): [string, number][] {
  const sum = (of: (each: MeterStats["live"][number]) => number) => live.reduce((total, each) => total + of(each), 0);
  const captured: [string, number][] =
    live.length === 0
      ? []
      : [
          ["by kernel", sum(({ droppedByKernel }) => droppedByKernel)],
          ["by interface", sum(({ droppedByInterface }) => droppedByInterface)],
        ];
  return [...captured, ["no room", table.lostPackets], ["evicted", table.ended[END_REASON.resources] ?? 0]];
}
