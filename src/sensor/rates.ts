/** Packets, bits and new flows a second: now, and over the last minute and five. */
export interface Rate {
  readonly packets: number;
  readonly bits: number;
  readonly flows: number;
}

interface Reading {
  readonly time: number;
  readonly packets: number;
  readonly octets: number;
  readonly flows: number;
}

const SPAN = 300_000;
const NONE: Rate = { packets: 0, bits: 0, flows: 0 };

/** Rates from counters that are read about every second. */
export class Rates {
  #readings: Reading[] = [];

  /** @param time milliseconds of a clock that does not jump */
  read(time: number, packets: number, octets: number, flows: number): void {
    this.#readings.push({ time, packets, octets, flows });
    const oldest = this.#readings.findIndex((each) => each.time >= time - SPAN - 1_000);
    if (oldest > 60) this.#readings = this.#readings.slice(oldest);
  }

  /** The mean over the last `milliseconds`, or over what is known. */
  over(milliseconds: number): Rate {
    const last = this.#readings.at(-1);
    const first = last && this.#readings.find((each) => each.time >= last.time - milliseconds - 100);
    const seconds = last === undefined || first === undefined ? 0 : (last.time - first.time) / 1000;
    if (last === undefined || first === undefined || seconds <= 0) return NONE;
    return {
      packets: (last.packets - first.packets) / seconds,
      bits: ((last.octets - first.octets) * 8) / seconds,
      flows: (last.flows - first.flows) / seconds,
    };
  }
}
