/**
 * NetFlow version 9, RFC 3954: one-way records, so that a flow with an answer becomes two.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-------------------------------+-------------------------------+
 *    |       Version Number (9)      |            Count              |
 *    +-------------------------------+-------------------------------+
 *    |                           sysUpTime                           |
 *    |                           UNIX Secs                           |
 *    |                       Sequence Number                         |
 *    |                        Source ID                              |
 *    +---------------------------------------------------------------+
 */

import type { Sampling } from "../../meter/sampling.js";
import type { FlowBatch } from "../../record/batch.js";
import type { Direction } from "../../record/field.js";
import { field } from "../../record/fields.js";
import type { Emit, EmitTemplates, MessageEncoder } from "../encoder.js";
import { SHAPE, shapeOf } from "../ipfix/shape.js";
import { type Template, templateSize, writeTemplate } from "../ipfix/template.js";
import { PARTITION, Partition } from "../partition.js";
import { SetBuffer } from "../set_buffer.js";
import { compileWriter, type Piece } from "../wire.js";
import { OneWay } from "./columns.js";
import { NetFlow9Sampling } from "./sampling.js";
import { endOf, startOf, Uptime } from "./uptime.js";

const HEADER = 20;
const FLOWSET_HEADER = 4;
const TEMPLATE_FLOWSET = 0;
/** Octet of the sequence number in the header. */
const SEQUENCE = 12;

/** What of a record's shape its template depends on. */
const SHAPE_MASK = SHAPE.ipv6 | SHAPE.tcp | SHAPE.icmp | SHAPE.wide;

/** Bit of a partition key: the reverse direction. */
const REVERSE = 32;

export interface NetFlow9EncoderOptions {
  /** Octets of the largest datagram payload. Default 1400. */
  readonly maxMessage?: number;
  /** Source identifier of the header. Default 0. */
  readonly sourceId?: number;
  /** Milliseconds since the epoch. Default the system clock. */
  readonly clock?: () => number;
  /** Templates are sent again after so many packets (0: never). Default 20. */
  readonly templateRefreshPackets?: number;
  /** Told in an options record with the templates, and again with them. */
  readonly sampling?: Sampling | undefined;
}

type Write = (...parameters: [...Parameters<ReturnType<typeof compileWriter>["write"]>, boot: number]) => number;

interface NetFlowTemplate extends Template {
  readonly writers: readonly [Write, Write];
  readonly size: number;
}

function columns(shape: number, groups: number, direction: Direction) {
  const from = new OneWay(groups, direction);
  const version = (shape & SHAPE.ipv6) !== 0 ? 6 : 4;
  const icmp = (shape & SHAPE.icmp) !== 0 ? "icmp" : "ports";
  const type = (name: string) => field(name).netflow9!.type;
  const all: [type: number, pieces: Piece[]][] = [];
  const counter = (name: string) => {
    const { low, high } = from.words(name);
    const lower: Piece = { octets: 4, expression: low, order: "number" };
    const upper: Piece = { octets: 4, expression: high, order: "number" };
    all.push([type(name), (shape & SHAPE.wide) !== 0 ? [upper, lower] : [lower]]);
  };
  // IPv6 addresses have types of their own, 27 and 28.
  all.push([version === 4 ? type("sourceAddress") : 27, from.address("source", version)]);
  all.push([version === 4 ? type("destinationAddress") : 28, from.address("destination", version)]);
  counter("octets");
  counter("packets");
  all.push([type("flowStart"), [from.first()]]);
  all.push([type("flowEnd"), [from.last()]]);
  all.push([type("sourceTransportPort"), [from.port("source", icmp)]]);
  all.push([type("destinationTransportPort"), [from.port("destination", icmp)]]);
  all.push([type("interface"), [from.number(4, "interface")]]);
  all.push([type("vlanId"), [from.shared(2, "vlanId")]]);
  all.push([type("protocolIdentifier"), [from.shared(1, "protocolIdentifier")]]);
  all.push([type("ipClassOfService"), [from.number(1, "ipClassOfService")]]);
  all.push([type("minimumTtl"), [from.number(1, "minimumTtl")]]);
  all.push([type("maximumTtl"), [from.number(1, "maximumTtl")]]);
  all.push([type("flowEndReason"), [from.shared(1, "flowEndReason")]]);
  if ((shape & SHAPE.tcp) !== 0) all.push([type("tcpFlags"), [from.number(1, "tcpFlags")]]);
  if (icmp === "icmp") all.push([type("icmpTypeCode"), [from.number(2, "icmpTypeCode")]]);
  return { all, preludes: from.preludes };
}

