/** What a collecting process counts of each session: every message, data set and record in exactly one place. */

/** What became of a message. Malformed ones count by their first fault; what stands before it is decoded. */
export const MESSAGE_OUTCOMES = {
  decoded: "read to their end",
  unknownVersion: "neither NetFlow 5, 7 or 9, IPFIX, sFlow 5 nor nfdump's own",
  cutOff: "shorter than their header says",
  badSet: "with a set or record count that cannot be",
  badTemplate: "with a template that contradicts itself",
  badRecord: "with a record that reaches past its set",
} as const;

/** What became of a data set, or flowset. */
export const DATA_SET_OUTCOMES = {
  decoded: "whose template was known, or came in time",
  expired: "whose template did not come in time",
  noRoom: "without template that could not wait: too many did",
  forgotten: "waiting when their exporter was forgotten",
} as const;

/** What became of a record. */
export const RECORD_OUTCOMES = {
  flows: "became rows",
  options: "told about the exporter, not about flows",
  noAddresses: "have no IP addresses",
  noTraffic: "count neither packets nor octets",
  events: "say that a flow began, or alert; its traffic comes with its end",
  cutOff: "reach past their set",
  damaged: "contradict themselves",
  unknown: "are of a kind that is not known",
} as const;

export const TEMPLATE_EVENTS = {
  learned: "new templates",
  changed: "templates that replaced another of their number",
  withdrawn: "withdrawn by the exporter",
  expired: "not sent again within their life time",
  refused: "beyond the limit of an exporter",
} as const;

export const SEQUENCE_EVENTS = {
  lostMessages: "messages that sequence numbers say were sent, and did not come",
  lostRecords: "records that sequence numbers say were sent, and did not come",
  lostSamples: "samples that sFlow agents say were taken, and did not come",
  unsampledPackets: "packets that sFlow agents were to sample, and had no room for",
  reordered: "messages that came after later ones",
  restarts: "times that the exporter started anew, or its sequence jumped",
} as const;

export const ROW_EVENTS = {
  written: "rows handed on",
  corrected: "rows whose times were impossible",
  scaled: "rows whose counters were multiplied by the sampling interval",
} as const;

type Counts<Table> = { -readonly [Name in keyof Table]: number };

export type MessageOutcome = keyof typeof MESSAGE_OUTCOMES;
export type DataSetOutcome = keyof typeof DATA_SET_OUTCOMES;

function zeroes<Table extends object>(table: Table): Counts<Table> {
  return Object.fromEntries(Object.keys(table).map((name) => [name, 0])) as Counts<Table>;
}

/** Counts since the session was first heard of. */
export class SessionCounters {
  /** Octets of all messages. */
  octets = 0;
  /** Data sets that came: the sum of `dataSets`, and those that wait for their template. */
  dataSetsReceived = 0;
  readonly messages = zeroes(MESSAGE_OUTCOMES);
  readonly dataSets = zeroes(DATA_SET_OUTCOMES);
  readonly records = zeroes(RECORD_OUTCOMES);
  readonly templates = zeroes(TEMPLATE_EVENTS);
  readonly sequence = zeroes(SEQUENCE_EVENTS);
  readonly rows = zeroes(ROW_EVENTS);

  /** Adds the counts of another session. */
  add(other: SessionCounters): void {
    this.octets += other.octets;
    this.dataSetsReceived += other.dataSetsReceived;
    addUp(this.messages, other.messages);
    addUp(this.dataSets, other.dataSets);
    addUp(this.records, other.records);
    addUp(this.templates, other.templates);
    addUp(this.sequence, other.sequence);
    addUp(this.rows, other.rows);
  }
}

function addUp<Names extends string>(sums: Record<Names, number>, more: Record<Names, number>): void {
  for (const name of Object.keys(sums) as Names[]) sums[name] += more[name];
}
