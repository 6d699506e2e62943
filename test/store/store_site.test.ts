import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { readSilkConf } from "../../src/site/silk_conf.js";
import { ProcessLock } from "../../src/store/process_lock.js";
import { storeSensor } from "../../src/store/store_site.js";
import { argumentsOf } from "../support/arguments.js";
import { startCommand, until } from "../support/program.js";
import { Scratch } from "../support/scratch.js";

const scratch = new Scratch();
test.after.always(() => scratch.remove());

const PROCESSES = 4;
/** Of each process. */
const SENSORS = 20;

test("processes that add sensors at the same time get numbers of their own, and none is forgotten", async (t) => {
  const folder = join(scratch.path, "together");
  mkdirSync(folder);
  const store = join(folder, "store");
  const module = (name: string) => JSON.stringify(pathToFileURL(resolve("build", "js", name)).href);
  const program = `
    import { existsSync, writeFileSync } from "node:fs";
    const { storeSensor } = await import(${module("src/store/store_site.js")});
    const { argumentsOf } = await import(${module("test/support/arguments.js")});
    const [folder, number] = process.argv.slice(1);
    writeFileSync(folder + "/ready" + number, "");
    while (!existsSync(folder + "/go"));
    const store = folder + "/store";
    for (let at = 0; at < ${SENSORS}; at++) {
      const { sensor } = storeSensor(store, "P" + number + "-" + at, argumentsOf({ store }));
      console.log(sensor.id + " " + sensor.name);
    }`;
  const adding = Array.from({ length: PROCESSES }, (_, number) =>
    startCommand(process.execPath, ["--input-type=module", "-e", program, folder, String(number)]),
  );
  await until(() => adding.every((_, number) => existsSync(join(folder, `ready${number}`))), "all processes");
  writeFileSync(join(folder, "go"), "");
  const ended = await Promise.all(adding.map((each) => each.ended));
  for (const { status, stderr } of ended) t.is(status, 0, stderr);
  const told = ended.flatMap(({ stdout }) => stdout.trimEnd().split("\n")).sort();
  const written = readSilkConf(join(store, "silk.conf")).sensors.map(({ id, name }) => `${id} ${name}`);
  t.deepEqual([...written].sort(), told);
  t.is(new Set(told.map((line) => line.split(" ")[0])).size, PROCESSES * SENSORS);
  t.deepEqual(readdirSync(store), ["silk.conf"]);
});

test("a lock that a killed process left is no hindrance, and a sensor that is known needs none", (t) => {
  const store = join(scratch.path, "left");
  mkdirSync(store);
  const lock = join(store, "silk.conf.lock");
  writeFileSync(lock, "999999999 1\n");
  t.is(storeSensor(store, "A", argumentsOf({ store })).sensor.id, 0);
  t.false(existsSync(lock));
  const held = ProcessLock.take(lock);
  t.truthy(held);
  t.is(storeSensor(store, "A", argumentsOf({ store })).sensor.id, 0);
  held?.release();
});
