/** Rows from an IPFIX file, stream or journal. */
import { InputError } from "../../errors.js";
import type { OctetSource } from "../../files/octet_source.js";
import { type ColumnName, FlowColumns, type RowSource, UNKNOWN_SENSOR } from "../../record/columns.js";
import { IpfixError } from "./error.js";
import { MESSAGE_HEADER, readMessageHeader, SET, SET_HEADER } from "./message.js";
import { readOptionsSet } from "./options_reader.js";
import { RESULT, type RowContext } from "./row_context.js";
import { compileRowReader, type RowReader } from "./row_reader.js";
import { type SiteHints, SiteNames } from "./site_names.js";
import { type KnownTemplate, TemplateTable } from "./template_table.js";

/**
 * What an unfinished or broken end is: an error in files, and in journals where their writer was killed, so that what is
 * whole before it counts.
 */
export type Tail = "error" | "cut";

/** Rows of a record are written together: below this capacity they pass through a buffer. */
const LEAST_CAPACITY = 2;

/** The message being read; offsets are in the source's buffer. */
interface Message {
  readonly domain: number;
  readonly exported: number;
  /** Offset of the message in the file. */
  readonly offset: number;
  readonly end: number;
  /** Next set. */
  position: number;
}

/** The data set being read. */
interface DataSet {
  readonly template: KnownTemplate<RowReader>;
  readonly end: number;
  position: number;
}

