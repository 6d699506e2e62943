/** Logistic regression: what is measured of the flows of a source becomes the probability of a scan. */
import type { ScanFlow } from "./scan_flow.js";

/** Measures of the flows of one source and protocol, which come in the order of their destinations. */
export interface Metrics {
  /** Forgets the flows before. */
  begin(): void;
  add(flow: ScanFlow): void;
  /** The measures of `flows` flows, by name. */
  values(flows: number): Readonly<Record<string, number>>;
}

interface Term {
  readonly weight: number;
  /** Larger values count as this one. */
  readonly most?: number;
}

/** Weights of measures by name. */
export interface LogisticModel {
  readonly intercept: number;
  readonly terms: Readonly<Record<string, Term>>;
}

/** 1 / (1 + e^-y), y being the intercept and the weighted measures. */
export function scanProbability({ intercept, terms }: LogisticModel, values: Readonly<Record<string, number>>): number {
  let y = intercept;
  for (const [name, { weight, most = Number.POSITIVE_INFINITY }] of Object.entries(terms))
    y += weight * Math.min(values[name]!, most);
  return 1 / (1 + Math.exp(-y));
}
