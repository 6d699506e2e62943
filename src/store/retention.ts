/** Retention: the oldest hours leave whole, every sensor and type of an hour together. */
import { rmdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Arguments, Switch } from "../cli/switches.js";
import { OutputError, systemReason, UsageError } from "../errors.js";
import { journalIds, partitionFiles, type SealedFile } from "./listing.js";

export const RETENTION_SWITCHES: readonly Switch[] = [
  {
    name: "keep-days",
    argument: "N",
    group: "Store",
    help: "Remove hours of the store that are older than N days",
  },
  {
    name: "keep-bytes",
    argument: "SIZE",
    group: "Store",
    help: "Remove the oldest hours while sealed files take more than SIZE octets; k, M, G, T are powers of 1024",
  },
];

/** How much is kept; what is undefined sets no limit. */
export interface Retention {
  readonly days: number | undefined;
  readonly octets: number | undefined;
}

/** Whether anything is ever removed. */
export function limits({ days, octets }: Retention): boolean {
  return days !== undefined || octets !== undefined;
}

/** @throws UsageError naming the switch */
export function retentionOf(args: Arguments): Retention {
  const days = args.value("keep-days");
  const octets = args.value("keep-bytes");
  return {
    days: days === undefined ? undefined : daysOf(days),
    octets: octets === undefined ? undefined : octetsOf(octets),
  };
}

function daysOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 100_000) return value;
  throw new UsageError(`--keep-days: '${text}' is not a number of days above 0`);
}

function octetsOf(text: string): number {
  const found = /^(\d+(?:\.\d+)?)([kMGT]?)$/i.exec(text);
  const power = ["", "k", "m", "g", "t"].indexOf((found?.[2] ?? "").toLowerCase());
  const value = found === null ? Number.NaN : Math.floor(Number(found[1]) * 1024 ** power);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`--keep-bytes: '${text}' is not a size such as 500M or 2T`);
}

/**
 * Removes what is beyond the limits and returns the paths removed. Files of journals that are not yet gone stay.
 *
 * @param now milliseconds since 1970
 * @throws OutputError when a file cannot be removed
 */
export function applyRetention(store: string, { days, octets }: Retention, now: number): string[] {
  if (!limits({ days, octets })) return [];
  const open = new Set(journalIds(store));
  const files = [...partitionFiles(store)].filter((file) => !open.has(file.journal));
  const oldest = days === undefined ? Number.NEGATIVE_INFINITY : Math.floor(now / 3_600_000 - days * 24);
  const removed = files.filter((file) => file.hour < oldest);
  if (octets !== undefined) {
    const kept = files.filter((file) => file.hour >= oldest).sort((a, b) => a.hour - b.hour);
    removed.push(...beyond(kept, octets));
  }
  for (const file of removed) remove(store, file);
  return removed.map((file) => file.path);
}

/** The files of the oldest hours without which the others stay within the size. */
function beyond(files: readonly SealedFile[], most: number): SealedFile[] {
  const sizes = files.map((file) => statSync(file.path, { throwIfNoEntry: false })?.size ?? 0);
  let sum = sizes.reduce((total, size) => total + size, 0);
  let at = 0;
  while (sum > most && at < files.length) {
    const hour = files[at]!.hour;
    for (; at < files.length && files[at]!.hour === hour; at++) sum -= sizes[at]!;
  }
  return files.slice(0, at);
}

function remove(store: string, { path }: SealedFile): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new OutputError(`cannot remove ${path}: ${systemReason(error)}`);
  }
  // Folders go when they are empty: hour, date, type, sensor.
  for (let folder = dirname(path); folder !== store && folder.length > store.length; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}
