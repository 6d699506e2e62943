/** Names of sensors, classes and types that Parquet files of flows bring along, in their key-value metadata. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../../record/columns.js";
import type { Flowtype, Site } from "../../site/site.js";
import { literal, pathList } from "../dialect.js";
import type { Engine } from "../engine.js";

const KEY = "flowtap_site";

/** COPY's option that writes the names of a site: `KV_METADATA {…}`. */
export function siteMetadata(site: Site): string {
  const { sensors, flowtypes } = site.config;
  const names = {
    sensors: sensors.map(({ id, name }) => [id, name]),
    flowtypes: flowtypes.map(({ id, class: of, type }) => [id, of, type]),
  };
  return `KV_METADATA {${KEY}: ${literal(JSON.stringify(names))}}`;
}

/** Lets a site learn the names in files, for numbers that it does not define; others' files have none. */
export async function learnSite(engine: Engine, paths: readonly string[], site: Site): Promise<void> {
  mkdirSync(engine.spill, { recursive: true });
  const folder = mkdtempSync(join(engine.spill, "site-"));
  const file = join(folder, "names.json");
  const select = `SELECT decode(value) AS names FROM parquet_kv_metadata(${pathList(paths)}) WHERE decode(key) = '${KEY}'`;
  try {
    await engine.run(`COPY (${select}) TO ${literal(file)} (FORMAT json)`);
    for (const line of readFileSync(file, "utf8").split("\n")) if (line !== "") learn(site, line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function learn(site: Site, line: string): void {
  const names = parsed(parsed(line, "names"));
  const sensors = new Map<number, string>();
  for (const [id, name] of rows(names, "sensors"))
    if (isNumber(id, UNKNOWN_SENSOR) && isName(name)) sensors.set(id, name);
  const flowtypes = new Map<number, Flowtype>();
  for (const [id, of, type] of rows(names, "flowtypes"))
    if (isNumber(id, UNKNOWN_FLOWTYPE) && isName(of) && isName(type))
      flowtypes.set(id, { id, class: of, type, name: `${of}${type}` });
  site.learn(sensors, flowtypes);
}

/** The value of JSON text, or of one of its members; undefined for what is no such text. */
function parsed(text: unknown, member?: string): unknown {
  if (typeof text !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return member === undefined ? value : memberOf(value, member);
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function rows(names: unknown, list: string): readonly (readonly unknown[])[] {
  const found = memberOf(names, list);
  return Array.isArray(found) ? found.filter((each) => Array.isArray(each)) : [];
}

/** An identifier below that of what is unknown. */
function isNumber(value: unknown, unknown: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < unknown;
}

/** As silk.conf has them: no blanks, nothing that a terminal or a table would take for its own. */
function isName(value: unknown): value is string {
  return typeof value === "string" && /^[!-~]{1,64}$/.test(value);
}
