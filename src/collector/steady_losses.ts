/**
 * Losses as counters that never go down. Sessions take back what came late or was none; a counter of Prometheus that
 * falls by one counts as begun anew, and all that was ever lost as lost again.
 */
import type { SessionCounters } from "../collect/counters.js";
import { sumOf } from "./report.js";

const LOSSES = ["lostMessages", "lostRecords", "lostSamples"] as const;

interface Seen {
  readonly messages: number;
  readonly losses: readonly number[];
}

export class SteadyLosses {
  readonly #seen = new Map<string, Seen>();

  /**
   * Raises losses in `counters` to what they were at the look before.
   *
   * @param key whose they are; when their messages are fewer than before, they began anew
   */
  raise(key: string, counters: SessionCounters): void {
    const { sequence } = counters;
    const messages = sumOf(counters.messages);
    const before = this.#seen.get(key);
    if (before !== undefined && before.messages <= messages)
      for (const [k, name] of LOSSES.entries()) sequence[name] = Math.max(sequence[name], before.losses[k]!);
    this.#seen.set(key, { messages, losses: LOSSES.map((name) => sequence[name]) });
  }
}
