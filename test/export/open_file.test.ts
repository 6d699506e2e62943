import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { OutputError } from "../../src/errors.js";
import { openFile } from "../../src/export/open_file.js";
import type { Encoder } from "../../src/formats/encoder.js";
import { batchOf } from "../support/batches.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

/** One octet a record. */
const encoder: Encoder = {
  encode: (batch, emit) => emit(new Uint8Array(batch.count).fill(0x78), batch.count),
  flush: () => {},
};
const batch = batchOf([{}, {}, {}]);

function folder(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path);
  return path;
}

test("a file has its name only when it is closed", async (t) => {
  const out = folder("whole");
  const exporter = openFile(join(out, "flows"), encoder);
  exporter.write(batch);
  t.deepEqual(
    readdirSync(out).filter((name) => !name.startsWith(".")),
    [],
  );
  await exporter.close();
  t.deepEqual(readdirSync(out), ["flows"]);
  t.is(readFileSync(join(out, "flows"), "utf8"), "xxx");
  t.like(exporter.counters, { exportedRecords: 3, exportedOctets: 3 });
});

test("a file that is given up leaves what was there, and its records are lost", (t) => {
  const out = folder("given-up");
  writeFileSync(join(out, "flows"), "before");
  const exporter = openFile(join(out, "flows"), encoder);
  exporter.write(batch);
  exporter.abort();
  exporter.abort();
  t.deepEqual(readdirSync(out), ["flows"]);
  t.is(readFileSync(join(out, "flows"), "utf8"), "before");
  t.is(exporter.counters.exportedRecords, 0);
  t.is(exporter.counters.lost.sendFailed, 3);
});

test("giving up after closing takes nothing back", async (t) => {
  const out = folder("closed");
  const exporter = openFile(join(out, "flows"), encoder);
  exporter.write(batch);
  await exporter.close();
  exporter.abort();
  t.deepEqual(readdirSync(out), ["flows"]);
  t.is(exporter.counters.exportedRecords, 3);
});

test("a link is followed, and one that leads nowhere yet is replaced", async (t) => {
  const out = folder("links");
  writeFileSync(join(out, "target"), "before");
  symlinkSync("target", join(out, "link"));
  symlinkSync("missing", join(out, "dangling"));
  for (const name of ["link", "dangling"]) {
    const exporter = openFile(join(out, name), encoder);
    exporter.write(batch);
    await exporter.close();
    t.is(readFileSync(join(out, name), "utf8"), "xxx");
  }
  t.is(readFileSync(join(out, "target"), "utf8"), "xxx");
  t.deepEqual(readdirSync(out).sort(), ["dangling", "link", "target"]);
});

test("folders and paths through files are refused with their name", (t) => {
  const out = folder("refused");
  writeFileSync(join(out, "file"), "");
  t.throws(() => openFile(out, encoder), { instanceOf: OutputError, message: `cannot write ${out}: it is a folder` });
  const through = join(out, "file", "flows");
  const error = t.throws(() => openFile(through, encoder), { instanceOf: OutputError });
  t.is(error?.message, `cannot write ${through}: not a directory`);
});
