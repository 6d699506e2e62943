/** Collecting side of IPFIX: messages and template state in, batches of flow records out. No sockets, no files, no logging. */
import { FlowBatch } from "../../record/batch.js";
import { recordStride } from "../../record/layout.js";
import { IpfixError } from "./error.js";
import { MESSAGE_HEADER, readMessageHeader, SET, SET_HEADER } from "./message.js";
import { type OptionsValues, readOptionsSet } from "./options_reader.js";
import { compileReader, minimumSize, type ReadRecords } from "./reader.js";
import type { Template } from "./template.js";
import { type KnownTemplate, MAXIMUM_TEMPLATES, TemplateTable } from "./template_table.js";

export interface IpfixDecoderOptions {
  /** Statistics groups of the records to fill (bits of GROUP). Default none. */
  readonly groups?: number;
  /** Records of the batch handed out. Default 4096. */
  readonly capacity?: number;
  /** Takes the records of options templates. */
  readonly onOptions?: (domain: number, template: Template, values: OptionsValues) => void;
}

/** Takes decoded records; the batch is valid only during the call. */
export type TakeBatch = (batch: FlowBatch) => void;

export class IpfixDecoder {
  /** Messages decoded, data records read, sets skipped because their template is not known. */
  readonly counters = { messages: 0, records: 0, unknownTemplateSets: 0, lostRecords: 0 };
  readonly #templates = new TemplateTable<ReadRecords>();
  readonly #sequences = new Map<number, number>();
  readonly #batch: FlowBatch;
  readonly #capacity: number;
  readonly #onOptions: IpfixDecoderOptions["onOptions"];
  readonly #result = new Uint32Array(2);

  constructor({ groups = 0, capacity = 4096, onOptions }: IpfixDecoderOptions = {}) {
    this.#capacity = capacity;
    this.#batch = new FlowBatch(new ArrayBuffer(capacity * recordStride(groups)), groups);
    this.#onOptions = onOptions;
  }

  /**
   * Decodes one whole message. Records are handed out before it returns.
   * @throws IpfixError when the message contradicts itself; what came before stands
   */
  decode(message: Uint8Array, take: TakeBatch): void {
    const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    const header = message.length >= MESSAGE_HEADER ? readMessageHeader(view, 0) : undefined;
    if (header === undefined || header.length > message.length) {
      throw new IpfixError("BAD_HEADER", 0, 0, 0, "not a whole IPFIX message");
    }
    const { domain, length, sequence } = header;
    const before = this.counters.records;
    try {
      for (let offset = MESSAGE_HEADER; offset < length; ) {
        if (length - offset < SET_HEADER) throw new IpfixError("BAD_SET", domain, 0, offset, "set header is cut off");
        const id = view.getUint16(offset);
        const end = offset + view.getUint16(offset + 2);
        if (end < offset + SET_HEADER || end > length) {
          throw new IpfixError("BAD_SET", domain, id, offset, "set is longer than the message");
        }
        this.#set(view, domain, id, offset + SET_HEADER, end, take);
        offset = end;
      }
    } finally {
      this.#release(take);
    }
    this.counters.messages += 1;
    this.#count(domain, sequence, this.counters.records - before);
  }

  #count(domain: number, sequence: number, records: number): void {
    const expected = this.#sequences.get(domain);
    if (expected === undefined && this.#sequences.size >= MAXIMUM_TEMPLATES) this.#sequences.clear();
    // A jump back is a restarted exporter, not a loss.
    const gap = expected === undefined ? 0 : (sequence - expected) >>> 0;
    if (gap < 0x80000000) this.counters.lostRecords += gap;
    this.#sequences.set(domain, (sequence + records) >>> 0);
  }

  #set(view: DataView, domain: number, id: number, start: number, end: number, take: TakeBatch): void {
    if (id === SET.template || id === SET.optionsTemplate) {
      this.#templates.takeSet(view, domain, id, start, end);
      return;
    }
    if (id < SET.firstData) throw new IpfixError("BAD_SET", domain, id, start, "reserved set identifier");
    const template = this.#templates.find(domain, id);
    if (template === undefined) {
      this.counters.unknownTemplateSets += 1;
      return;
    }
    if (template.scopeCount > 0) {
      readOptionsSet(view, domain, template, start, end, (values) => {
        this.counters.records += 1;
        this.#onOptions?.(domain, template, values);
      });
    } else this.#dataSet(view, domain, template, start, end, take);
  }

  #dataSet(
    view: DataView,
    domain: number,
    template: KnownTemplate<ReadRecords>,
    start: number,
    end: number,
    take: TakeBatch,
  ): void {
    const batch = this.#batch;
    template.reader ??= compileReader(template, batch.groups, batch.stride);
    const least = minimumSize(template.specifiers);
    for (let p = start; end - p >= least; ) {
      if (batch.count === this.#capacity) this.#release(take);
      const room = this.#capacity - batch.count;
      const o = batch.count * batch.stride;
      // At most so many records follow: only what they need is zeroed.
      const most = Math.min(room, Math.floor((end - p) / least));
      batch.u8.fill(0, o, o + most * batch.stride);
      template.reader(view, p, end, batch.u8, batch.u16, batch.u32, o, most, this.#result);
      const read = this.#result[1]!;
      p = this.#result[0]!;
      batch.count += read;
      this.counters.records += read;
      if (read < most && end - p >= least) {
        throw new IpfixError("BAD_RECORD", domain, template.id, p, "variable-length element reaches past its set");
      }
    }
  }

  #release(take: TakeBatch): void {
    if (this.#batch.count === 0) return;
    take(this.#batch);
    this.#batch.count = 0;
  }
}

/**
 * Calls `take` with each whole message of a stream or file piece (RFC 5655).
 * @returns octets consumed; the rest is the start of the next message, or a torn tail
 * @throws IpfixError where a message should start and does not
 */
export function eachMessage(octets: Uint8Array, take: (message: Uint8Array) => void): number {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  let offset = 0;
  while (octets.length - offset >= MESSAGE_HEADER) {
    const header = readMessageHeader(view, offset);
    if (header === undefined) throw new IpfixError("BAD_HEADER", 0, 0, offset, "not an IPFIX message");
    if (header.length > octets.length - offset) break;
    take(octets.subarray(offset, offset + header.length));
    offset += header.length;
  }
  return offset;
}
