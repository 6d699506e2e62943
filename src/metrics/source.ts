/** The seam between the sensor and its metrics: what the service lets be read. */

import type { CollectorState } from "../collector/collector_state.js";
import type { Exporter } from "../export/exporter.js";
import type { MeterStats } from "../meter/native.js";
import type { Sampling } from "../meter/sampling.js";
import type { StoreStatus } from "../store/status.js";
import type { ServiceCounters } from "./service_counters.js";

/** One capture thread and its flow table. */
export interface MeteringThread {
  /** Number of the thread, from 0; stays the same for the life of the process. */
  readonly thread: number;
  readonly stats: MeterStats;
}

/**
 * The state of the sensor now. Every property is read anew at each scrape and each question about health, and none of
 * them between; they may be getters.
 */
export interface MetricsSource {
  /** The threads that meter; none before the meter has started. */
  readonly meters: readonly MeteringThread[];
  /** Flows that the table of one thread may hold: `--max-flows` where there is one thread. */
  readonly maxFlows: number;
  /** Packet selection, where packets are sampled. */
  readonly sampling: Sampling | undefined;
  /**
   * The outputs that flows go to now, the store among them. A reload that replaces one may leave the old one in the
   * list, under its name, until it has closed. The counters of an output that is opened again start at 0, as
   * Prometheus expects of a counter that is reset.
   */
  readonly outputs: readonly Exporter[];
  readonly store: StoreStatus | undefined;
  /** Of a collector; undefined in a sensor. */
  readonly collector?: CollectorState | undefined;
  readonly service: ServiceCounters;
  /** Version of libpcap as it says itself, once it is loaded. */
  readonly libpcap: string | undefined;
}
