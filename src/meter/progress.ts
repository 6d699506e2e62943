import type { MeterStats } from "./native.js";

const INTERVAL = 200;
const WIDTH = 30;

/** A line on standard error that shows how far a run has come; only for terminals. */
export class ProgressBar {
  readonly #stats: () => MeterStats;
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(stats: () => MeterStats) {
    this.#stats = stats;
    this.#timer = setInterval(() => this.#draw(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
    process.stderr.write("\r\x1b[K");
  }

  #draw(): void {
    process.stderr.write(`\r\x1b[K${progressLine(this.#stats(), (Date.now() - this.#started) / 1000)}`);
  }
}

/** The bar's text: share of the input, packets, flows, packet time against wall time. `elapsed` in seconds. */
export function progressLine(stats: MeterStats, elapsed: number): string {
  const packetTime = stats.firstTime < 0 ? 0 : (stats.lastTime - stats.firstTime) / 1e6;
  const tail = `${stats.packets} packets, ${stats.table.flows} flows, ${packetTime.toFixed(1)} s of capture in ${elapsed.toFixed(1)} s`;
  if (stats.inputSize <= 0) return tail;
  const share = Math.min(1, stats.consumed / stats.inputSize);
  const filled = Math.round(share * WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${Math.floor(share * 100)
    .toString()
    .padStart(3)} % ${tail}`;
}
