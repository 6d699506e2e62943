/** Where a file goes when the work on it has ended. */
import { constants, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { systemCode } from "../errors.js";

export interface Destinations {
  /** Undefined to delete files on which the work succeeded. */
  readonly archive: string | undefined;
  /** `by hour`: in folders YEAR/MONTH/DAY/HOUR of local time. */
  readonly archiving: "by hour" | "flat";
}

/** Names that are tried for a file when its own is taken. */
const MOST_NAMES = 10_000;

/**
 * Moves a file to its archive or deletes it.
 *
 * @returns where it is now, undefined when it was deleted
 * @throws Error of the system
 */
export function fileSuccess(path: string, { archive, archiving }: Destinations, now: Date): string | undefined {
  if (archive === undefined) {
    unlinkSync(path);
    return undefined;
  }
  const folder = archiving === "flat" ? archive : join(archive, ...hourOf(now));
  mkdirSync(folder, { recursive: true });
  return moveInto(path, folder);
}

/** Moves a file on which the work failed; returns where it is now. @throws Error of the system */
export function fileFailure(path: string, folder: string): string {
  return moveInto(path, folder);
}

function hourOf(now: Date): string[] {
  const two = (number: number) => String(number).padStart(2, "0");
  return [String(now.getFullYear()), two(now.getMonth() + 1), two(now.getDate()), two(now.getHours())];
}

/** Never replaces a file: one whose name is taken gets a number behind it. */
function moveInto(path: string, folder: string): string {
  const name = basename(path);
  for (let number = 0; number < MOST_NAMES; number++) {
    const target = join(folder, number === 0 ? name : `${name}.${number}`);
    try {
      linkSync(path, target);
    } catch (error) {
      const code = systemCode(error);
      if (code === "EEXIST") continue;
      if (code !== "EXDEV" && code !== "EPERM" && code !== "ENOTSUP") throw error;
      if (!copied(path, folder, target)) continue;
    }
    unlinkSync(path);
    return target;
  }
  throw new Error(`${join(folder, name)}: file exists`);
}

/** Copies to another file system, where the file appears as a whole. False when the name is taken. */
function copied(path: string, folder: string, target: string): boolean {
  const temporary = join(folder, `.${basename(target)}.${process.pid}.tmp`);
  try {
    copyFileSync(path, temporary, constants.COPYFILE_FICLONE);
    try {
      linkSync(temporary, target);
      return true;
    } catch (error) {
      const code = systemCode(error);
      if (code === "EEXIST" || existsSync(target)) return false;
      // A file system without hard links.
      renameSync(temporary, target);
      return true;
    }
  } finally {
    rmSync(temporary, { force: true });
  }
}
