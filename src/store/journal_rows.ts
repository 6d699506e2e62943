/** Rows of a journal as queries and sealing see them: numbered, of its sensor, classified. */
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
