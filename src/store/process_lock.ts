/** A lock file that names the process which holds it, so that a lock left by a killed one is known as such. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { OutputError, systemCode, systemReason } from "../errors.js";

/** Attempts against others who take over the same stale lock. */
const ATTEMPTS = 10;

export class ProcessLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock; undefined when a living process holds it.
   *
   * @throws OutputError when the folder cannot be written
   */
  static take(path: string): ProcessLock | undefined {
    const own = `${path}.${process.pid}.tmp`;
    try {
      try {
        writeFileSync(own, holderText(process.pid));
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          if (linked(own, path)) return new ProcessLock(path);
          const text = textOf(path);
          if (text === undefined) continue;
          if (isAlive(text)) return undefined;
          moveStale(path, text);
        }
        return undefined;
      } finally {
        rmSync(own, { force: true });
      }
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${systemReason(error)}`);
    }
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Whether a living process holds the lock. */
export function isLocked(path: string): boolean {
  const text = textOf(path);
  return text !== undefined && isAlive(text);
}

/** `PID START`: the start, in ticks since boot, tells a process from a later one with the same number. */
function holderText(pid: number): string {
  return `${pid} ${startOf(pid) ?? 0}\n`;
}

function isAlive(text: string): boolean {
  const [pid, start] = text.trim().split(" ").map(Number);
  return pid !== undefined && Number.isSafeInteger(pid) && pid > 0 && startOf(pid) === start;
}

function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name may hold anything, blanks and brackets included: count from its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Gives `own` the lock's name, which fails when the name exists. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Moves a stale lock away; when someone else was faster and it is theirs, it is put back. */
function moveStale(path: string, stale: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw error;
  }
  if (textOf(aside) !== stale) linked(aside, path);
  rmSync(aside, { force: true });
}
