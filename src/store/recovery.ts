/** Puts in order what killed writers have left in a store. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { journalFolder, journalPath, journalWriter } from "./layout.js";
import { journalIds } from "./listing.js";
import { isLocked, ProcessLock } from "./process_lock.js";
import { sealJournal } from "./seal.js";
import { withSealEngine } from "./seal_engine.js";
import { sealLock } from "./seal_lock.js";
import { writerLock } from "./writer_lock.js";

export interface Recovered {
  /** Journals that were sealed. */
  readonly journals: readonly string[];
  /** Files made of them. */
  readonly files: readonly string[];
  /** Journals of writers that live. */
  readonly live: readonly string[];
}

/** Milliseconds that a sealing process may take to notice that its writer has died. */
const LAST_BREATH = 10_000;

/**
 * Seals the journals of dead writers. While another process does so, nothing is done.
 *
 * @throws OutputError when the store cannot be written; InputError when a journal's description cannot be read
 */
export async function recoverStore(store: string): Promise<Recovered> {
  const nothing: Recovered = { journals: [], files: [], live: [] };
  if (!existsSync(journalFolder(store))) return nothing;
  if (journalIds(store).length === 0 && leftovers(store).length === 0) return nothing;
  const lock = ProcessLock.take(join(journalFolder(store), "seal.lock"));
  if (lock === undefined) return nothing;
  try {
    const orphaned = journalIds(store).filter((id) => !hasWriter(store, id));
    const last = Date.now() + LAST_BREATH;
    while (Date.now() < last && orphaned.some((id) => isLocked(sealLock(store, id)))) await pause(50);
    const live = journalIds(store).filter((id) => hasWriter(store, id) || isLocked(sealLock(store, id)));
    const dead = journalIds(store).filter((id) => !live.includes(id));
    const files = dead.length === 0 ? [] : await sealAll(store, dead);
    for (const path of leftovers(store)) rmSync(path, { recursive: true, force: true });
    return { journals: dead, files, live };
  } finally {
    lock.release();
  }
}

async function sealAll(store: string, ids: readonly string[]): Promise<string[]> {
  return withSealEngine(store, "seal", async (engine) => {
    const files: string[] = [];
    for (const id of ids) files.push(...(await sealJournal(store, id, engine, "again")));
    return files;
  });
}

function hasWriter(store: string, id: string): boolean {
  const pid = journalWriter(id);
  return pid !== undefined && isLocked(writerLock(store, pid));
}

/** What nobody will come back for: locks and folders of dead processes, descriptions without a journal. */
function leftovers(store: string): string[] {
  const folder = journalFolder(store);
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const owned = /^(\d+|seal|\d{8}T[^.]+\.[^.]+)\.(?:lock|spill)$/.exec(name);
    // The seal lock itself is ours.
    if (owned !== null) return name === "seal.lock" || isLocked(join(folder, `${owned[1]}.lock`)) ? [] : [path];
    const [, id = ""] = /^(.+?)\.(?:json|json\.tmp|tmp)$/.exec(name) ?? [];
    const pid = journalWriter(id);
    if (pid === undefined || existsSync(journalPath(store, id)) || isLocked(writerLock(store, pid))) return [];
    return [path];
  });
}
