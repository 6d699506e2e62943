import test from "ava";
import { sumStats } from "../../src/meter/sum_stats.js";
import { Rates } from "../../src/sensor/rates.js";
import { type SensorStatus, statusText } from "../../src/sensor/status_text.js";
import { packageVersion } from "../../src/version.js";
import { heldOutput, liveInterface, meteringThread } from "../support/metrics_source.js";

function status(parts: Partial<SensorStatus> = {}): SensorStatus {
  const live = { received: 70, droppedByKernel: 10, droppedByInterface: 2, delivered: 60, superPackets: 1 };
  const threads = [0, 1].map((thread) => meteringThread(thread, [liveInterface("eth1", live)]).stats);
  return {
    uptime: 93_784.9,
    threads,
    total: sumStats(threads),
    rates: new Rates(),
    maxFlows: 1000,
    activeTimeout: 1800,
    idleTimeout: 15,
    outputs: [],
    ...parts,
  };
}

test("the page tells settings, flows, rates, packets, drops of each interface and exports", (t) => {
  const udp = heldOutput("ipfix+udp://a");
  Object.assign(udp.counters, { exportedRecords: 5, exportedMessages: 2, exportedOctets: 700, errors: 1 });
  const tcp = heldOutput("ipfix+tcp://b", { connected: false, trouble: "connection refused" });
  Object.assign(tcp.counters, { queuedRecords: 3, queuedOctets: 90, reconnects: 4 });
  tcp.counters.lost.queueFull = 7;
  t.deepEqual(statusText(status({ outputs: [udp, tcp] })).split("\n"), [
    `flowtap ${packageVersion()}: up 1d2h3m4s; eth1 capturing`,
    "Timeouts: active 1800s, idle 15s. Maxflows 1000",
    "Flows: active 0 (peak 0), started 0; ended: idle 0, active 0, end 0, forced 0, resources 0, lost packets 0",
    "Rate: 0 bits/sec, 0 packets/sec; 1 min: 0 bps, 0 pps; 5 min: 0 bps, 0 pps",
    "Packets: 120 pkt, 12000 bytes; metered 120 pkt, 10320 bytes",
    "Ignored: none",
    "thread0: 60 pkt, flows 0 active 0 started",
    "thread1: 60 pkt, flows 0 active 0 started",
    "eth1: received 140, dropped by kernel 20, by interface 2, sampled out 0, super-packets 2, opened again 0",
    "Export: Total 2 messages, 700 bytes, 5 records; Errors 1; Lost 7 records",
    "ipfix+udp://a: connected, 5 records, 2 messages, 700 bytes, queue 0 records 0 bytes; err: lost 0, sends 1, reconnects 0",
    "ipfix+tcp://b: away, 0 records, 0 messages, 0 bytes, queue 3 records 90 bytes; " +
      "err: lost 7, sends 0, reconnects 4; connection refused",
    "",
  ]);
});

test("reasons for which packets are ignored are named, rates are whole numbers", (t) => {
  const [stats] = status().threads;
  const ignored = [...stats!.ignored];
  ignored[1] = 3;
  ignored[8] = 1;
  const rates = new Rates();
  rates.read(0, 0, 0, 0);
  rates.read(3000, 100, 1000, 0);
  const text = statusText(status({ total: { ...stats!, ignored }, rates }));
  t.regex(text, /^Ignored: not IP 3, filtered 1$/m);
  t.regex(text, /^Rate: 2667 bits\/sec, 33 packets\/sec; /m);
});
