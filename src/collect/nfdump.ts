/** Messages of nfpcapd, with the records of nfdump's files. */
import { ELEMENT_RECORD, LEAST_RECORD, readElementRecord } from "../formats/nfdump/element_record.js";
import { NFDUMP_MESSAGE_HEADER, readNfdumpMessageHeader } from "../formats/nfdump/message.js";
import {
  type AppendRecord,
  fillUntold,
  RecordValues,
  ROWS_A_RECORD,
  recordAppender,
} from "../formats/nfdump/record_rows.js";
import type { FlowColumns } from "../record/columns.js";
import type { MessageOutcome } from "./counters.js";
import type { ReceivedMessage } from "./message.js";
import type { MessageDecoder } from "./message_decoder.js";
import type { CollectingProcessOptions } from "./options.js";
import { scaleRow } from "./row_scaling.js";
import { correctTimes } from "./row_times.js";
import type { Session, SessionIdentity } from "./session.js";

/** Rows asked for at once (RowTarget). */
const MOST_ROWS = 4096;

/** Octets of a record's type and size. */
const TYPE_AND_SIZE = 4;

/** The header tells neither domain nor process: nfpcapd sends from one socket. */
const IDENTITY: SessionIdentity = { protocol: "nfdump", domain: 0, agent: "" };

/** How far a message is read. */
interface Progress {
  position: number;
  /** Records so far. */
  records: number;
  outcome: MessageOutcome;
}

export class NfdumpMessageDecoder implements MessageDecoder {
  readonly #options: CollectingProcessOptions;
  readonly #values = new RecordValues();
  readonly #appenders = new WeakMap<FlowColumns, AppendRecord>();

  constructor(options: CollectingProcessOptions) {
    this.#options = options;
  }

  identify(octets: DataView): SessionIdentity | undefined {
    return octets.byteLength < NFDUMP_MESSAGE_HEADER ? undefined : IDENTITY;
  }

  decode({ octets, received }: ReceivedMessage, session: Session): MessageOutcome {
    const { length, sequence, records } = readNfdumpMessageHeader(octets);
    session.sequence.note(sequence, 1);
    const cut = length > octets.byteLength;
    const end = cut ? octets.byteLength : length;
    const progress: Progress = { position: NFDUMP_MESSAGE_HEADER, records: 0, outcome: cut ? "cutOff" : "decoded" };
    while (progress.position < end) {
      // Records that become two rows are longer than two that become one.
      const rows = Math.min(MOST_ROWS, Math.floor((end - progress.position) / LEAST_RECORD) + ROWS_A_RECORD);
      const columns = session.target.room(rows);
      const from = columns.count;
      this.#readRecords(octets, end, progress, session, columns, from + rows);
      this.#finish(session, columns, from, received);
    }
    if (progress.outcome !== "decoded") return progress.outcome;
    return length < NFDUMP_MESSAGE_HEADER || progress.records !== records ? "badSet" : "decoded";
  }

  /** Reads records until the message or the room before row `full` ends. */
  #readRecords(
    octets: DataView,
    end: number,
    progress: Progress,
    session: Session,
    columns: FlowColumns,
    full: number,
  ): void {
    const counts = session.counters.records;
    const { addressless, idle } = session.habits;
    const append = this.#appenderTo(columns);
    const values = this.#values;
    while (progress.position < end && columns.count + ROWS_A_RECORD <= full) {
      const start = progress.position;
      const size = end - start < TYPE_AND_SIZE ? 0 : octets.getUint16(start + 2, true);
      progress.records += 1;
      if (size < TYPE_AND_SIZE || size > end - start) {
        // Where the next record begins is not known.
        progress.position = end;
        counts.cutOff += 1;
        if (progress.outcome === "decoded") progress.outcome = "badRecord";
        return;
      }
      progress.position = start + size;
      if (octets.getUint16(start, true) !== ELEMENT_RECORD) {
        counts.unknown += 1;
        continue;
      }
      if (!readElementRecord(octets, start, start + size, values)) {
        counts.damaged += 1;
        if (progress.outcome === "decoded") progress.outcome = "badRecord";
        continue;
      }
      if (values.version === 0 && addressless === "skip") {
        counts.noAddresses += 1;
        continue;
      }
      if (values.packets + values.octets + values.outPackets + values.outOctets === 0) {
        if (idle === "skip") {
          counts.noTraffic += 1;
          continue;
        }
        values.packets = 1;
      }
      append(values);
      counts.flows += 1;
    }
  }

  /** What records do not tell of the rows from `from` on, their times and their counters. */
  #finish({ counters, sampling }: Session, columns: FlowColumns, from: number, received: number): void {
    const to = columns.count;
    fillUntold(columns, from, to);
    counters.rows.written += to - from;
    counters.rows.corrected += correctTimes(columns, from, to, received, this.#options.allowedTimes);
    if (this.#options.scale !== "scaled" || sampling.common === 1) return;
    for (let row = from; row < to; row++) scaleRow(columns, row, sampling.common);
    counters.rows.scaled += to - from;
  }

  #appenderTo(columns: FlowColumns): AppendRecord {
    let found = this.#appenders.get(columns);
    if (found === undefined) {
      found = recordAppender(columns);
      this.#appenders.set(columns, found);
    }
    return found;
  }
}
