/** Rows of a journal as queries and sealing see them: numbered, of its sensor, classified. */
import { existsSync } from "node:fs";
import { OctetSource } from "../files/octet_source.js";
import { type IpfixRows, openIpfixRows } from "../formats/ipfix/rows.js";
import { COLUMN_NAMES, type RowSource } from "../record/columns.js";
import { FlowNumbers } from "./flow_numbers.js";
import { type JournalRules, readJournalRules } from "./journal_rules.js";
import { journalPath } from "./layout.js";

export interface JournalRows {
  readonly rows: RowSource;
  /** The stream below, for how it ended. */
  readonly stream: IpfixRows;
  readonly rules: JournalRules;
}

/**
 * Opens a journal. A torn last message is left out. Its rows have no flowtype yet: `classifiedRelation` gives it.
 *
 * @throws InputError when the journal has gone: it has been sealed, and the store must be listed again
 */
export function openJournal(store: string, id: string): JournalRows {
  const rules = readJournalRules(store, id);
  const stream = openIpfixRows(new OctetSource(journalPath(store, id)), "cut");
  return { rows: new FlowNumbers(stream, startOf(id)), stream, rules };
}

/** Times that a listing is repeated because a journal was sealed meanwhile: a busy store seals one an hour. */
const ATTEMPTS = 20;

/**
 * Opens the journals of a listing. When one has been sealed between listing and opening, `list` is called again, so that
 * its rows are neither missed nor read twice.
 */
export function openListed<Listing extends { readonly journals: readonly string[] }>(
  store: string,
  list: () => Listing,
): { readonly listing: Listing; readonly journals: readonly JournalRows[] } {
  for (let attempt = 1; ; attempt++) {
    const listing = list();
    const journals: JournalRows[] = [];
    try {
      for (const id of listing.journals) journals.push(openJournal(store, id));
      return { listing, journals };
    } catch (error) {
      for (const { rows } of journals) rows.close();
      if (attempt === ATTEMPTS || listing.journals.every((id) => existsSync(journalPath(store, id)))) throw error;
    }
  }
}

/** SQL relation of all columns with flowtypes, without the rows that are dropped, over a relation of a journal's rows. */
export function classifiedRelation(relation: string, { flowtype, sensor }: JournalRules): string {
  const columns = COLUMN_NAMES.map((name) => {
    if (name === "flowtype") return `(${flowtype})::SMALLINT AS flowtype`;
    return name === "sensor" ? `${sensor.id}::INTEGER AS sensor` : name;
  });
  return `(SELECT * FROM (SELECT ${columns.join(", ")} FROM ${relation}) WHERE flowtype IS NOT NULL)`;
}

/** Milliseconds since 1970 at which a journal was begun. */
function startOf(id: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})/.exec(id);
  if (found === null) return 0;
  const [, year, month, day, hour, minute, second, millisecond] = found;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`) || 0;
}
