/**
 * The sampling intervals of a session: one packet in so many is metered. What is said closest to the flow wins: in its
 * record, of its sampler, of its interfaces, of the exporter; above all what the configuration says.
 */
import type { OptionsValues } from "../formats/ipfix/options_reader.js";
import type { SamplingColumn } from "../formats/ipfix/row_context.js";

/** Samplers, and interfaces in each direction, kept of one session. */
const MOST_SAMPLERS = 256;
const MOST_INTERFACES = 512;

/** Largest interval that is believed. */
const LARGEST = 2 ** 32;

/** Interface as the scope of options in NetFlow 9 (RFC 3954 section 6.1; -1 stands for scopes). */
const SCOPE_INTERFACE = "-1/2";
/** ingressInterface and ingressPhysicalInterface, egressInterface and egressPhysicalInterface. */
const INGRESS = ["0/10", "0/252"] as const;
const EGRESS = ["0/14", "0/253"] as const;
/** samplerId, selectorId. */
const SAMPLER = ["0/48", "0/302"] as const;
const SAMPLING_INTERVAL = "0/34";
const SAMPLER_RANDOM_INTERVAL = "0/50";
/** samplingPacketInterval, samplingPacketSpace, samplingSize, samplingPopulation (RFC 5477 section 8.2). */
const PACKET_INTERVAL = "0/305";
const PACKET_SPACE = "0/306";
const SIZE = "0/309";
const POPULATION = "0/310";
const PROBABILITY = "0/311";

/** An interval by number of its sampler or interface. */
export type SavedInterval = readonly [number: number, interval: number];

/** What is known of an exporter's sampling. */
export interface SavedSampling {
  readonly whole: number;
  readonly samplers: readonly SavedInterval[];
  readonly ingress?: readonly SavedInterval[];
  readonly egress?: readonly SavedInterval[];
}

export class SamplingTable {
  /** Interval told for the whole exporter, in options or headers; 0 none. */
  #whole = 0;
  #configured = 0;
  readonly #samplers = new Map<number, number>();
  readonly #ingress = new Map<number, number>();
  readonly #egress = new Map<number, number>();

  /** Sets an interval above all that the exporter says; undefined takes its word. */
  configure(interval: number | undefined): void {
    this.#configured = interval ?? 0;
  }

  /** Notes the interval of a header; 0 and 1 mean all packets. */
  noteHeader(interval: number): void {
    this.#whole = interval;
  }

  /**
   * Takes intervals of samplers, interfaces or the exporter (RFC 5477, RFC 7011's options, NetFlow 9's elements 34 and
   * 48 to 50) out of an options record; other records are passed over.
   */
  take(values: OptionsValues): void {
    const interval = intervalOf(values);
    if (interval === undefined) return;
    const scope = firstOf(values, [SCOPE_INTERFACE]);
    const ingress = scope ?? firstOf(values, INGRESS);
    const egress = scope ?? firstOf(values, EGRESS);
    const sampler = firstOf(values, SAMPLER);
    if (sampler !== undefined) keep(this.#samplers, MOST_SAMPLERS, sampler, interval);
    // There is no interface 0: the exporter means all of them.
    if (ingress || egress) {
      if (ingress) keep(this.#ingress, MOST_INTERFACES, ingress, interval);
      if (egress) keep(this.#egress, MOST_INTERFACES, egress, interval);
    } else if (sampler === undefined || firstOf(values, [SAMPLING_INTERVAL])) {
      // samplingInterval is of all flows (RFC 3954 section 8), and so is what names no sampler.
      this.#whole = interval;
    }
  }

  /** Puts back what `saved` gave. */
  restore({ whole, samplers, ingress = [], egress = [] }: SavedSampling): void {
    this.#whole = whole;
    for (const [sampler, interval] of samplers) keep(this.#samplers, MOST_SAMPLERS, sampler, interval);
    for (const [port, interval] of ingress) keep(this.#ingress, MOST_INTERFACES, port, interval);
    for (const [port, interval] of egress) keep(this.#egress, MOST_INTERFACES, port, interval);
  }

  /** What is known, as it is saved. */
  get saved(): SavedSampling {
    return {
      whole: this.#whole,
      samplers: [...this.#samplers],
      ingress: [...this.#ingress],
      egress: [...this.#egress],
    };
  }

  /** The interval of records that name nothing whose interval is known; 1 all packets, or unknown. */
  get common(): number {
    if (this.#configured > 0) return this.#configured;
    if (this.#whole > 0) return this.#whole;
    if (this.#samplers.size !== 1) return 1;
    return this.#samplers.values().next().value ?? 1;
  }

  /** Whether all records have the common interval that do not say otherwise themselves. */
  get isUniform(): boolean {
    return this.#configured > 0 || this.#ingress.size + this.#egress.size === 0;
  }

  /**
   * The interval of a flow.
   *
   * @param column what `noted` is; an interval that cannot be is none, and sampler 0 meters all packets unless told
   * @param input interface that it came in by, `output` that it left by; 0 unknown
   */
  intervalOf(column: SamplingColumn, noted: number, input: number, output: number): number {
    if (this.#configured > 0) return this.#configured;
    if (column === "interval" && noted >= 1 && noted <= LARGEST) return noted;
    if (column === "sampler") {
      const found = this.#samplers.get(noted);
      if (found !== undefined) return found;
      if (noted === 0) return 1;
    }
    return this.#ingress.get(input) ?? this.#egress.get(output) ?? this.common;
  }
}

function keep(intervals: Map<number, number>, most: number, key: number, interval: number): void {
  if (intervals.has(key) || intervals.size < most) intervals.set(key, interval);
}

function intervalOf(values: OptionsValues): number | undefined {
  const [taken, skipped, size, population, probability] = [
    PACKET_INTERVAL,
    PACKET_SPACE,
    SIZE,
    POPULATION,
    PROBABILITY,
  ].map((name) => numberOf(values, name));
  const found =
    positive(numberOf(values, SAMPLER_RANDOM_INTERVAL)) ??
    positive(numberOf(values, SAMPLING_INTERVAL)) ??
    quotient(taken === undefined || skipped === undefined ? undefined : taken + skipped, taken) ??
    quotient(population, size) ??
    quotient(1, probability);
  return found !== undefined && found >= 1 && found <= LARGEST ? found : undefined;
}

function quotient(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined || divisor === 0 ? undefined : dividend / divisor;
}

function positive(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

/** The first of the values that the record has. */
function firstOf(values: OptionsValues, names: readonly string[]): number | undefined {
  for (const name of names) {
    const found = numberOf(values, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function numberOf(values: OptionsValues, name: string): number | undefined {
  const value = values.get(name);
  return typeof value === "number" ? value : undefined;
}
