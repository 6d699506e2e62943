import { join } from "node:path";
import { journalFolder } from "./layout.js";

/** The lock that a process beside the journal's writer holds while it seals the journal. */
export function sealLock(store: string, id: string): string {
  return join(journalFolder(store), `${id}.lock`);
}
