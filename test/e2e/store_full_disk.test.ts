import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type ExecutionContext } from "ava";
import { lostRecords } from "../../src/export/exporter.js";
import { journalFolder } from "../../src/store/layout.js";
import { journalIds, listStore } from "../../src/store/listing.js";
import { StoreExporter } from "../../src/store/store_exporter.js";
import { argumentsOf } from "../support/arguments.js";
import { batchOf, ipv4 } from "../support/batches.js";
import { run, startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";
import { type SmallDisk, smallDisk } from "../support/small_disk.js";
import { countRows, killWhileSealing } from "../support/store.js";

const scratch = new Scratch();
const mounted: SmallDisk[] = [];
test.after.always(() => {
  for (const disk of mounted) disk.unmount();
  scratch.remove();
});

const BATCH = 1000;
const batch = batchOf(
  Array.from({ length: BATCH }, (_, at) => ({
    sourceAddress: ipv4(10, 0, at >> 8, at & 255),
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

/** A disk, or undefined after a loud skip. */
function disk(t: ExecutionContext, name: string, mebibytes: number): SmallDisk | undefined {
  const made = smallDisk(scratch, name, mebibytes);
  if (made === undefined) t.pass();
  else mounted.push(made);
  return made;
}

/** Writes batches, with turns of the event loop in between, until `enough`; returns the flows. */
async function write(store: StoreExporter, enough: () => boolean): Promise<number> {
  let flows = 0;
  await until(() => {
    for (let k = 0; k < 5; k++) store.write(batch);
    flows += 5 * BATCH;
    store.flush();
    return enough();
  }, "what is written for");
  return flows;
}

const MIB = 1024 * 1024;

for (const [what, reserve, ballastSize] of [
  ["that is full", "0", 20],
  ["that is nearly full", "4", 21],
] as const) {
  test.serial(`flows for a disk ${what} are lost and counted until there is space again`, async (t) => {
    const small = disk(t, `full-${reserve}`, 24);
    if (small === undefined) return;
    const path = join(small.path, "store");
    const store = await StoreExporter.open(argumentsOf({ store: path, "store-reserve": reserve }), 0, "resume");
    t.true(store.status().writing);
    let written = await write(store, () => store.counters.exportedRecords >= 10 * BATCH);
    const ballast = join(small.path, "ballast");
    writeFileSync(ballast, new Uint8Array(ballastSize * MIB));
    await until(() => store.status().freeOctets < 5 * MIB, "a look at the disk");
    written += await write(store, () => !store.status().writing);
    t.false(store.connected);
    t.regex(store.trouble ?? "", reserve === "0" ? /no space left on device/ : /less than 4.0 MiB are free/);
    written += await write(store, () => store.counters.lost.unwritable > 0);
    const lost = store.counters.lost.unwritable;
    rmSync(ballast);
    await until(() => store.status().writing, "writing again");
    written += await write(store, () => store.counters.exportedRecords > written / 2);
    await store.close();
    t.true(lost > 0);
    t.is(store.counters.exportedRecords + lostRecords(store.counters), written);
    t.is(store.counters.lost.unwritable, store.status().lostRecords);
    t.is(await countRows(path), store.counters.exportedRecords);
    t.deepEqual(journalIds(path), []);
    t.deepEqual(readdirSync(journalFolder(path)), []);
    const { seals, sealedFiles, sealedOctets, waitingJournals } = store.status();
    t.true(seals >= 2 && sealedFiles >= 2 && sealedOctets > 0);
    t.is(waitingJournals, 0);
  });
}

test.serial(
  "a journal for whose sealing there is no space stays readable and is sealed by the next writer",
  async (t) => {
    const small = disk(t, "no-seal", 6);
    if (small === undefined) return;
    const path = join(small.path, "store");
    const store = await StoreExporter.open(argumentsOf({ store: path, "store-reserve": "0" }), 0, "resume");
    const ballast = join(small.path, "ballast");
    await write(store, () => store.counters.exportedRecords >= 10 * BATCH);
    for (let part = 0; part < 6; part++) {
      try {
        writeFileSync(`${ballast}.${part}`, new Uint8Array(MIB));
      } catch {
        // The disk is full, as it should be.
      }
    }
    const written = await write(store, () => !store.status().writing);
    await until(() => store.status().sealFailures > 0, "a seal that fails");
    t.true(written > 0);
    await store.close();
    const stored = store.counters.exportedRecords;
    t.is(journalIds(path).length, 1);
    t.is(await countRows(path), stored);
    for (let part = 0; part < 6; part++) rmSync(`${ballast}.${part}`, { force: true });
    t.is((await run(["seal", "-q", path])).status, 0);
    t.is(await countRows(path), stored);
    t.deepEqual(readdirSync(journalFolder(path)), []);
  },
);

test.serial("a store whose folder vanishes costs flows, not the meter, and is made again", async (t) => {
  const path = join(scratch.path, "vanishing");
  const store = await StoreExporter.open(argumentsOf({ store: path, "store-reserve": "0" }), 0, "resume");
  let written = await write(store, () => store.counters.exportedRecords >= BATCH);
  rmSync(path, { recursive: true });
  written += await write(store, () => !store.status().writing);
  t.regex(store.trouble ?? "", /its journal was removed|has gone/);
  await until(() => store.status().writing, "writing again");
  const before = store.counters.exportedRecords;
  written += await write(store, () => store.counters.exportedRecords > before);
  await store.close();
  t.is(store.counters.exportedRecords + lostRecords(store.counters), written);
  t.is(await countRows(path), store.counters.exportedRecords - before);
});

test.serial("a sensor killed while another process seals for it leaves every flow exactly once", async (t) => {
  const path = join(scratch.path, "killed");
  const modules = (name: string) => JSON.stringify(pathToFileURL(join("build", "js", name)).href);
  const program = `
    const { StoreExporter } = await import(${modules("src/store/store_exporter.js")});
    const { argumentsOf } = await import(${modules("test/support/arguments.js")});
    const { batchOf, ipv4 } = await import(${modules("test/support/batches.js")});
    const store = await StoreExporter.open(argumentsOf({ store: ${JSON.stringify(path)} }), 0, "resume");
    const start = 1_700_000_000_000_000;
    const flows = Array.from({ length: 1000 }, (_, at) => ({ ipVersion: 4, sourceAddress: ipv4(10, 0, at >> 8, at & 255),
      destinationAddress: ipv4(192, 0, 2, 1), flowStart: start + at, flowEnd: start + at, packets: 1, octets: 60 }));
    const batch = batchOf(flows);
    for (let k = 0; k < 300; k++) store.write(batch);
    await store.close();`;
  await killWhileSealing(path, () => startCommand(process.execPath, ["--input-type=module", "-e", program]));
  t.is(await countRows(path), 300_000);
  t.is((await run(["seal", path, "-q"])).status, 0);
  t.is(await countRows(path), 300_000);
  t.deepEqual(readdirSync(journalFolder(path)), []);
  t.true(listStore(path).files.length > 0);
});
