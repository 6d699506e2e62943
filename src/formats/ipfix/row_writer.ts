/** Rows as an IPFIX stream or file: the site's names of sensors and types, then unidirectional records with every column. */
import { type ColumnArrays, type FlowColumns, MAPPED_IPV4, type RowSink } from "../../record/columns.js";
import type { Flowtype, Sensor } from "../../site/site.js";
import { SetBuffer } from "../set_buffer.js";
import { MESSAGE_HEADER, SET, SET_HEADER, writeMessageHeader } from "./message.js";
import { type OptionsRecord, optionsRecordSize, writeOptionsRecord } from "./options.js";
import { ROW_TEMPLATES, type RowTemplate } from "./row_template.js";
import { flowtypeRecord, sensorRecord } from "./site_names.js";
import { type Template, templateSize, writeTemplate } from "./template.js";

/** Octets of the largest message. */
const LARGEST = 65535;

const DOMAIN = 0;

/** Names of the numbers in rows; a site's configuration has them. */
export interface RowNames {
  readonly sensors: readonly Sensor[];
  readonly flowtypes: readonly Flowtype[];
}

/** Takes messages: a file or stream, or a journal, which wants to know how many records are in each. */
export interface MessageSink {
  write(octets: Uint8Array, records: number): void;
}

export interface IpfixRowWriterOptions {
  /** Names that the stream begins with. */
  readonly names?: RowNames;
  /** Milliseconds since 1970, for the export time. Default the system clock. */
  readonly clock?: () => number;
}

export class IpfixRowWriter implements RowSink {
  readonly #sink: MessageSink;
  #names: RowNames | undefined;
  readonly #clock: () => number;
  readonly #message = new SetBuffer(LARGEST, MESSAGE_HEADER, 1);
  readonly #announced = new Set<number>();
  #records = 0;
  #sequence = 0;

  /** @param sink is closed by the caller, after `end` */
  constructor(sink: MessageSink, { names, clock = Date.now }: IpfixRowWriterOptions = {}) {
    this.#sink = sink;
    this.#names = names;
    this.#clock = clock;
  }

  write(rows: FlowColumns): void {
    this.#begin();
    const { count, arrays } = rows;
    for (let from = 0; from < count; ) {
      const ipv4 = isIpv4(arrays, from);
      const to = endOfRun(arrays, from, count, ipv4);
      this.#writeRun(ROW_TEMPLATES[ipv4 ? 4 : 6], arrays, from, to);
      from = to;
    }
  }

  /** A stream without rows still says what it is: it has a template. */
  end(): void {
    this.#begin();
    this.#announce(ROW_TEMPLATES[4]);
    this.flush();
  }

  /** Writes what is held back. */
  flush(): void {
    if (this.#message.isEmpty) return;
    this.#message.closeSet();
    const { view, position } = this.#message;
    const exportTime = Math.floor(this.#clock() / 1000);
    writeMessageHeader(view, { length: position, exportTime, sequence: this.#sequence, domain: DOMAIN });
    this.#sequence = (this.#sequence + this.#records) >>> 0;
    const records = this.#records;
    this.#records = 0;
    this.#sink.write(this.#message.take(), records);
  }

  #begin(): void {
    if (this.#names !== undefined) this.#writeNames(this.#names);
    this.#names = undefined;
  }

  #writeRun(template: RowTemplate, arrays: ColumnArrays, start: number, end: number): void {
    this.#announce(template);
    for (let from = start; from < end; ) {
      this.#reserve(template.size + (this.#message.setId === template.id ? 0 : SET_HEADER));
      this.#message.openSet(template.id);
      const room = Math.floor(this.#message.room / template.size);
      const to = Math.min(end, from + room);
      this.#message.position = template.write(arrays, from, to, this.#message.view, this.#message.position);
      this.#records += to - from;
      from = to;
    }
  }

  /** What the numbers in rows mean, before the first row. */
  #writeNames({ sensors, flowtypes }: RowNames): void {
    for (const each of sensors) this.#writeOptions(sensorRecord(DOMAIN, each));
    for (const each of flowtypes) this.#writeOptions(flowtypeRecord(DOMAIN, each));
  }

  #writeOptions(record: OptionsRecord): void {
    this.#announce(record.template);
    this.#reserve(optionsRecordSize(record) + SET_HEADER);
    this.#message.openSet(record.template.id);
    this.#message.position = writeOptionsRecord(record, this.#message.view, this.#message.position);
    this.#records += 1;
  }

  #announce(template: Template): void {
    if (this.#announced.has(template.id)) return;
    this.#announced.add(template.id);
    this.#reserve(SET_HEADER + templateSize(template));
    this.#message.openSet(template.scopeCount === 0 ? SET.template : SET.optionsTemplate);
    this.#message.position = writeTemplate(template, this.#message.view, this.#message.position);
  }

  #reserve(octets: number): void {
    if (octets > this.#message.room) this.flush();
  }
}

/** The first row behind `from` whose addresses are not of IPv4 as those of `from` are, or are not. */
function endOfRun(arrays: ColumnArrays, from: number, count: number, ipv4: boolean): number {
  let row = from + 1;
  // Looked up once: it is asked of every row.
  const { sip_hi, sip_lo, dip_hi, dip_lo, nhip_hi, nhip_lo } = arrays;
  for (; row < count; row++) {
    const low = 2 * row;
    const high = low + 1;
    const odd =
      sip_hi![low]! |
      sip_hi![high]! |
      dip_hi![low]! |
      dip_hi![high]! |
      nhip_hi![low]! |
      nhip_hi![high]! |
      (sip_lo![high]! ^ MAPPED_IPV4) |
      (dip_lo![high]! ^ MAPPED_IPV4) |
      (nhip_lo![high]! ^ MAPPED_IPV4);
    if ((odd === 0) !== ipv4) break;
  }
  return row;
}

/** Whether all three addresses of a row are of IPv4. */
function isIpv4(arrays: ColumnArrays, row: number): boolean {
  return endOfRun(arrays, row - 1, row + 1, true) > row;
}
