import { join } from "node:path";
import { journalFolder } from "./layout.js";

/** The lock that a writing process holds in a store: its journals are nobody else's. */
export function writerLock(store: string, pid: number): string {
  return join(journalFolder(store), `${pid}.lock`);
}
