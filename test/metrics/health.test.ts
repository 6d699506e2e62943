import test from "ava";
import { deadReason, HEARTBEAT_LIMIT, readiness } from "../../src/metrics/health.js";
import { heldOutput, heldSource, liveInterface, meteringThread, storeStatus } from "../support/metrics_source.js";

const NOW = 1_800_000_000_000;
const YOUNG = (NOW - 200) * 1000;
const OLD = (NOW - HEARTBEAT_LIMIT - 2_000) * 1000;

test("a sensor is alive before the meter has started, and while its threads publish", (t) => {
  t.is(deadReason(heldSource(), NOW), undefined);
  const unborn = meteringThread(0, [], { heartbeat: 0 });
  t.is(deadReason(heldSource({ meters: [unborn] }), NOW), undefined);
  const limit = meteringThread(0, [], { heartbeat: (NOW - HEARTBEAT_LIMIT) * 1000 });
  t.is(deadReason(heldSource({ meters: [meteringThread(0, [], { heartbeat: YOUNG }), limit] }), NOW), undefined);
});

test("one thread that stands still is named", (t) => {
  const meters = [meteringThread(0, [], { heartbeat: YOUNG }), meteringThread(1, [], { heartbeat: OLD })];
  t.is(deadReason(heldSource({ meters }), NOW), "metering thread 1 has stood still for 7 s");
});

test("a thread that has finished has no heartbeat to miss", (t) => {
  const meters = [meteringThread(0, [], { heartbeat: OLD, finished: true })];
  t.is(deadReason(heldSource({ meters }), NOW), undefined);
});

test("a clock that was set back kills nobody", (t) => {
  const meters = [meteringThread(0, [], { heartbeat: (NOW + 3_600_000) * 1000 })];
  t.is(deadReason(heldSource({ meters }), NOW), undefined);
});

test("a sensor is not ready before all threads have started", (t) => {
  const expected = { ok: false, reason: "the meter has not started" };
  t.deepEqual(readiness(heldSource(), NOW).conditions.meter, expected);
  const meters = [meteringThread(0, [], { heartbeat: YOUNG }), meteringThread(1, [], { heartbeat: 0 })];
  const { ready, conditions } = readiness(heldSource({ meters }), NOW);
  t.false(ready);
  t.deepEqual(conditions.meter, expected);
});

test("a sensor is ready when it captures every interface, stores, and reaches a collector", (t) => {
  const meters = [meteringThread(0, [liveInterface("eth1"), liveInterface("eth2")], { heartbeat: YOUNG })];
  const outputs = [
    heldOutput("ipfix+tcp://192.0.2.1:4739", { connected: false, trouble: "connection refused" }),
    heldOutput("ipfix+tcp://192.0.2.2:4739"),
  ];
  const state = readiness(heldSource({ meters, outputs, store: storeStatus() }), NOW);
  t.deepEqual(state, {
    ready: true,
    conditions: { meter: { ok: true }, interfaces: { ok: true }, store: { ok: true }, outputs: { ok: true } },
  });
});

test("one interface that is not captured makes a sensor not ready", (t) => {
  const live = [
    liveInterface("eth1"),
    liveInterface("eth2", { state: "down" }),
    liveInterface("w0", { state: "absent" }),
  ];
  const { ready, conditions } = readiness(heldSource({ meters: [meteringThread(0, live, { heartbeat: YOUNG })] }), NOW);
  t.false(ready);
  t.deepEqual(conditions.interfaces, { ok: false, reason: "eth2 is down, w0 is absent" });
});

test("an interface counts as captured only when every thread captures it", (t) => {
  const meters = [
    meteringThread(0, [liveInterface("eth1")], { heartbeat: YOUNG }),
    meteringThread(1, [liveInterface("eth1", { state: "down" })], { heartbeat: YOUNG }),
  ];
  t.deepEqual(readiness(heldSource({ meters }), NOW).conditions.interfaces, { ok: false, reason: "eth1 is down" });
});

test("a store that cannot be written makes a sensor not ready", (t) => {
  const meters = [meteringThread(0, [], { heartbeat: YOUNG })];
  const state = readiness(heldSource({ meters, store: storeStatus({ writing: false }) }), NOW);
  t.deepEqual([state.ready, state.conditions.store?.ok], [false, false]);
});

test("files do not stand in for collectors that cannot be reached", (t) => {
  const meters = [meteringThread(0, [], { heartbeat: YOUNG })];
  const collectors = [
    heldOutput("ipfix+tcp://192.0.2.1:4739", { connected: false, trouble: "connection refused" }),
    heldOutput("ipfix+udp://192.0.2.2:4739", { connected: false }),
  ];
  const outputs = [heldOutput("/var/lib/flowtap"), ...collectors];
  const { ready, conditions } = readiness(heldSource({ meters, outputs }), NOW);
  t.false(ready);
  t.is(
    conditions.outputs?.reason,
    "no collector can be reached (ipfix+tcp://192.0.2.1:4739: connection refused; ipfix+udp://192.0.2.2:4739)",
  );
  t.true(readiness(heldSource({ meters, outputs: [heldOutput("json:a.json", { connected: false })] }), NOW).ready);
});
