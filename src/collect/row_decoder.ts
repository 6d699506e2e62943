/** Decodes the records of a data set into rows of the session's target. */
import { RESULT, type RowContext, type RowRules } from "../formats/ipfix/row_context.js";
import { compileRowReader, type RowReader } from "../formats/ipfix/row_reader.js";
import type { Template } from "../formats/ipfix/template.js";
import { COLUMN_NAMES, type FlowColumns, UNKNOWN_SENSOR } from "../record/columns.js";
import type { CollectingProcessOptions } from "./options.js";
import { scaleRow } from "./row_scaling.js";
import { correctTimes } from "./row_times.js";
import type { Session } from "./session.js";
import { type UnreadElement, UnreadElements } from "./unread_elements.js";

/** Rows asked for at once (RowTarget). */
const MOST_ROWS = 4096;

/** Compiled readers kept beside those that templates hold: exporters of one make have the same templates. */
const MOST_READERS = 1024;

/** When the records of a set were exported. */
export interface ExportMoment {
  /** Export time, microseconds since 1970. */
  readonly exported: number;
  /** Milliseconds of uptime then, modulo 2^32; -1 unknown. */
  readonly uptime: number;
  /** Arrival, microseconds since 1970. */
  readonly received: number;
}

/** A reader and the counters of what it does not read. */
interface CompiledReader {
  readonly reader: RowReader;
  readonly unread: readonly UnreadElement[];
}

/** A template with what was compiled from it. */
export interface DataTemplate extends Template {
  compiled?: CompiledReader;
}

/** Records read, those of flows among them, and whether the last one reached past the set. */
export interface DecodedSet {
  records: number;
  flows: number;
  cutOff: boolean;
}

export class RowDecoder {
  readonly unread = new UnreadElements();
  readonly #options: CollectingProcessOptions;
  readonly #readers = new Map<string, CompiledReader>();
  readonly #result = new Uint32Array(RESULT.length);
  readonly #context: RowContext;

  constructor(options: CollectingProcessOptions) {
    this.#options = options;
    const samplers = new Float64Array(options.scale === "scaled" ? MOST_ROWS : 0);
    this.#context = { exported: 0, uptime: -1, sensor: UNKNOWN_SENSOR, samplers, find: () => undefined };
  }

  /** Decodes the octets from `start` on, before `end`, and counts their records. */
  decode(
    session: Session,
    template: DataTemplate,
    view: DataView,
    start: number,
    end: number,
    moment: ExportMoment,
  ): DecodedSet {
    template.compiled ??= this.#compiled(session, template);
    const { reader, unread } = template.compiled;
    const result = this.#result;
    const context = this.#context;
    context.exported = moment.exported;
    context.uptime = moment.uptime;
    context.find = session.findTemplate;
    const counts = session.counters.records;
    const decoded: DecodedSet = { records: 0, flows: 0, cutOff: false };
    for (let p = start; end - p >= reader.least; ) {
      const rows = Math.min(MOST_ROWS, Math.floor((end - p) / reader.least) * reader.rowsARecord);
      const columns = session.target.room(rows);
      const from = columns.count;
      reader.read(view, p, end, columns.arrays, from, from + rows, context, result);
      const to = result[RESULT.row]!;
      this.#finish(session, reader, columns, from, to, moment);
      columns.count = to;
      counts.flows += result[RESULT.flows]!;
      counts.noAddresses += result[RESULT.noAddresses]!;
      counts.noTraffic += result[RESULT.noTraffic]!;
      counts.events += result[RESULT.events]!;
      decoded.records +=
        result[RESULT.flows]! + result[RESULT.noAddresses]! + result[RESULT.noTraffic]! + result[RESULT.events]!;
      if (result[RESULT.position] === p) {
        counts.cutOff += 1;
        decoded.cutOff = true;
        break;
      }
      p = result[RESULT.position]!;
    }
    decoded.flows = decoded.records;
    for (const each of unread) each.records += decoded.records;
    return decoded;
  }

  /** Times and counters of rows that were just written. */
  #finish(
    session: Session,
    { sampling }: RowReader,
    columns: FlowColumns,
    from: number,
    to: number,
    { received }: ExportMoment,
  ): void {
    const counts = session.counters.rows;
    counts.written += to - from;
    counts.corrected += correctTimes(columns, from, to, received, this.#options.allowedTimes);
    if (this.#options.scale !== "scaled") return;
    const table = session.sampling;
    if (sampling === "none" && table.isUniform && table.common === 1) return;
    const { samplers } = this.#context;
    // VLANs in the place of interfaces have no intervals.
    const { input, output } = session.habits.interfaces === "snmp" ? columns.arrays : {};
    for (let row = from; row < to; row++) {
      const noted = sampling === "none" ? 0 : samplers[row - from]!;
      const interval = table.intervalOf(sampling, noted, input?.[2 * row] ?? 0, output?.[2 * row] ?? 0);
      if (interval === 1) continue;
      scaleRow(columns, row, interval);
      counts.scaled += 1;
    }
  }

  #compiled({ habits }: Session, template: Template): CompiledReader {
    const { addressless, idle, post, interfaces, denied } = habits;
    const sampling = this.#options.scale === "scaled" ? "noted" : "ignored";
    const rules: RowRules = { addressless, idle, post, interfaces, denied, sampling };
    const layout = template.specifiers.map(({ pen, id, length }) => `${pen}/${id}/${length}`).join();
    const key = `${addressless} ${idle} ${post} ${interfaces} ${denied} ${layout}`;
    const known = this.#readers.get(key);
    if (known !== undefined) return known;
    const reader = compileRowReader(template, COLUMN_NAMES, rules);
    const made = { reader, unread: this.unread.of(reader.unread) };
    if (this.#readers.size >= MOST_READERS) {
      const [oldest] = this.#readers.keys();
      if (oldest !== undefined) this.#readers.delete(oldest);
    }
    this.#readers.set(key, made);
    return made;
  }
}
