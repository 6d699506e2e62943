/** What a store holds, as a query sees it: sealed files and journals together. */

import { existsSync, readdirSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parquetRelation } from "../../src/query/dialect.js";
import { Engine } from "../../src/query/engine.js";
import { classifiedRelation, openListed } from "../../src/store/journal_rows.js";
import { journalFolder } from "../../src/store/layout.js";
import { listStore, type Wanted } from "../../src/store/listing.js";
import type { Running } from "./program.js";

const COLUMNS = "stime, etime, sip_hi, sip_lo, dip_lo, sport, dport, proto, packets, bytes, attributes, flow_id";

/** Result of a query over the rows of a store, which stand in the relation `flows`. */
export async function askStore(store: string, select: string, wanted: Wanted = {}): Promise<number[][]> {
  const { listing, journals: opened } = openListed(store, () => listStore(store, wanted));
  const { files } = listing;
  const engine = await Engine.open();
  try {
    const parts = opened.map(
      ({ rows, rules }) => `SELECT ${COLUMNS} FROM ${classifiedRelation(engine.addRows(rows), rules)}`,
    );
    if (files.length > 0) parts.push(`SELECT ${COLUMNS} FROM ${parquetRelation(files.map((file) => file.path))}`);
    if (parts.length === 0) return [];
    return await engine.numbers(select.replace("flows", `(${parts.join(" UNION ALL ")})`));
  } finally {
    for (const { rows } of opened) rows.close();
    engine.close();
  }
}

/** Rows in a store. */
export async function countRows(store: string, wanted: Wanted = {}): Promise<number> {
  const [[count] = [0]] = await askStore(store, "SELECT count(*)::INTEGER FROM flows", wanted);
  return count!;
}

/**
 * Kills a writer in the middle of its sealing. Of one that was faster than this process could look, the store is removed
 * and another is started.
 */
export async function killWhileSealing(store: string, write: () => Running): Promise<void> {
  for (let attempt = 1; attempt <= 20; attempt++) {
    rmSync(store, { recursive: true, force: true });
    const { child, ended } = write();
    let left = false;
    void ended.then(() => {
      left = true;
    });
    while (!left && !isSealing(store)) await pause(2);
    child.kill("SIGKILL");
    if ((await ended).signal === "SIGKILL") return;
  }
  throw new Error("sealing was never seen");
}

/** Whether there is a Parquet file that is being written (seal.ts). */
function isSealing(store: string): boolean {
  const folder = journalFolder(store);
  return existsSync(folder) && readdirSync(folder).some((name) => /^\d{8}T.*\d\.tmp$/.test(name));
}
