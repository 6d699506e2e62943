/** Data sets of NetFlow 9 and IPFIX: decoded by their template, or kept until it comes. */
import { IpfixError } from "../formats/ipfix/error.js";
import { readOptionsSet } from "../formats/ipfix/options_reader.js";
import type { DecodedSet, ExportMoment, RowDecoder } from "./row_decoder.js";
import type { Session } from "./session.js";
import type { LearnedTemplate } from "./session_templates.js";
import type { WaitingSets } from "./waiting_sets.js";

export class DataSets {
  readonly #rows: RowDecoder;
  readonly #waiting: WaitingSets;

  constructor(rows: RowDecoder, waiting: WaitingSets) {
    this.#rows = rows;
    this.#waiting = waiting;
  }

  /** Takes the records from `start` on, before `end`; undefined when their template is not known yet. */
  take(
    session: Session,
    id: number,
    view: DataView,
    start: number,
    end: number,
    moment: ExportMoment,
  ): DecodedSet | undefined {
    session.counters.dataSetsReceived += 1;
    const template = session.templates.find(id);
    if (template !== undefined) return this.#decode(session, template, view, start, end, moment);
    this.#waiting.add(session, id, view, start, end, moment);
    return undefined;
  }

  /** Decodes what has waited for a template. */
  resume(session: Session, template: LearnedTemplate): void {
    for (const { octets, moment } of this.#waiting.take(session, template.id))
      this.#decode(session, template, octets, 0, octets.byteLength, moment);
  }

  #decode(
    session: Session,
    template: LearnedTemplate,
    view: DataView,
    start: number,
    end: number,
    moment: ExportMoment,
  ): DecodedSet {
    session.counters.dataSets.decoded += 1;
    if (template.scopeCount === 0) return this.#rows.decode(session, template, view, start, end, moment);
    const decoded: DecodedSet = { records: 0, flows: 0, cutOff: false };
    try {
      readOptionsSet(view, session.identity.domain, template, start, end, (values) => {
        session.takeOptions(values);
        decoded.records += 1;
      });
    } catch (error) {
      if (!(error instanceof IpfixError)) throw error;
      decoded.cutOff = true;
      session.counters.records.cutOff += 1;
    }
    session.counters.records.options += decoded.records;
    return decoded;
  }
}
