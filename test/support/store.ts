/** What a store holds, as a query sees it: sealed files and journals together. */

import { parquetRelation } from "../../src/query/dialect.js";
import { Engine } from "../../src/query/engine.js";
import { classifiedRelation, openListed } from "../../src/store/journal_rows.js";
import { listStore, type Wanted } from "../../src/store/listing.js";

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
