import test from "ava";
import { UsageError } from "../../src/errors.js";
import { changedAtStart, reloadedSettings, sensorSettings } from "../../src/sensor/settings.js";
import { typed } from "../support/typed.js";

function settings(...words: string[]) {
  return sensorSettings(typed("-i", "eth1", ...words));
}

test("captures and their switches are not for a live sensor", (t) => {
  for (const words of [["-r", "a.pcap"], ["--read-list=a"], ["--strict"]])
    t.throws(() => settings(...words), { instanceOf: UsageError });
});

test("the limits of a store are checked before it is opened", (t) => {
  t.throws(() => settings("--store=/s", "--keep-days=0"), { message: /^--keep-days: / });
  t.throws(() => settings("--store=/s", "--store-reserve=x"), { message: /^--store-reserve: / });
  t.throws(() => settings("--keep-days=1"), { message: "--keep-days needs --store" });
});

test("a reload takes outputs, filter and timeouts; the rest is told and stays", (t) => {
  const before = settings("-o", "null:", "--snaplen=100", "--stats=tcp", "--sample=1/10");
  const after = settings("-o", "a.csv", "--snaplen=200", "--filter=tcp", "--idle-timeout=3", "--shutdown-timeout=4");
  t.deepEqual(changedAtStart(before, after).sort(), ["sample", "snaplen", "stats"]);
  const now = reloadedSettings(before, after);
  t.is(now.meter.filter, "tcp");
  t.is(now.meter.idleTimeouts[0], 3_000_000);
  t.is(now.shutdownTimeout, 4000);
  t.like(now.outputs.destinations, [{ kind: "file", path: "a.csv" }]);
  // What the running meter's records have in them does not change with what is said of it.
  t.is(now.outputs.groups, before.outputs.groups);
  t.deepEqual(now.outputs.sampling, { mode: "systematic", interval: 10 });
  t.deepEqual(now.meter.live, before.meter.live);
  t.is(now.meter.groups, before.meter.groups);
});

test("a store that is no longer named goes on, and flows do not turn to standard output instead", (t) => {
  const before = settings("--store=/s");
  const after = settings();
  t.deepEqual(changedAtStart(before, after), ["store"]);
  t.deepEqual(reloadedSettings(before, after).outputs.destinations, []);
});