function netFlowTemplate(shape: number, groups: number): NetFlowTemplate {
  const compiled = ([0, 1] as const).map((direction) => {
    const { all, preludes } = columns(shape, groups, direction);
    return compileWriter(
      all.flatMap(([, made]) => made),
      preludes,
      ["boot"],
    );
  });
  const octets = (made: readonly Piece[]) => made.reduce((sum, piece) => sum + piece.octets, 0);
  return {
    id: 256 + shape,
    scopeCount: 0,
    specifiers: columns(shape, groups, 0).all.map(([id, made]) => ({ pen: 0, id, length: octets(made) })),
    writers: [compiled[0]!.write as Write, compiled[1]!.write as Write],
    size: compiled[0]!.octets,
  };
}

export class NetFlow9Encoder implements MessageEncoder {
  readonly sequenceOffset = SEQUENCE;
  readonly #options: Required<Omit<NetFlow9EncoderOptions, "sampling">>;
  readonly #sampling: NetFlow9Sampling | undefined;
  readonly #message: SetBuffer;
  readonly #uptime = new Uptime();
  readonly #partition = new Partition(2 * REVERSE);
  readonly #templates = new Map<number, NetFlowTemplate>();
  readonly #announced = new Set<number>();
  /** Records of the message, templates included: the header's count. */
  #count = 0;
  #flows = 0;
  #sequence = 0;
  #sinceRefresh = 0;
  /** The sampling has to be told with the next flows. */
  #samplingDue: boolean;

