/** The sensor's state as one scrape sees it: read once, so that sums of different metrics match. */
import type { CollectorState } from "../collector/collector_state.js";
import type { Exporter } from "../export/exporter.js";
import { mergedInterfaces } from "../meter/merged_interfaces.js";
import type { LiveInterfaceStats } from "../meter/native.js";
import type { StoreStatus } from "../store/status.js";
import type { ServiceCounters } from "./service_counters.js";
import type { MeteringThread, MetricsSource } from "./source.js";

export interface Snapshot {
  readonly threads: readonly MeteringThread[];
  readonly interfaces: readonly LiveInterfaceStats[];
  readonly maxFlows: number;
  /** One packet of this many is metered. */
  readonly samplingInterval: number;
  readonly outputs: readonly OutputState[];
  readonly store: StoreStatus | undefined;
  /** Of a collector; undefined in a sensor. */
  readonly collector: CollectorState | undefined;
  readonly service: ServiceCounters;
  readonly libpcap: string;
}

export interface OutputState {
  /** The output's name, made unique. */
  readonly name: string;
  readonly connected: boolean;
  readonly counters: Exporter["counters"];
}

export function snapshotOf(source: MetricsSource): Snapshot {
  const threads = source.meters.map(({ thread, stats }) => ({ thread, stats }));
  return {
    threads,
    interfaces: mergedInterfaces(threads.map(({ stats }) => stats)),
    maxFlows: source.maxFlows,
    samplingInterval: source.sampling?.interval ?? 1,
    outputs: uniqueOutputs(source.outputs),
    store: source.store,
    collector: source.collector,
    service: source.service,
    libpcap: source.libpcap ?? "",
  };
}

/** Prometheus refuses a scrape with two equal series: a second output of the same name gets a number. */
function uniqueOutputs(outputs: readonly Exporter[]): OutputState[] {
  const times = new Map<string, number>();
  return outputs.map(({ name, connected, counters }) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return { name: time === 1 ? name : `${name} (${time})`, connected, counters };
  });
}
