/** Counters of a meter, for tests of what is made of them. */
import { IGNORED, type LiveInterfaceStats, type MeterStats } from "../../src/meter/native.js";

/** Counters in which everything is zero but what is given. */
export function meterStats(given: Partial<Omit<MeterStats, "table">> & { table?: Partial<MeterStats["table"]> } = {}) {
  const stats: MeterStats = {
    packets: 0,
    octets: 0,
    meteredPackets: 0,
    meteredOctets: 0,
    addedSegments: 0,
    ignored: IGNORED.map(() => 0),
    orphanFragments: 0,
    firstTime: -1,
    lastTime: -1,
    consumed: 0,
    inputSize: 0,
    finished: false,
    heartbeat: 0,
    nonIp: [],
    interfaces: [],
    live: [],
    ...given,
    table: { flows: 0, live: 0, peak: 0, ended: [0, 0, 0, 0, 0, 0], clockSteps: 0, lostPackets: 0, ...given.table },
  };
  return stats;
}

/** Counters of an interface that captures. */
export function interfaceStats(given: Partial<LiveInterfaceStats> = {}): LiveInterfaceStats {
  return {
    name: "eth1",
    index: 2,
    state: "capturing",
    received: 0,
    droppedByKernel: 0,
    droppedByInterface: 0,
    delivered: 0,
    sampledOut: 0,
    superPackets: 0,
    reopenings: 0,
    ...given,
  };
}
