import test from "ava";
import { newCounters } from "../../src/export/exporter.js";
import { processReport } from "../../src/export/process_report.js";
import type { LiveInterfaceStats, MeterStats } from "../../src/meter/native.js";

function live(name: string, droppedByKernel: number): LiveInterfaceStats {
  const counts = { received: 0, droppedByInterface: 9, delivered: 0, sampledOut: 0, superPackets: 0, reopenings: 0 };
  return { name, index: 2, state: "capturing", droppedByKernel, ...counts };
}

const STATS: MeterStats = {
  packets: 120,
  octets: 9000,
  meteredPackets: 100,
  meteredOctets: 8000,
  ignored: [0, 15, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
  orphanFragments: 0,
  firstTime: -1,
  lastTime: -1,
  consumed: 0,
  inputSize: 0,
  finished: false,
  heartbeat: 0,
  table: { flows: 0, live: 0, peak: 0, ended: [], clockSteps: 0, lostPackets: 0 },
  nonIp: [],
  interfaces: [{ name: "eth1", linkType: 1, index: 2 }],
  live: [live("eth1", 30), live("eth2", 12)],
};

test("the meter's statistics tell packets metered, dropped by the kernel at all interfaces, and ignored", (t) => {
  const records = processReport(STATS, { ...newCounters(), exportedRecords: 7 }, { domain: 4, started: 1000 });
  const meter = records.find(({ template }) => template.id === 0xff01);
  t.deepEqual(meter?.values, [4, 1, 1000, 100, 42, 20]);
  t.deepEqual(records[0]?.values, [2, "eth1", ""]);
});

test("records lost for any reason count as not sent", (t) => {
  const counters = newCounters();
  Object.assign(counters.lost, { queueFull: 1, sendFailed: 2, closed: 4, unwritable: 8 });
  const records = processReport(STATS, counters, { domain: 4, started: 1000 });
  t.is(records.at(-1)?.values.at(-1), 15);
});
