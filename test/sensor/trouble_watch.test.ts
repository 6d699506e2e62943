import test from "ava";
import type { Log, LogFields } from "../../src/log/log.js";
import type { LiveInterfaceStats, MeterStats } from "../../src/meter/native.js";
import { TroubleWatch } from "../../src/sensor/trouble_watch.js";
import { heldOutput, liveInterface, meteringThread } from "../support/metrics_source.js";

function watching() {
  const said: [string, string, LogFields][] = [];
  const say = (level: string) => (fields: LogFields, message: string) => void said.push([level, message, fields]);
  const log: Log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  const watch = new TroubleWatch(log);
  /** What is said at this look. */
  const look = (...args: Parameters<TroubleWatch["look"]>) => {
    watch.look(...args);
    return said.splice(0);
  };
  return look;
}

function stats(live: Partial<LiveInterfaceStats> = {}, table: Partial<MeterStats["table"]> = {}): MeterStats {
  const { stats } = meteringThread(0, [liveInterface("eth1", live)]);
  return { ...stats, table: { ...stats.table, ...table } };
}

test("an output's going and coming is said once each", (t) => {
  const look = watching();
  const output = heldOutput("tcp") as { -readonly [Part in "connected" | "trouble"]: unknown } & ReturnType<
    typeof heldOutput
  >;
  t.deepEqual(look(stats(), [output]), []);
  Object.assign(output, { connected: false, trouble: "connection refused" });
  t.deepEqual(look(stats(), [output]), [["warn", "tcp: connection refused", { output: "tcp" }]]);
  t.deepEqual(look(stats(), [output]), []);
  Object.assign(output, { trouble: "no route" });
  t.deepEqual(look(stats(), [output]), [["warn", "tcp: no route", { output: "tcp" }]]);
  Object.assign(output, { connected: true });
  t.deepEqual(look(stats(), [output]), [["info", "tcp: records get out again", { output: "tcp" }]]);
  t.deepEqual(look(stats(), [output]), []);
});

test("an output that is away from the beginning, or comes with a reload, is told, too", (t) => {
  const look = watching();
  t.deepEqual(look(stats(), [heldOutput("a", { connected: false })]), [
    ["warn", "a: the collector cannot be reached", { output: "a" }],
  ]);
  // Another one of the same name is another one.
  t.is(look(stats(), [heldOutput("a", { connected: false })]).length, 1);
});

test("lost records and dropped packets are told with how many there are more", (t) => {
  const look = watching();
  const output = heldOutput("udp");
  output.counters.lost.sendFailed = 5;
  t.deepEqual(look(stats({ droppedByKernel: 3 }), [output]), [
    ["warn", "udp: records are lost", { output: "udp", records: 5, total: 5 }],
    [
      "warn",
      "eth1: the kernel dropped packets, because the capture buffer was full",
      { source: "eth1", dropped: 3, total: 3 },
    ],
  ]);
  t.deepEqual(look(stats({ droppedByKernel: 3 }), [output]), []);
  output.counters.lost.queueFull = 2;
  const again = look(stats({ droppedByKernel: 10 }), [output]).map(([, , fields]) => fields);
  t.like(again[0], { records: 2, total: 7 });
  t.like(again[1], { dropped: 7, total: 10 });
});

test("a full flow table and a clock that was set back are told", (t) => {
  const look = watching();
  t.deepEqual(look(stats({}, { lostPackets: 4, clockSteps: 1 }), []), [
    ["warn", "packets found no room: the flow table is full and outputs are too slow", { packets: 4 }],
    ["warn", "the clock was set back: the flows of before have ended", { times: 1 }],
  ]);
  t.deepEqual(look(stats({}, { lostPackets: 4, clockSteps: 1 }), []), []);
  t.like(look(stats({}, { lostPackets: 6, clockSteps: 1 }), [])[0]?.[2], { packets: 2 });
});
