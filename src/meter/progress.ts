import { progressBar } from "../text/progress.js";
import type { MeterStats } from "./native.js";

/** The bar's text: share of the input, packets, flows, packet time against wall time. `elapsed` in seconds. */
export function progressLine(stats: MeterStats, elapsed: number): string {
  const packetTime = stats.firstTime < 0 ? 0 : (stats.lastTime - stats.firstTime) / 1e6;
  const tail = `${stats.packets} packets, ${stats.table.flows} flows, ${packetTime.toFixed(1)} s of capture in ${elapsed.toFixed(1)} s`;
  if (stats.inputSize <= 0) return tail;
  return `${progressBar(stats.consumed / stats.inputSize)} ${tail}`;
}
