import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { Site, TWO_WAY_SITE } from "../../src/site/site.js";
import { DEFAULT_RULES } from "../../src/store/default_rules.js";
import { journalRules } from "../../src/store/journal_rules.js";
import {
  hiveValue,
  journalFolder,
  journalId,
  journalWriter,
  partitionFolder,
  partitionOf,
  sealedFrom,
} from "../../src/store/layout.js";
import { journalIds, listStore } from "../../src/store/listing.js";
import { isLocked, ProcessLock } from "../../src/store/process_lock.js";
import { sealHere } from "../../src/store/seal_here.js";
import { SealQueue } from "../../src/store/seal_queue.js";
import { StoreWriter } from "../../src/store/writer.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { Scratch } from "../support/scratch.js";
import { askStore, countRows } from "../support/store.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const SENSOR = { id: 4, name: "Gate", description: "", classes: ["all"] };
const RULES = journalRules(new Site(TWO_WAY_SITE), SENSOR, "all", DEFAULT_RULES);

function writerInto(store: string, rotation?: { octets: number; milliseconds: number }) {
  const told = { records: 0, lost: 0 };
  const seals = new SealQueue((id, attempt) => sealHere(store, id, attempt, String(process.pid)), "stop");
  const common = {
    store,
    sensor: SENSOR,
    rules: RULES,
    observationDomain: 0,
    onTrouble: "fail",
    space: undefined,
  } as const;
  const writer = new StoreWriter(
    { ...common, seals, ...(rotation === undefined ? {} : { rotation }) },
    {
      onStored: (_octets, records) => {
        told.records += records;
      },
      onLost: (records) => {
        told.lost += records;
      },
    },
  );
  return { writer, told };
}

function batch(count: number, from = 0) {
  return batchOf(
    Array.from({ length: count }, (_, at) => ({
      sourceAddress: ipv4(10, 0, (from + at) >> 8, (from + at) & 255),
      destinationAddress: ipv4(192, 0, 2, 1),
      protocolIdentifier: 17,
      ipVersion: 4,
      flowStart: 1_700_000_000_000_000 + at,
      flowEnd: 1_700_000_000_500_000 + at,
      packets: 1,
      octets: 60,
      flowEndReason: 1,
    })),
  );
}

test("journals are sealed one after the other when they are large enough, and every flow is there once", async (t) => {
  const store = join(scratch.path, "rotating");
  const { writer, told } = writerInto(store, { octets: 60_000, milliseconds: 3_600_000 });
  for (let part = 0; part < 10; part++) {
    writer.write(batch(1000, part * 1000));
    await writer.ready();
  }
  await writer.close();
  t.deepEqual(told, { records: 10_000, lost: 0 });
  t.deepEqual(journalIds(store), []);
  const files = listStore(store).files;
  t.true(files.length > 3);
  t.true(files.every((file) => file.sensor === "Gate" && file.type === "out"));
  const [[rows, numbers] = []] = await askStore(
    store,
    "SELECT count(*)::INTEGER, count(DISTINCT flow_id)::INTEGER FROM flows",
  );
  t.deepEqual([rows, numbers], [10_000, 10_000]);
});

test("rows lie sorted by source address and time in a file", async (t) => {
  const store = join(scratch.path, "sorted");
  const { writer } = writerInto(store);
  writer.write(batch(50, 200));
  writer.write(batch(50, 0));
  await writer.close();
  const found = await askStore(store, "SELECT sip_lo, row_number() OVER ()::INTEGER FROM flows");
  const sources = found.map(([source]) => source!);
  t.deepEqual(
    sources,
    [...sources].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  t.is(sources.length, 100);
});

test("a store given up keeps its journal for the next writer, and its lock for nobody", async (t) => {
  const store = join(scratch.path, "given-up");
  const { writer } = writerInto(store, { octets: 1e9, milliseconds: 3_600_000 });
  writer.write(batch(2000));
  writer.abort();
  t.is(journalIds(store).length, 1);
  t.false(readdirSync(journalFolder(store)).some((name) => name.endsWith(".lock")));
  t.true((await countRows(store)) >= 500);
});

test("a lock is held by one process, and one that a dead process left is taken over", (t) => {
  const path = join(scratch.path, "a.lock");
  const lock = ProcessLock.take(path);
  t.truthy(lock);
  t.true(isLocked(path));
  t.is(ProcessLock.take(path), undefined);
  lock?.release();
  t.false(isLocked(path));
  // The same number, but started at another time: not the process that took it.
  writeFileSync(path, `${process.pid} 1\n`);
  t.false(isLocked(path));
  const taken = ProcessLock.take(path);
  t.truthy(taken);
  t.regex(readFileSync(path, "utf8"), new RegExp(`^${process.pid} [1-9]\\d+\n$`));
  taken?.release();
  t.deepEqual(
    readdirSync(scratch.path).filter((name) => name.startsWith("a.lock")),
    [],
  );
});

test("names in the layout tell what they were made of", (t) => {
  const id = journalId(Date.UTC(2026, 10, 21, 8, 15, 2, 123), 4711, 3);
  t.is(id, "20261121T081502.123000Z-4711-3");
  t.is(journalWriter(id), 4711);
  t.is(journalWriter("other"), undefined);
  const key = { sensor: "a=b%", type: "in", hour: Date.UTC(2026, 10, 21, 8) / 3_600_000 };
  const folder = partitionFolder(key);
  t.is(folder, `sensor=${hiveValue("a=b%")}/type=in/date=2026-11-21/hour=08`);
  t.deepEqual(partitionOf(`/x/${folder}/${id}.parquet`), key);
  t.is(sealedFrom(`${id}.parquet`), id);
  t.is(sealedFrom(`${id}.2.parquet`), id);
  t.is(partitionOf("/x/sensor=S0/file"), undefined);
});

test("folders that are no part of a store are passed over in a listing", (t) => {
  const store = join(scratch.path, "strange");
  for (const path of ["sensor=S0/type=in/date=never/hour=08", "sensor=S0/other", "lost+found"])
    mkdirSync(join(store, path), { recursive: true });
  writeFileSync(join(store, "sensor=S0/type=in/date=never/hour=08/x.parquet"), "");
  t.deepEqual(listStore(store), { journals: [], files: [] });
  t.true(existsSync(store));
});
