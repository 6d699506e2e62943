/** What a store holds: journals first, then sealed files, so that nothing is counted twice or missed. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError, systemCode, systemReason } from "../errors.js";
import { journalFolder, journalWriter, type PartitionKey, partitionOf, sealedFrom } from "./layout.js";

/** A sealed file. */
export interface SealedFile extends PartitionKey {
  readonly path: string;
  /** The journal it came from, which its name tells. */
  readonly journal: string;
}

/** Identifiers of the journals there are, oldest first. */
export function journalIds(store: string): string[] {
  return names(journalFolder(store))
    .flatMap((name) => (name.endsWith(".ipfix") ? [name.slice(0, -".ipfix".length)] : []))
    .filter((id) => journalWriter(id) !== undefined)
    .sort();
}

/** Whether a folder is a store of ours and not a tree of SiLK files. */
export function isStore(folder: string): boolean {
  return existsSync(journalFolder(folder)) || names(folder).some((name) => name.startsWith("sensor="));
}

/** Narrows a listing: folders for which a part says no are not opened. Dates are hours since 1970. */
export interface Wanted {
  sensor?(name: string): boolean;
  type?(name: string): boolean;
  /** First and last hour. */
  readonly hours?: readonly [first: number, last: number] | undefined;
}

/** Sealed files in the order of sensor, type, hour and age, journals among them or not. */
export function* partitionFiles(store: string, wanted: Wanted = {}): Generator<SealedFile> {
  for (const sensor of values(store, "sensor")) {
    if (wanted.sensor?.(sensor.value) === false) continue;
    for (const type of values(sensor.path, "type")) {
      if (wanted.type?.(type.value) === false) continue;
      for (const date of values(type.path, "date")) {
        const day = Date.parse(`${date.value}T00:00:00Z`) / 3_600_000;
        if (wanted.hours !== undefined && (day + 23 < wanted.hours[0] || day > wanted.hours[1])) continue;
        for (const hour of values(date.path, "hour")) yield* filesOf(hour.path, wanted.hours);
      }
    }
  }
}

function* filesOf(folder: string, hours: Wanted["hours"]): Generator<SealedFile> {
  for (const name of names(folder)) {
    const path = join(folder, name);
    const journal = sealedFrom(name);
    const key = partitionOf(path);
    if (journal === undefined || key === undefined || name.startsWith(".")) continue;
    if (hours !== undefined && (key.hour < hours[0] || key.hour > hours[1])) return;
    yield { ...key, path, journal };
  }
}

/** Paths that an interrupted sealing of a journal has left. */
export function sealedPaths(store: string, journal: string): string[] {
  return [...partitionFiles(store)].filter((file) => file.journal === journal).map((file) => file.path);
}

/** What a query reads. */
export interface StoreListing {
  readonly journals: readonly string[];
  readonly files: readonly SealedFile[];
}

/**
 * Journals and the sealed files that do not stem from one of them.
 *
 * A journal may be sealed before it is opened: whoever finds it gone lists again.
 */
export function listStore(store: string, wanted: Wanted = {}): StoreListing {
  const journals = journalIds(store);
  const open = new Set(journals);
  const files = [...partitionFiles(store, wanted)].filter((file) => !open.has(file.journal));
  return { journals, files };
}

function values(folder: string, key: string): { value: string; path: string }[] {
  return names(folder)
    .filter((name) => name.startsWith(`${key}=`))
    .map((name) => ({ value: decoded(name.slice(key.length + 1)), path: join(folder, name) }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names in a folder, sorted; none when it is not there. */
function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new InputError(`cannot read ${folder}: ${systemReason(error)}`);
  }
}
