/** Exporting side of IPFIX (RFC 7011) with bidirectional records (RFC 5103); an IPFIX file (RFC 5655) is its output. */
import type { FlowBatch } from "../../record/batch.js";
import { groupOffset } from "../../record/layout.js";
import type { Emit, EmitTemplates, MessageEncoder } from "../encoder.js";
import { PARTITION, Partition } from "../partition.js";
import { SetBuffer } from "../set_buffer.js";
import { type Continuation, type FlowTemplate, flowTemplate, type Timestamps } from "./flow_template.js";
import { MESSAGE_HEADER, SEQUENCE, SET, SET_HEADER, writeMessageHeader } from "./message.js";
import type { OptionsRecord } from "./options.js";
import { optionsRecordSize, writeOptionsRecord } from "./options.js";
import { SHAPES, shapeOf } from "./shape.js";
import { type Template, templateSize, writeTemplate } from "./template.js";

export interface IpfixEncoderOptions {
  /** Octets of the largest message: path MTU less IP and UDP headers, or up to 65,535. Default 65,000. */
  readonly maxMessage?: number;
  /** Observation domain identifier. Default 0. */
  readonly domain?: number;
  readonly timestamps?: Timestamps;
  readonly continuation?: Continuation;
  /** Milliseconds since the epoch, for the export time. Default the system clock. */
  readonly clock?: () => number;
  /** Announce templates again after so many messages; 0, the default, never (TCP, files). */
  readonly templateRefreshPackets?: number;
  /** Options records that are sent with the templates, and again with them. */
  readonly standing?: readonly OptionsRecord[];
}

/** Smallest `maxMessage`: the largest template and the largest record fit in it. */
export const MINIMUM_MESSAGE = 1024;

const MAXIMUM_MESSAGE = 65535;

export class IpfixEncoder implements MessageEncoder {
  readonly sequenceOffset = SEQUENCE;
  readonly #message: SetBuffer;
  readonly #options: Required<IpfixEncoderOptions>;
  readonly #templates = new Map<number, FlowTemplate>();
  readonly #optionsTemplates = new Map<number, Template>();
  /** Identifiers of the templates the collector has been sent since the last refresh. */
  readonly #announced = new Set<number>();
  readonly #partition = new Partition(SHAPES);
  #flows = 0;
  #dataRecords = 0;
  #sequence = 0;
  #messagesSinceRefresh = 0;
  /** The standing records have to be sent with the next flows. */
  #standingDue: boolean;

