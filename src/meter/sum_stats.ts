import { mergedInterfaces } from "./merged_interfaces.js";
import type { FlowTableStats, MeterStats } from "./native.js";

/** The counters of several metering threads as those of one meter. */
export function sumStats(threads: readonly MeterStats[]): MeterStats {
  const [first] = threads;
  if (first === undefined) throw new RangeError("a meter has at least one thread");
  if (threads.length === 1) return first;
  const sum = (of: (stats: MeterStats) => number) => threads.reduce((total, each) => total + of(each), 0);
  const started = threads.map(({ firstTime }) => firstTime).filter((time) => time >= 0);
  return {
    packets: sum(({ packets }) => packets),
    octets: sum(({ octets }) => octets),
    meteredPackets: sum(({ meteredPackets }) => meteredPackets),
    meteredOctets: sum(({ meteredOctets }) => meteredOctets),
    ignored: first.ignored.map((_, reason) => sum(({ ignored }) => ignored[reason] ?? 0)),
    orphanFragments: sum(({ orphanFragments }) => orphanFragments),
    firstTime: started.length === 0 ? -1 : Math.min(...started),
    lastTime: Math.max(...threads.map(({ lastTime }) => lastTime)),
    consumed: sum(({ consumed }) => consumed),
    inputSize: sum(({ inputSize }) => inputSize),
    finished: threads.every(({ finished }) => finished),
    heartbeat: Math.min(...threads.map(({ heartbeat }) => heartbeat)),
    table: sumTables(threads.map(({ table }) => table)),
    nonIp: sumNonIp(threads),
    interfaces: first.interfaces,
    live: mergedInterfaces(threads),
  };
}

function sumTables(tables: readonly FlowTableStats[]): FlowTableStats {
  const sum = (of: (table: FlowTableStats) => number) => tables.reduce((total, each) => total + of(each), 0);
  return {
    flows: sum(({ flows }) => flows),
    live: sum(({ live }) => live),
    // The threads need not have had their peaks at one time: this is a bound.
    peak: sum(({ peak }) => peak),
    ended: tables[0]!.ended.map((_, reason) => sum(({ ended }) => ended[reason] ?? 0)),
    clockSteps: Math.max(...tables.map(({ clockSteps }) => clockSteps)),
    lostPackets: sum(({ lostPackets }) => lostPackets),
  };
}

function sumNonIp(threads: readonly MeterStats[]): MeterStats["nonIp"] {
  const packets = new Map<number, number>();
  for (const { nonIp } of threads)
    for (const each of nonIp) packets.set(each.ethertype, (packets.get(each.ethertype) ?? 0) + each.packets);
  return [...packets].map(([ethertype, count]) => ({ ethertype, packets: count }));
}
