import { statSync } from "node:fs";
import { sealJournal } from "./seal.js";
import { withSealEngine } from "./seal_engine.js";
import type { SealedJournal } from "./seal_queue.js";

/**
 * Seals a journal in this process.
 *
 * @param owner of the spill folder: what precedes `.lock` in the name of a lock that this process holds
 */
export async function sealHere(
  store: string,
  id: string,
  attempt: "first" | "again",
  owner: string,
): Promise<SealedJournal> {
  const files = await withSealEngine(store, owner, (engine) => sealJournal(store, id, engine, attempt));
  const octets = files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  return { files: files.length, octets };
}
