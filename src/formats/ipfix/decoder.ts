/** Collecting side of IPFIX: messages and template state in, batches of flow records out. No sockets, no files, no logging. */
import { FlowBatch } from "../../record/batch.js";
import { recordStride } from "../../record/layout.js";
import { IpfixError } from "./error.js";
import { MESSAGE_HEADER, readMessageHeader, SET, SET_HEADER, VARIABLE_LENGTH } from "./message.js";
import { compileReader, minimumSize, type ReadRecords } from "./reader.js";
import type { Specifier, Template } from "./template.js";

/** Fields a template may have; larger ones are refused. */
export const MAXIMUM_FIELDS = 512;

/** Templates kept over all observation domains. */
export const MAXIMUM_TEMPLATES = 4096;

const text = new TextDecoder();

/** Values of an options record by `PEN/id`; text and other octets of variable length as a string. */
export type OptionsValues = ReadonlyMap<string, number | string>;

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

interface KnownTemplate extends Template {
  reader?: ReadRecords;
}

export class IpfixDecoder {
  /** Messages decoded, data records read, sets skipped because their template is not known. */
  readonly counters = { messages: 0, records: 0, unknownTemplateSets: 0, lostRecords: 0 };
  readonly #templates = new Map<string, KnownTemplate>();
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
      this.#templateSet(view, domain, id, start, end);
      return;
    }
    if (id < SET.firstData) throw new IpfixError("BAD_SET", domain, id, start, "reserved set identifier");
    const template = this.#templates.get(`${domain}/${id}`);
    if (template === undefined) {
      this.counters.unknownTemplateSets += 1;
      return;
    }
    if (template.scopeCount > 0) this.#optionsSet(view, domain, template, start, end);
    else this.#dataSet(view, domain, template, start, end, take);
  }

  #dataSet(view: DataView, domain: number, template: KnownTemplate, start: number, end: number, take: TakeBatch): void {
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

  #templateSet(view: DataView, domain: number, set: number, start: number, end: number): void {
    // What remains below a template header's size is padding (RFC 7011 section 3.3.1).
    for (let p = start; end - p >= 4; ) {
      const id = view.getUint16(p);
      const count = view.getUint16(p + 2);
      if (id === 0 && count === 0) return;
      if (count === 0) {
        this.#withdraw(domain, set, id);
        p += 4;
        continue;
      }
      const fail = (reason: string) => new IpfixError("BAD_TEMPLATE", domain, id, p, reason);
      if (id < SET.firstData) throw fail("template identifier below 256");
      if (count > MAXIMUM_FIELDS) throw fail(`${count} fields`);
      let scopeCount = 0;
      let q = p + 4;
      if (set === SET.optionsTemplate) {
        if (end - q < 2) throw fail("options template is cut off");
        scopeCount = view.getUint16(q);
        if (scopeCount === 0 || scopeCount > count) throw fail(`scope of ${scopeCount} fields`);
        q += 2;
      }
      const specifiers: Specifier[] = [];
      for (let k = 0; k < count; k++) {
        if (end - q < 4) throw fail("template is cut off");
        const element = view.getUint16(q);
        const length = view.getUint16(q + 2);
        q += 4;
        let pen = 0;
        if ((element & 0x8000) !== 0) {
          if (end - q < 4) throw fail("template is cut off");
          pen = view.getUint32(q);
          q += 4;
        }
        specifiers.push({ pen, id: element & 0x7fff, length });
      }
      if (minimumSize(specifiers) === 0) throw fail("records without octets");
      this.#learn(domain, { id, specifiers, scopeCount });
      p = q;
    }
  }

  #learn(domain: number, template: KnownTemplate): void {
    const key = `${domain}/${template.id}`;
    const known = this.#templates.get(key);
    if (known !== undefined && sameTemplate(known, template)) return;
    if (known === undefined && this.#templates.size >= MAXIMUM_TEMPLATES) {
      throw new IpfixError("TOO_MANY_TEMPLATES", domain, template.id, 0, `more than ${MAXIMUM_TEMPLATES} templates`);
    }
    this.#templates.set(key, template);
  }

  /** Template withdrawal (RFC 7011 section 8.1); the set's own identifier withdraws all of its kind. */
  #withdraw(domain: number, set: number, id: number): void {
    if (id !== set) {
      this.#templates.delete(`${domain}/${id}`);
      return;
    }
    for (const [key, template] of this.#templates) {
      const options = template.scopeCount > 0;
      if (key.startsWith(`${domain}/`) && options === (set === SET.optionsTemplate)) this.#templates.delete(key);
    }
  }

  #optionsSet(view: DataView, domain: number, template: Template, start: number, end: number): void {
    const least = minimumSize(template.specifiers);
    for (let p = start; end - p >= least; ) {
      const values = new Map<string, number | string>();
      for (const { pen, id, length } of template.specifiers) {
        let octets = length;
        const cut = () => new IpfixError("BAD_RECORD", domain, template.id, p, "options record reaches past its set");
        if (length === VARIABLE_LENGTH) {
          if (end - p < 1) throw cut();
          octets = view.getUint8(p);
          p += 1;
          if (octets === 255) {
            if (end - p < 2) throw cut();
            octets = view.getUint16(p);
            p += 2;
          }
        }
        if (end - p < octets) throw cut();
        values.set(`${pen}/${id}`, optionValue(view, p, octets, length));
        p += octets;
      }
      this.counters.records += 1;
      this.#onOptions?.(domain, template, values);
    }
  }
}

function optionValue(view: DataView, at: number, octets: number, length: number): number | string {
  if (length === VARIABLE_LENGTH || octets > 8)
    return text.decode(new Uint8Array(view.buffer, view.byteOffset + at, octets));
  let value = 0;
  for (let k = 0; k < octets; k++) value = value * 256 + view.getUint8(at + k);
  return value;
}

function sameTemplate(a: Template, b: Template): boolean {
  return (
    a.scopeCount === b.scopeCount &&
    a.specifiers.length === b.specifiers.length &&
    a.specifiers.every((each, k) => {
      const other = b.specifiers[k]!;
      return each.pen === other.pen && each.id === other.id && each.length === other.length;
    })
  );
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