  constructor({ sampling, ...options }: NetFlow9EncoderOptions = {}) {
    this.#options = {
      maxMessage: 1400,
      sourceId: 0,
      clock: Date.now,
      templateRefreshPackets: 20,
      ...options,
    };
    const { maxMessage } = this.#options;
    if (!(maxMessage >= 512 && maxMessage <= 65535)) {
      throw new RangeError(`a NetFlow v9 packet has 512 to 65535 octets, not ${maxMessage}`);
    }
    // Sets end on a 32-bit boundary (RFC 3954 section 5.3).
    this.#message = new SetBuffer(maxMessage, HEADER, 4);
    this.#sampling = sampling === undefined ? undefined : new NetFlow9Sampling(sampling);
    this.#samplingDue = sampling !== undefined;
  }

  encode(batch: FlowBatch, emit: Emit, chosen?: Uint32Array): void {
    const partition = this.#partition;
    partition.clear();
    let held = 0;
    const count = chosen?.length ?? batch.count;
    for (let at = 0; at < count; at++) {
      const index = chosen === undefined ? batch.first + at : chosen[at]!;
      const start = startOf(batch, index);
      const end = endOf(batch, index);
      if (!this.#uptime.holds(start, end)) {
        this.#write(batch, emit);
        held = 0;
        this.flush(emit);
        this.#uptime.move(start, end);
      } else if (held + 2 > PARTITION) {
        this.#write(batch, emit);
        held = 0;
      }
      this.#uptime.note(end);
      // The link group has no part in these templates.
      const shape = shapeOf(batch.u8, batch.u16, batch.u32, index * batch.stride, -1);
      partition.add(shape & SHAPE_MASK, index);
      held += 1;
      if ((shape & SHAPE.biflow) !== 0) {
        partition.add((shape & SHAPE_MASK) | REVERSE, index);
        held += 1;
      }
    }
    this.#write(batch, emit);
  }

  flush(emit: Emit): void {
    if (this.#message.isEmpty) return;
    this.#message.closeSet();
    this.#writeHeader(this.#message.view, this.#count);
    this.#sequence = (this.#sequence + 1) >>> 0;
    const octets = this.#message.take();
    const flows = this.#flows;
    this.#count = 0;
    this.#flows = 0;
    this.#refresh();
    emit(octets, flows);
  }

  /**
   * Emits every template in use, and the sampling, in packets of their own. Each advances the sequence by one, which
   * counts packets (RFC 3954 section 5.1).
   */
  templates(emit: EmitTemplates): void {
    // Before the first flow there is no time base for the header, and nothing to understand.
    if (this.#templates.size === 0) return;
    const buffer = new SetBuffer(this.#options.maxMessage, HEADER, 4);
    let count = 0;
    const send = () => {
      if (buffer.isEmpty) return;
      buffer.closeSet();
      this.#writeHeader(buffer.view, count);
      count = 0;
      emit(buffer.take(), 1);
    };
    for (const template of this.#templates.values()) {
      if (FLOWSET_HEADER + templateSize(template) + 6 > buffer.room) send();
      buffer.openSet(TEMPLATE_FLOWSET);
      buffer.position = writeTemplate(template, buffer.view, buffer.position);
      count += 1;
    }
    if (this.#sampling !== undefined) {
      if (this.#sampling.size + 6 > buffer.room) send();
      count += this.#sampling.write(buffer);
    }
    send();
  }

  #writeHeader(view: DataView, count: number): void {
    const seconds = this.#uptime.seconds(this.#options.clock());
    view.setUint16(0, 9);
    view.setUint16(2, count);
    view.setUint32(4, seconds * 1000 - this.#uptime.boot);
    view.setUint32(8, seconds);
    view.setUint32(SEQUENCE, this.#sequence);
    view.setUint32(16, this.#options.sourceId);
  }

  #refresh(): void {
    const { templateRefreshPackets } = this.#options;
    this.#sinceRefresh += 1;
    if (templateRefreshPackets === 0 || this.#sinceRefresh < templateRefreshPackets) return;
    this.#announced.clear();
    this.#sinceRefresh = 0;
    this.#samplingDue = this.#sampling !== undefined;
  }

  #tellSampling(sampling: NetFlow9Sampling, emit: Emit): void {
    this.#samplingDue = false;
    this.#reserve(sampling.size, emit);
    this.#count += sampling.write(this.#message);
  }

  #write(batch: FlowBatch, emit: Emit): void {
    const partition = this.#partition;
    partition.sort();
    // Not before the first flow has set the time base of the header.
    if (this.#samplingDue && this.#sampling !== undefined && partition.keys.length > 0)
      this.#tellSampling(this.#sampling, emit);
    partition.keys.forEach((key, k) => {
      const template = this.#template(key & SHAPE_MASK, batch.groups);
      const write = template.writers[(key & REVERSE) === 0 ? 0 : 1];
      const { u8, u16, u32, stride } = batch;
      const end = partition.starts[k + 1]!;
      for (let from = partition.starts[k]!; from < end; ) {
        this.#announce(template, emit);
        this.#reserve(template.size + (this.#message.setId === template.id ? 0 : FLOWSET_HEADER), emit);
        this.#message.openSet(template.id);
        // Up to three octets of padding end the set.
        const room = Math.floor((this.#message.room - 3) / template.size);
        const to = Math.min(end, from + room);
        const boot = this.#uptime.boot;
        this.#message.position = write(
          u8,
          u16,
          u32,
          stride,
          partition.order,
          from,
          to,
          this.#message.view,
          this.#message.position,
          boot,
        );
        this.#count += to - from;
        this.#flows += to - from;
        from = to;
      }
    });
    partition.clear();
  }

  #template(shape: number, groups: number): NetFlowTemplate {
    const key = shape | (groups << 8);
    let template = this.#templates.get(key);
    if (template === undefined) {
      template = netFlowTemplate(shape, groups);
      this.#templates.set(key, template);
    }
    return template;
  }

  #announce(template: Template, emit: Emit): void {
    if (this.#announced.has(template.id)) return;
    this.#reserve(FLOWSET_HEADER + templateSize(template), emit);
    this.#message.openSet(TEMPLATE_FLOWSET);
    this.#message.position = writeTemplate(template, this.#message.view, this.#message.position);
    this.#count += 1;
    this.#announced.add(template.id);
  }

  /** Starts a new packet when `size` octets, padding before and behind them, do not fit into this one. */
  #reserve(size: number, emit: Emit): void {
    if (size + 6 > this.#message.room) this.flush(emit);
  }
}
