/** The site of a store: the user's silk.conf, or one that grows with the sensors that write. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Arguments } from "../cli/switches.js";
import { InputError, OutputError, systemReason, UsageError } from "../errors.js";
import { siteConfigPath } from "../site/load.js";
import { readSilkConf } from "../site/silk_conf.js";
import { type Sensor, Site, TWO_WAY_SITE } from "../site/site.js";
import { whileLocked } from "./file_lock.js";

/** First line of a silk.conf that may be changed. */
const HEADER =
  "# Written by flowtap, which adds sensors as they come. Remove this line to keep it from changing the file.";

export interface StoreSensor {
  readonly site: Site;
  readonly sensor: Sensor;
  /** Class whose types the sensor's flows get. */
  readonly className: string;
}

/**
 * The sensor that is to write into a store. Where no configuration exists, a silk.conf is made in the store; a sensor
 * that it does not know is added.
 *
 * @throws InputError when the user's own configuration lacks the sensor; UsageError when the name cannot be one
 */
export function storeSensor(store: string, name: string, args: Arguments): StoreSensor {
  if (!/^[A-Za-z][^\s/_]{0,63}$/.test(name))
    throw new UsageError(`--sensor: '${name}' must start with a letter and have no blank, '/' or '_'`);
  const path = siteConfigPath(args, store) ?? join(store, "silk.conf");
  const known = knownSensor(path, name);
  if (known !== undefined) return known;
  makeFolder(store, path);
  // Others may add theirs at the same time: what is added to is read when nobody else does.
  return whileLocked(path, () => knownSensor(path, name) ?? addSensor(path, name));
}

/** The sensor as the configuration has it; undefined where it may be added. */
function knownSensor(path: string, name: string): StoreSensor | undefined {
  if (!existsSync(path)) return undefined;
  const there = readSilkConf(path);
  const known = there.sensors.find((each) => each.name === name);
  if (known !== undefined) return withClass(new Site(there), known);
  if (readText(path).startsWith(HEADER)) return undefined;
  throw new InputError(
    `${path}: sensor '${name}' is not defined: add a line 'sensor ID ${name}' and name it in a class`,
  );
}

function addSensor(path: string, name: string): StoreSensor {
  const there = existsSync(path) ? readSilkConf(path) : TWO_WAY_SITE;
  const id = 1 + Math.max(-1, ...there.sensors.map((each) => each.id));
  const sensor: Sensor = { id, name, description: "", classes: ["all"] };
  writeConf(path, [...there.sensors, sensor]);
  return withClass(new Site(readSilkConf(path)), sensor);
}

function makeFolder(store: string, path: string): void {
  try {
    mkdirSync(store, { recursive: true });
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
  }
}

function withClass(site: Site, sensor: Sensor): StoreSensor {
  const { defaultClass, path } = site.config;
  const className = sensor.classes.includes(defaultClass ?? "") ? defaultClass : sensor.classes[0];
  if (className === undefined) throw new InputError(`${path}: sensor '${sensor.name}' is in no class`);
  return { site, sensor, className };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${systemReason(error)}`);
  }
}

function writeConf(path: string, sensors: readonly Sensor[]): void {
  const types = TWO_WAY_SITE.flowtypes.map(
    ({ id, type, name }) => `    type ${String(id).padStart(2)} ${type} ${name}`,
  );
  const [twoWay] = TWO_WAY_SITE.classes;
  const lines = [
    HEADER,
    "version 2",
    ...sensors.map(({ id, name }) => `sensor ${id} ${name}`),
    "class all",
    `    sensors ${sensors.map((each) => each.name).join(" ")}`,
    ...types,
    `    default-types ${twoWay?.defaultTypes.join(" ")}`,
    "end class",
    "default-class all",
    'packing-logic "packlogic-twoway.so"',
  ];
  try {
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, `${lines.join("\n")}\n`, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
  }
}