  constructor(options: IpfixEncoderOptions = {}) {
    this.#options = {
      maxMessage: 65000,
      domain: 0,
      timestamps: "milliseconds",
      continuation: "plain",
      clock: Date.now,
      templateRefreshPackets: 0,
      standing: [],
      ...options,
    };
    const { maxMessage } = this.#options;
    if (!(maxMessage >= MINIMUM_MESSAGE && maxMessage <= MAXIMUM_MESSAGE)) {
      throw new RangeError(`an IPFIX message has ${MINIMUM_MESSAGE} to ${MAXIMUM_MESSAGE} octets, not ${maxMessage}`);
    }
    this.#message = new SetBuffer(maxMessage, MESSAGE_HEADER, 1);
    const { standing } = this.#options;
    for (const { template } of standing) this.#optionsTemplates.set(template.id, template);
    this.#standingDue = standing.length > 0;
  }

  encode(batch: FlowBatch, emit: Emit, chosen?: Uint32Array): void {
    if (this.#standingDue) this.#encodeStanding(emit);
    const partition = this.#partition;
    const { u8, u16, u32, stride } = batch;
    const link = groupOffset(batch.groups, "link");
    const { first } = batch;
    const end = chosen?.length ?? batch.count;
    for (let from = 0; from < end; from += PARTITION) {
      const to = Math.min(end, from + PARTITION);
      partition.clear();
      for (let at = from; at < to; at++) {
        const index = chosen === undefined ? first + at : chosen[at]!;
        partition.add(shapeOf(u8, u16, u32, index * stride, link), index);
      }
      partition.sort();
      partition.keys.forEach((shape, k) => {
        const template = this.#flowTemplate(shape, batch.groups);
        this.#writeFlows(batch, template, partition.starts[k]!, partition.starts[k + 1]!, emit);
      });
    }
  }

  /** Encodes options records, such as the statistics of the exporting process, behind the template they need. */
  encodeOptions(records: readonly OptionsRecord[], emit: Emit): void {
    for (const record of records) {
      const size = optionsRecordSize(record);
      if (size + MESSAGE_HEADER + SET_HEADER > this.#message.octets.length) {
        throw new RangeError(`an options record of ${size} octets does not fit an IPFIX message`);
      }
      this.#optionsTemplates.set(record.template.id, record.template);
      this.#announce(record.template, emit);
      this.#reserve(size + (this.#message.setId === record.template.id ? 0 : SET_HEADER), emit);
      this.#message.openSet(record.template.id);
      this.#message.position = writeOptionsRecord(record, this.#message.view, this.#message.position);
      this.#dataRecords += 1;
    }
  }

  flush(emit: Emit): void {
    if (this.#message.isEmpty) return;
    this.#message.closeSet();
    const now = this.#options.clock();
    this.#writeHeader(this.#message.view, this.#message.position, now);
    this.#sequence = (this.#sequence + this.#dataRecords) >>> 0;
    const octets = this.#message.take();
    const flows = this.#flows;
    this.#flows = 0;
    this.#dataRecords = 0;
    this.#refresh();
    emit(octets, flows);
  }

  /**
   * Emits every template in use and the standing records, in messages of their own that leave what is buffered and the
   * sequence as they are: for a collector that has missed them (RFC 7011 section 8.1). Advance is the data records.
   */
  templates(emit: EmitTemplates): void {
    const buffer = new Uint8Array(this.#message.octets.length);
    const view = new DataView(buffer.buffer);
    let position = MESSAGE_HEADER;
    let records = 0;
    const send = () => {
      if (position === MESSAGE_HEADER) return;
      this.#writeHeader(view, position, this.#options.clock());
      emit(buffer.subarray(0, position), records);
      position = MESSAGE_HEADER;
      records = 0;
    };
    const set = (id: number, octets: number, write: (at: number) => number) => {
      const size = SET_HEADER + octets;
      if (position + size > buffer.length) send();
      view.setUint16(position, id);
      view.setUint16(position + 2, size);
      position = write(position + SET_HEADER);
    };
    for (const template of [...this.#templates.values(), ...this.#optionsTemplates.values()]) {
      const id = template.scopeCount === 0 ? SET.template : SET.optionsTemplate;
      set(id, templateSize(template), (at) => writeTemplate(template, view, at));
    }
    for (const record of this.#options.standing) {
      set(record.template.id, optionsRecordSize(record), (at) => writeOptionsRecord(record, view, at));
      records += 1;
    }
    send();
  }

  /** Message header, RFC 7011 section 3.1. */
  #writeHeader(view: DataView, length: number, now: number): void {
    const exportTime = Math.floor(now / 1000);
    writeMessageHeader(view, { length, exportTime, sequence: this.#sequence, domain: this.#options.domain });
  }

  /** Forgets what was announced when the number of messages is up: the next use announces again. */
  #refresh(): void {
    const { templateRefreshPackets, standing } = this.#options;
    this.#messagesSinceRefresh += 1;
    if (templateRefreshPackets === 0 || this.#messagesSinceRefresh < templateRefreshPackets) return;
    this.#announced.clear();
    this.#messagesSinceRefresh = 0;
    this.#standingDue = standing.length > 0;
  }

  #encodeStanding(emit: Emit): void {
    this.#standingDue = false;
    this.encodeOptions(this.#options.standing, emit);
  }

  #flowTemplate(shape: number, groups: number): FlowTemplate {
    const key = shape | (groups << 11);
    let template = this.#templates.get(key);
    if (template === undefined) {
      template = flowTemplate(shape, groups, this.#options);
      this.#templates.set(key, template);
    }
    return template;
  }

  #writeFlows(batch: FlowBatch, template: FlowTemplate, start: number, end: number, emit: Emit): void {
    const { u8, u16, u32, stride } = batch;
    for (let from = start; from < end; ) {
      this.#announce(template, emit);
      this.#reserve(template.size + (this.#message.setId === template.id ? 0 : SET_HEADER), emit);
      this.#message.openSet(template.id);
      const room = Math.floor(this.#message.room / template.size);
      const to = Math.min(end, from + room);
      this.#message.position = template.write(
        u8,
        u16,
        u32,
        stride,
        this.#partition.order,
        from,
        to,
        this.#message.view,
        this.#message.position,
      );
      this.#flows += to - from;
      this.#dataRecords += to - from;
      from = to;
    }
  }

  /** Sends the template unless the collector has it; its records may follow in the next message. */
  #announce(template: Template, emit: Emit): void {
    if (this.#announced.has(template.id)) return;
    this.#reserve(SET_HEADER + templateSize(template), emit);
    this.#message.openSet(template.scopeCount === 0 ? SET.template : SET.optionsTemplate);
    this.#message.position = writeTemplate(template, this.#message.view, this.#message.position);
    this.#announced.add(template.id);
  }

  /** Starts a new message when `size` octets do not fit into this one. */
  #reserve(size: number, emit: Emit): void {
    if (size > this.#message.room) this.flush(emit);
  }
}
