/** The sampling intervals of a session: one packet in so many is metered. */
import type { OptionsValues } from "../formats/ipfix/options_reader.js";

/** Samplers kept of one session. */
const MOST_SAMPLERS = 256;

/** Largest interval that is believed. */
const LARGEST = 2 ** 32;

export class SamplingTable {
  /** Interval told for the whole exporter, in options or headers; 0 none. */
  #whole = 0;
  #configured = 0;
  readonly #samplers = new Map<number, number>();

  /** Sets an interval above all that the exporter says; undefined takes its word. */
  configure(interval: number | undefined): void {
    this.#configured = interval ?? 0;
  }

  /** Notes the interval of a header; 0 and 1 mean all packets. */
  noteHeader(interval: number): void {
    this.#whole = interval;
  }

  /**
   * Takes samplers (RFC 5477, RFC 7011's options, NetFlow 9's elements 34 and 48 to 50) out of an options record; other
   * records are passed over.
   */
  take(values: OptionsValues): void {
    const interval = intervalOf(values);
    if (interval === undefined) return;
    const sampler = numberOf(values, 48) ?? numberOf(values, 302);
    if (sampler !== undefined && (this.#samplers.has(sampler) || this.#samplers.size < MOST_SAMPLERS))
      this.#samplers.set(sampler, interval);
    // samplingInterval is of all flows (RFC 3954 section 8), and so is what names no sampler.
    if (sampler === undefined || (numberOf(values, 34) ?? 0) > 0) this.#whole = interval;
  }

  /** Puts back what `entries` gave. */
  restore(whole: number, samplers: readonly (readonly [sampler: number, interval: number])[]): void {
    this.#whole = whole;
    for (const [sampler, interval] of samplers.slice(0, MOST_SAMPLERS)) this.#samplers.set(sampler, interval);
  }

  /** What is known, as it is saved. */
  get entries(): { whole: number; samplers: [number, number][] } {
    return { whole: this.#whole, samplers: [...this.#samplers] };
  }

  /** The interval of records that name neither sampler nor interval; 1 all packets, or unknown. */
  get common(): number {
    if (this.#configured > 0) return this.#configured;
    if (this.#whole > 0) return this.#whole;
    if (this.#samplers.size !== 1) return 1;
    return this.#samplers.values().next().value ?? 1;
  }

  /** The interval of a sampler. Sampler 0 is none; of those that were not told, that of the exporter counts. */
  ofSampler(sampler: number): number {
    if (this.#configured > 0) return this.#configured;
    const found = this.#samplers.get(sampler);
    if (found !== undefined) return found;
    return sampler === 0 ? 1 : this.common;
  }

  /** The interval that a record states itself. */
  ofRecord(interval: number): number {
    if (this.#configured > 0) return this.#configured;
    return interval >= 1 && interval <= LARGEST ? interval : this.common;
  }
}

function intervalOf(values: OptionsValues): number | undefined {
  const quotient = (dividend: number | undefined, divisor: number | undefined) =>
    dividend === undefined || divisor === undefined || divisor === 0 ? undefined : dividend / divisor;
  const taken = numberOf(values, 305);
  const skipped = numberOf(values, 306);
  const found =
    positive(numberOf(values, 50)) ??
    positive(numberOf(values, 34)) ??
    quotient(taken === undefined || skipped === undefined ? undefined : taken + skipped, taken) ??
    quotient(numberOf(values, 310), numberOf(values, 309));
  return found !== undefined && found >= 1 && found <= LARGEST ? found : undefined;
}

function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

function numberOf(values: OptionsValues, id: number): number | undefined {
  const value = values.get(`0/${id}`);
  return typeof value === "number" ? value : undefined;
}
