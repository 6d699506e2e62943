import { existsSync, rmSync } from "node:fs";
import test from "ava";
import { FlowColumns, MAPPED_IPV4 } from "../../src/record/columns.js";
import { DEFAULT_RULES } from "../../src/store/default_rules.js";
import { journalRules } from "../../src/store/journal_rules.js";
import { journalFolder } from "../../src/store/layout.js";
import { journalIds } from "../../src/store/listing.js";
import { RowStore } from "../../src/store/row_store.js";
import { StoreExporter } from "../../src/store/store_exporter.js";
import { storeSensor } from "../../src/store/store_site.js";
import { argumentsOf } from "../support/arguments.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { askStore, countRows } from "../support/store.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

let stores = 0;

/** A new store for sensors of these names. */
async function open(names: readonly string[], onTrouble: "fail" | "resume" = "fail") {
  const store = `${scratch.path}/${stores++}`;
  const args = argumentsOf({ store });
  const sensors = names.map((name) => {
    const { site, sensor, className } = storeSensor(store, name, args);
    return { sensor, rules: journalRules(site, sensor, className, DEFAULT_RULES) };
  });
  return { store, args, rows: await RowStore.open(args, sensors, onTrouble) };
}

/** Rows from 10.0.0.0 + `from` to 192.0.2.1, of one packet each. */
function rowsOf(count: number, from = 0): FlowColumns {
  const columns = new FlowColumns(count);
  const { sip_lo, dip_lo, nhip_lo, packets, bytes, stime, etime } = columns.arrays;
  for (let row = 0; row < count; row++) {
    const [low, high] = [2 * row, 2 * row + 1];
    for (const address of [sip_lo!, dip_lo!, nhip_lo!]) address[high] = MAPPED_IPV4;
    sip_lo![low] = 0x0a00_0000 + from + row;
    dip_lo![low] = 0xc000_0201;
    packets![low] = 1;
    bytes![low] = 100;
    const time = 1_700_000_000_000_000;
    for (const column of [stime!, etime!]) {
      column[low] = time % 2 ** 32;
      column[high] = Math.floor(time / 2 ** 32);
    }
  }
  columns.count = count;
  return columns;
}

const SUMS = "SELECT count(*)::INTEGER, sum(packets)::INTEGER, sum(bytes)::INTEGER FROM flows";

test("rows of two sensors are sealed as theirs, with every column", async (t) => {
  const { store, rows } = await open(["A", "B"]);
  rows.write(0, rowsOf(1000));
  rows.write(1, rowsOf(500, 5000));
  rows.write(0, rowsOf(1, 1000));
  await rows.close();
  t.deepEqual(journalIds(store), []);
  t.deepEqual(await askStore(store, SUMS, { sensor: (name) => name === "A" }), [[1001, 1001, 100_100]]);
  t.deepEqual(await askStore(store, SUMS, { sensor: (name) => name === "B" }), [[500, 500, 50_000]]);
  t.is(await countRows(store, { type: (name) => name === "out" }), 1501);
  const { journalRecords, lostRecords } = rows.status();
  t.deepEqual([journalRecords, lostRecords], [1501, 0]);
});

test("rows are in the journal without being asked for, and no later than within a second", async (t) => {
  const { store, rows } = await open(["A"]);
  rows.write(0, rowsOf(10));
  await until(() => rows.status().journalRecords === 10, "rows in the journal");
  t.is(await countRows(store), 10);
  await rows.close();
  t.is(await countRows(store), 10);
});

test("a meter in another process and a collector write into one store at once", async (t) => {
  const { store, args, rows } = await open(["A"]);
  rows.write(0, rowsOf(10));
  // In one process the lock of the one keeps the other out; the lock of a dead process does not.
  await t.throwsAsync(StoreExporter.open(args, 0), { message: /already open for writing in this process/ });
  const { spawnSync } = await import("node:child_process");
  const capture = "pcaps/office.pcap";
  const metered = spawnSync(process.execPath, ["dist/cli.js", "meter", "-r", capture, "--store", store, "-q"]);
  t.is(metered.status, 0, String(metered.stderr));
  rows.write(0, rowsOf(10, 10));
  await rows.close();
  t.is(await countRows(store, { sensor: (name) => name === "A" }), 20);
  t.true((await countRows(store, { sensor: (name) => name === "S0" })) > 0);
});

test("while the folder is gone rows are lost and counted, then stored again", async (t) => {
  const { store, rows } = await open(["A", "B"], "resume");
  let given = 0;
  const give = (sensor: number, count: number) => {
    rows.write(sensor, rowsOf(count, given));
    given += count;
  };
  give(0, 10);
  await until(() => rows.status().journalRecords === 10, "rows in the journal");
  rmSync(store, { recursive: true });
  await until(() => {
    give(0, 1);
    return !rows.writing;
  }, "the trouble");
  // Until it was noticed rows went into a file without a name.
  const unnamed = rows.status().journalRecords;
  give(0, 5);
  t.true(rows.status().lostRecords >= 5);
  t.regex(rows.trouble ?? "", /^cannot write store /);
  await until(() => {
    give(0, 1);
    give(1, 1);
    return rows.writing && existsSync(journalFolder(store)) && rows.status().journalRecords > unnamed;
  }, "the end of the trouble");
  await rows.close();
  const { journalRecords, lostRecords } = rows.status();
  t.is(journalRecords + lostRecords, given);
  t.is(await countRows(store), journalRecords - unnamed);
});

test("an abort leaves the journals readable, and counts what did not reach them", async (t) => {
  const { store, rows } = await open(["A"]);
  rows.write(0, rowsOf(2000));
  rows.abort();
  const { journalRecords, lostRecords } = rows.status();
  t.is(journalRecords + lostRecords, 2000);
  t.is(await countRows(store), journalRecords);
});

test("the meter's writer still takes its batches", async (t) => {
  const store = `${scratch.path}/${stores++}`;
  const exporter = await StoreExporter.open(argumentsOf({ store }), 0);
  const flow = {
    sourceAddress: ipv4(10, 0, 0, 1),
    destinationAddress: ipv4(192, 0, 2, 1),
    ipVersion: 4,
    flowStart: 1e15,
  };
  exporter.write(batchOf([{ ...flow, flowEnd: 1e15, packets: 2, octets: 200, protocolIdentifier: 6 }]));
  await exporter.close();
  t.is(await countRows(store), 1);
});
