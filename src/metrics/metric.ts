import type { Snapshot } from "./snapshot.js";

/** Subjects of metrics, in the order of the documentation. */
export const SUBJECTS = ["capture", "meter", "flows", "export", "receive", "collect", "store", "service"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** A value and the values of the metric's labels, in their order. */
export type Sample = readonly [value: number, ...labels: string[]];

/** One metric: the row from which the endpoint and the documentation derive. */
export interface Metric {
  /** In the manner of Prometheus: `flowtap_`, the subject, base units; counters end in `_total`. */
  readonly name: string;
  readonly type: "counter" | "gauge";
  /** Label names. Their values are few and known beforehand: never addresses or ports of traffic. */
  readonly labels: readonly string[];
  /** One sentence without final stop, as `# HELP` gives it. */
  readonly help: string;
  /** Its values in a snapshot, those that are still 0 among them, so that rates exist from the start. */
  read(snapshot: Snapshot): Iterable<Sample>;
}

/** One sample without labels. */
export function plain(value: number): readonly Sample[] {
  return [[value]];
}
