import type { LiveInterfaceStats, MeterStats } from "./native.js";

/** The states of an interface from worst to best: it counts as what its worst thread says. */
export const INTERFACE_STATES = ["absent", "down", "capturing"] as const satisfies LiveInterfaceStats["state"][];

/** The live interfaces of all threads, each once. */
export function mergedInterfaces(stats: readonly MeterStats[]): LiveInterfaceStats[] {
  const merged = new Map<string, LiveInterfaceStats>();
  for (const { live } of stats)
    for (const each of live) {
      const known = merged.get(each.name);
      merged.set(each.name, known === undefined ? each : merge(known, each));
    }
  return [...merged.values()];
}

/** Packets are spread over the threads; what the interface dropped and how often it came back, all threads see. */
function merge(a: LiveInterfaceStats, b: LiveInterfaceStats): LiveInterfaceStats {
  return {
    name: a.name,
    index: a.index === 0 ? b.index : a.index,
    state: INTERFACE_STATES.find((state) => state === a.state || state === b.state) ?? a.state,
    received: a.received + b.received,
    droppedByKernel: a.droppedByKernel + b.droppedByKernel,
    droppedByInterface: Math.max(a.droppedByInterface, b.droppedByInterface),
    delivered: a.delivered + b.delivered,
    sampledOut: a.sampledOut + b.sampledOut,
    superPackets: a.superPackets + b.superPackets,
    reopenings: Math.max(a.reopenings, b.reopenings),
  };
}
