/** A sensor's state that a test holds in its hands. */
import type { Exporter } from "../../src/export/exporter.js";
import { newCounters } from "../../src/export/exporter.js";
import type { LiveInterfaceStats, MeterStats } from "../../src/meter/native.js";
import { ServiceCounters } from "../../src/metrics/service_counters.js";
import type { MeteringThread, MetricsSource } from "../../src/metrics/source.js";
import type { StoreStatus } from "../../src/store/status.js";
import { interfaceStats, meterStats } from "./meter_stats.js";

/** A source whose parts can be exchanged between scrapes. */
export type HeldSource = { -readonly [Part in keyof MetricsSource]: MetricsSource[Part] };

/** A sensor that has not started and has no outputs, changed by `parts`. */
export function heldSource(parts: Partial<MetricsSource> = {}): HeldSource {
  return {
    meters: [],
    maxFlows: 1000,
    sampling: undefined,
    outputs: [],
    store: undefined,
    service: new ServiceCounters(),
    libpcap: "1.10.3",
    ...parts,
  };
}

/** A thread that captures `live` and published its counters at `heartbeat`. */
export function meteringThread(
  thread: number,
  live: readonly LiveInterfaceStats[],
  stats: Partial<MeterStats> = {},
): MeteringThread {
  const packets = live.reduce((sum, each) => sum + each.delivered + each.sampledOut, 0);
  return {
    thread,
    stats: meterStats({
      packets,
      octets: packets * 100,
      meteredPackets: packets,
      meteredOctets: packets * 86,
      firstTime: 1e15,
      lastTime: 1e15 + 5e5,
      heartbeat: Date.now() * 1000,
      live,
      ...stats,
    }),
  };
}

/** An interface that is captured and has seen nothing, changed by `parts`. */
export function liveInterface(name: string, parts: Partial<LiveInterfaceStats> = {}): LiveInterfaceStats {
  return interfaceStats({ name, ...parts });
}

/** An output that takes everything and does nothing. */
export function heldOutput(name: string, parts: Partial<Pick<Exporter, "connected" | "trouble">> = {}): Exporter {
  return {
    name,
    counters: newCounters(),
    connected: true,
    trouble: undefined,
    write: () => {},
    report: () => {},
    flush: () => {},
    ready: () => undefined,
    close: async () => {},
    abort: () => {},
    ...parts,
  };
}

/** A store that has sealed two journals, changed by `parts`. */
export function storeStatus(parts: Partial<StoreStatus> = {}): StoreStatus {
  return {
    journalRecords: 500,
    journalOctets: 50_000,
    waitingJournals: 1,
    sealedFiles: 4,
    sealedOctets: 20_000,
    seals: 2,
    sealSeconds: 0.75,
    lastSeal: 1_700_000_000_000,
    sealFailures: 0,
    writing: true,
    lostRecords: 0,
    octets: 70_000,
    freeOctets: 1e9,
    ...parts,
  };
}
