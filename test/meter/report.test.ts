import test from "ava";
import { newCounters } from "../../src/export/exporter.js";
import type { MeterStats } from "../../src/meter/native.js";
import { progressLine } from "../../src/meter/progress.js";
import { reportLines } from "../../src/meter/report.js";

const STATS: MeterStats = {
  packets: 1200,
  octets: 98_765,
  meteredPackets: 1190,
  meteredOctets: 80_000,
  ignored: [0, 7, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0],
  orphanFragments: 1,
  firstTime: 5e6,
  lastTime: 9e6,
  consumed: 50,
  inputSize: 200,
  finished: true,
  heartbeat: 0,
  live: [],
  table: { flows: 30, live: 0, peak: 12, ended: [0, 20, 0, 6, 4, 0], clockSteps: 2, lostPackets: 0 },
  nonIp: [
    { ethertype: 0x0806, packets: 5 },
    { ethertype: 0x1234, packets: 2 },
  ],
  interfaces: [],
};

test("the report accounts for every packet and flow in words", (t) => {
  t.deepEqual(reportLines(STATS, []), [
    "1,200 packets, 98,765 octets on the wire; 1,190 metered, 7 not IP, 2 captured too short for the IP header, 1 filtered",
    "30 flows, 20 idle, 6 end of flow, 4 end of input; most at once 12",
    "not IP: ARP 5, 0x1234 2",
    "1 fragment without a first fragment: their flows have no ports",
    "time jumped back 2 times: all flows ended there",
  ]);
});

test("an output's line says what it sent, refused and lost", (t) => {
  const counters = {
    ...newCounters(),
    exportedRecords: 1,
    exportedOctets: 90,
    refusedFlows: 2,
    saturatedCounters: 1,
    reconnects: 3,
  };
  counters.lost.queueFull = 4;
  t.is(
    reportLines(STATS, [{ name: "out", counters }]).at(-1),
    "out: 1 record, 90 octets, 2 flows the format cannot carry, 1 counter beyond what the format can hold, 4 lost, 3 reconnects",
  );
});

test("progress shows the share of the input where its size is known", (t) => {
  t.is(
    progressLine(STATS, 2),
    "[########......................]  25 % 1200 packets, 30 flows, 4.0 s of capture in 2.0 s",
  );
  t.is(progressLine({ ...STATS, inputSize: 0 }, 2), "1200 packets, 30 flows, 4.0 s of capture in 2.0 s");
});