export class IpfixRows implements RowSource {
  /** Data sets passed over because their template has not been seen. */
  unknownTemplateSets = 0;
  readonly #source: OctetSource;
  readonly #tail: Tail;
  readonly #templates = new TemplateTable<RowReader>();
  readonly #names = new SiteNames();
  readonly #result = new Uint32Array(RESULT.length);
  readonly #context: RowContext = {
    exported: 0,
    uptime: -1,
    sensor: UNKNOWN_SENSOR,
    samplers: new Float64Array(0),
    find: (id) => this.#templates.find(this.#message?.domain ?? 0, id),
  };
  #wanted: readonly ColumnName[] | undefined;
  #message: Message | undefined;
  #set: DataSet | undefined;
  #failure: InputError | undefined;
  #ended = false;
  #single: { readonly rows: FlowColumns; next: number } | undefined;

  constructor(source: OctetSource, tail: Tail) {
    this.#source = source;
    this.#tail = tail;
  }

  /** Names of sensors and types that the stream has given so far: before the rows that need them. */
  get siteHints(): SiteHints {
    return this.#names;
  }

  /** Octets behind the last whole message, once the input has ended and its end was cut. */
  get remainder(): number {
    const { size, taken } = this.#source;
    return size === undefined ? this.#source.available : size - taken;
  }

  /**
   * Reads up to the first flow record, so that names at the start of the stream are known.
   *
   * @throws InputError when the stream is no IPFIX
   */
  readNames(): void {
    try {
      while (this.#set === undefined && !this.#ended) this.#advanceToSet();
    } catch (error) {
      throw this.#asInputError(error);
    }
  }

  read(into: FlowColumns): number {
    if (into.capacity < LEAST_CAPACITY) return this.#readSingle(into);
    this.#wanted ??= into.names;
    into.count = 0;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      while (into.count < into.capacity && !this.#ended) if (!this.#advance(into)) break;
    } catch (error) {
      this.#fail(error, into);
    }
    return into.count;
  }

  close(): void {
    this.#source.close();
  }

  /** Rows before the fault are handed on first. */
  #fail(error: unknown, into: FlowColumns): void {
    if (this.#tail === "cut" && error instanceof IpfixError) {
      this.#ended = true;
      return;
    }
    const failure = this.#asInputError(error);
    if (!(failure instanceof InputError) || into.count === 0) throw failure;
    this.#failure = failure;
  }

  #asInputError(error: unknown): unknown {
    if (!(error instanceof IpfixError)) return error;
    return new InputError(`${this.#source.name}: message at octet ${this.#message?.offset ?? 0}: ${error.message}`);
  }

  #readSingle(into: FlowColumns): number {
    this.#single ??= { rows: new FlowColumns(LEAST_CAPACITY, into.names), next: 0 };
    const { rows, next } = this.#single;
    into.count = 0;
    if (next >= rows.count) {
      if (this.read(rows) === 0) return 0;
      this.#single.next = 0;
    }
    const at = this.#single.next++;
    for (const name of into.names) {
      const width = rows.arrays[name]!.length / LEAST_CAPACITY;
      for (let k = 0; k < width; k++) into.arrays[name]![k] = rows.arrays[name]![at * width + k]!;
    }
    into.count = 1;
    return 1;
  }

  /** Reads some rows, or one step towards them. Returns false when `into` has no room for the next record. */
  #advance(into: FlowColumns): boolean {
    if (this.#set !== undefined) return this.#readRows(this.#message!, this.#set, into);
    this.#advanceToSet();
    return true;
  }

  #advanceToSet(): void {
    const message = this.#message;
    if (message === undefined || message.position >= message.end) this.#ended = !this.#nextMessage();
    else this.#nextSet(message);
  }

  #readRows(message: Message, set: DataSet, into: FlowColumns): boolean {
    const { end } = set;
    const reader = this.#readerOf(set.template);
    this.#context.exported = message.exported * 1e6;
    this.#context.sensor = this.#names.sensorOf(message.domain) ?? UNKNOWN_SENSOR;
    reader.read(
      this.#source.view,
      set.position,
      end,
      into.arrays,
      into.count,
      into.capacity,
      this.#context,
      this.#result,
    );
    set.position = this.#result[RESULT.position]!;
    into.count = this.#result[RESULT.row]!;
    if (end - set.position < reader.least) {
      this.#set = undefined;
      return true;
    }
    if (into.count + reader.rowsARecord > into.capacity) return false;
    const place = set.position - this.#source.start;
    throw new IpfixError("BAD_RECORD", message.domain, set.template.id, place, "record reaches past its set");
  }

  #nextMessage(): boolean {
    const source = this.#source;
    if (this.#message !== undefined) source.take(this.#message.end - source.start);
    this.#message = undefined;
    if (!source.need(MESSAGE_HEADER)) return this.#torn();
    const header = readMessageHeader(source.view, source.start);
    const offset = source.taken;
    if (header === undefined) {
      if (this.#tail === "cut") return false;
      throw new InputError(`${source.name}: no IPFIX message at octet ${offset}`);
    }
    if (!source.need(header.length)) return this.#torn();
    this.#message = {
      domain: header.domain,
      exported: header.exportTime,
      offset,
      end: source.start + header.length,
      position: source.start + MESSAGE_HEADER,
    };
    return true;
  }

  /** The input has ended, perhaps within a message. */
  #torn(): false {
    if (this.#source.available > 0 && this.#tail === "error")
      throw new InputError(`${this.#source.name}: cut off within the message at octet ${this.#source.taken}`);
    return false;
  }

  #nextSet(message: Message): void {
    const { view } = this.#source;
    const { domain, position } = message;
    const place = position - this.#source.start;
    if (message.end - position < SET_HEADER) throw new IpfixError("BAD_SET", domain, 0, place, "set header is cut off");
    const id = view.getUint16(position);
    const end = position + view.getUint16(position + 2);
    if (end < position + SET_HEADER || end > message.end)
      throw new IpfixError("BAD_SET", domain, id, place, "set is longer than the message");
    message.position = end;
    const start = position + SET_HEADER;
    if (id === SET.template || id === SET.optionsTemplate) {
      this.#templates.takeSet(view, domain, id, start, end);
      return;
    }
    if (id < SET.firstData) throw new IpfixError("BAD_SET", domain, id, place, "reserved set identifier");
    const template = this.#templates.find(domain, id);
    if (template === undefined) this.unknownTemplateSets += 1;
    else if (template.scopeCount > 0)
      readOptionsSet(view, domain, template, start, end, (values) => this.#names.take(domain, values));
    else this.#set = { template, position: start, end };
  }

  #readerOf(template: KnownTemplate<RowReader>): RowReader {
    template.reader ??= compileRowReader(template, this.#wanted!);
    return template.reader;
  }
}

/** Rows of the IPFIX messages in `source`, which is closed with them. */
export function openIpfixRows(source: OctetSource, tail: Tail = "error"): IpfixRows {
  return new IpfixRows(source, tail);
}
