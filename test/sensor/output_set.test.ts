import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { OutputError, UsageError } from "../../src/errors.js";
import { lostRecords } from "../../src/export/exporter.js";
import { type OutputOptions, outputOptions } from "../../src/export/options.js";
import { OutputSet } from "../../src/sensor/output_set.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { StreamCollector } from "../support/collectors.js";
import { csvSums } from "../support/csv.js";
import { heldOutput } from "../support/metrics_source.js";
import { freePort } from "../support/ports.js";
import { until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { typed } from "../support/typed.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const flow = { sourceAddress: ipv4(192, 0, 2, 1), destinationAddress: ipv4(192, 0, 2, 2), ipVersion: 4, packets: 1 };
const batch = batchOf([flow, flow]);

/** Options as of a live sensor. */
function options(...words: string[]): OutputOptions {
  return { ...outputOptions(typed(...words), 0), unresolved: "retry", congested: "drop" };
}

function path(name: string): string {
  return join(scratch.path, name);
}

function records(name: string): number {
  return csvSums(readFileSync(path(name), "utf8")).records;
}

function open(words: string[], store = false) {
  const held = store ? heldOutput("store") : undefined;
  return OutputSet.open(
    options(...words),
    held,
    () => "eth1",
    () => {},
  );
}

test("outputs that stay go on as they are, new ones begin, old ones become whole", async (t) => {
  const set = await open(["-o", path("stays.csv"), "-o", path("goes.csv")]);
  const [stays] = set.exporters;
  set.write(batch);
  await set.replace(options("-o", path("comes.csv"), "-o", path("stays.csv")));
  await until(() => existsSync(path("goes.csv")), "the file that has gone");
  t.false(existsSync(path("stays.csv")));
  t.true(set.exporters.includes(stays!));
  set.write(batch);
  await set.close();
  t.deepEqual(["stays.csv", "goes.csv", "comes.csv"].map(records), [4, 2, 2]);
});

test("what cannot be opened leaves everything as it was", async (t) => {
  const set = await open(["-o", path("as_it_was.csv")]);
  const before = set.exporters;
  const wrong = options("-o", path("never.csv"), "-o", path("no/such/folder.csv"));
  await t.throwsAsync(set.replace(wrong), { instanceOf: OutputError });
  t.deepEqual(set.exporters, before);
  t.false(readdirSync(scratch.path).some((name) => name.includes("never.csv")));
  set.write(batch);
  await set.close();
  t.is(records("as_it_was.csv"), 2);
});

test("a file that is being written is not opened a second time with other options", async (t) => {
  const set = await open(["-o", path("fields.csv"), "-o", path("fields.ipfix")]);
  await t.throwsAsync(set.replace(options("-o", path("fields.csv"), "--fields=sip")), {
    instanceOf: UsageError,
    message: /fields\.csv: it is being written with other options/,
  });
  // The MTU is nothing to a file.
  await set.replace(options("-o", path("fields.csv"), "-o", path("fields.ipfix"), "--mtu=1400"));
  t.is(set.exporters.length, 2);
  await t.throwsAsync(set.replace(options("-o", path("fields.ipfix"), "--timestamps=milliseconds")));
  await set.close();
});

test("the store stays through every change, and comes first", async (t) => {
  const set = await open(["-o", path("beside.csv")], true);
  await set.replace(options("-o", "null:"));
  t.deepEqual(
    set.exporters.slice(0, 2).map(({ name }) => name),
    ["store", "null"],
  );
  await set.close();
});

test("a collector that is taken away gets what is still queued for it, also when the sensor ends meanwhile", async (t) => {
  const port = await freePort();
  const set = await open(["-o", `ipfix+tcp://127.0.0.1:${port}`]);
  set.write(batch);
  set.flush();
  const [away] = set.exporters;
  t.is(away?.counters.queuedRecords, 2);
  await set.replace(options("-o", "null:"));
  t.deepEqual(
    set.exporters.map(({ name }) => name),
    ["null", `ipfix+tcp://127.0.0.1:${port}`],
  );
  const collector = await StreamCollector.open({ port });
  t.teardown(() => collector.close());
  await set.close();
  t.is(lostRecords(away!.counters), 0);
  await until(() => collector.records === 2, "the records");
});

test("collectors that share flows are one: when one of them changes all are opened again", async (t) => {
  const shared = (host: string) => ["-o", "ipfix+udp://127.0.0.1:9", "-o", `ipfix+udp://${host}:9`, "-o", "null:"];
  const set = await open([...shared("127.0.0.2"), "--load-balance"]);
  const before = set.exporters;
  await set.replace(options(...shared("127.0.0.2"), "--load-balance"));
  t.deepEqual(
    set.exporters.map((each) => before.includes(each)),
    [true, true, true],
  );
  await set.replace(options(...shared("127.0.0.3"), "--load-balance"));
  const now = set.exporters.slice(0, 3);
  t.deepEqual(now.map((each) => before.includes(each)).sort(), [false, false, true]);
  await set.close();
});
