/**
 * NetFlow version 5: up to 30 one-way IPv4 records of 48 octets behind a header of 24.
 *
 *    header  version 2, count 2, sysUptime 4, unix_secs 4, unix_nsecs 4, flow_sequence 4,
 *            engine_type 1, engine_id 1, sampling_interval 2
 *    record  srcaddr 4, dstaddr 4, nexthop 4, input 2, output 2, dPkts 4, dOctets 4, first 4, last 4,
 *            srcport 2, dstport 2, pad1 1, tcp_flags 1, prot 1, tos 1, src_as 2, dst_as 2,
 *            src_mask 1, dst_mask 1, pad2 2
 *
 * Counters have 32 bits: those of larger flows are sent as 4294967295 and the flow is counted in `saturated`.
 */

import type { Sampling } from "../../meter/sampling.js";
import type { FlowBatch } from "../../record/batch.js";
import type { Direction } from "../../record/field.js";
import { BASE } from "../../record/layout.js";
import type { Emit, MessageEncoder } from "../encoder.js";
import { compileWriter, type Piece } from "../wire.js";
import { constant, OneWay } from "./columns.js";
import { netFlow5Sampling } from "./sampling.js";
import { endOf, startOf, Uptime } from "./uptime.js";

const HEADER = 24;
const RECORD = 48;
const RECORDS_PER_PACKET = 30;
/** Octet of the sequence number in the header. */
const SEQUENCE = 16;

export interface NetFlow5EncoderOptions {
  /** Engine identifier of the header, 0 to 255. Default 0. */
  readonly engineId?: number;
  /** Octets that no datagram's payload exceeds, at least 72. Default those of 30 records. */
  readonly maxMessage?: number;
  /** Told in the header; its interval is at most LARGEST_V5_INTERVAL. */
  readonly sampling?: Sampling | undefined;
  /** Milliseconds since the epoch. Default the system clock. */
  readonly clock?: () => number;
}

type Write = (...parameters: [...Parameters<ReturnType<typeof compileWriter>["write"]>, boot: number]) => number;

/** `icmp` and `ports` differ in the reverse direction only. */
function writer(groups: number, direction: Direction, icmp: "icmp" | "ports"): Write {
  const from = new OneWay(groups, direction);
  const saturated = (name: string): Piece => {
    const { low, high } = from.words(name);
    return { octets: 4, expression: `(${high}!==0?4294967295:${low})`, order: "number" };
  };
  const all = [
    ...from.address("source", 4),
    ...from.address("destination", 4),
    constant(4),
    from.number(2, "interface"),
    constant(2),
    saturated("packets"),
    saturated("octets"),
    from.first(),
    from.last(),
    from.port("source", icmp),
    from.port("destination", icmp),
    constant(1),
    from.number(1, "tcpFlags"),
    from.shared(1, "protocolIdentifier"),
    from.number(1, "ipClassOfService"),
    constant(4),
    constant(4),
  ];
  return compileWriter(all, from.preludes, ["boot"]).write as Write;
}

export class NetFlow5Encoder implements MessageEncoder {
  readonly sequenceOffset = SEQUENCE;
  /** Directions of IPv6 flows, which v5 cannot carry, and directions of flows whose counters were cut. */
  readonly counters = { refused: 0, saturated: 0 };
  readonly #clock: () => number;
  readonly #engineId: number;
  readonly #sampling: number;
  readonly #most: number;
  readonly #buffer = new Uint8Array(HEADER + RECORDS_PER_PACKET * RECORD);
  readonly #view = new DataView(this.#buffer.buffer);
  readonly #uptime = new Uptime();
  readonly #one = new Uint32Array(1);
  readonly #writers = new Map<number, readonly Write[]>();
  #records = 0;
  #sequence = 0;

  constructor({ engineId = 0, maxMessage = 65535, sampling, clock = Date.now }: NetFlow5EncoderOptions = {}) {
    this.#most = Math.min(RECORDS_PER_PACKET, Math.floor((maxMessage - HEADER) / RECORD));
    this.#engineId = engineId;
    this.#sampling = netFlow5Sampling(sampling);
    this.#clock = clock;
  }

  /** There are none. */
  templates(): void {}

  encode(batch: FlowBatch, emit: Emit, chosen?: Uint32Array): void {
    let writers = this.#writers.get(batch.groups);
    if (writers === undefined) {
      const { groups } = batch;
      writers = [writer(groups, 0, "ports"), writer(groups, 1, "ports"), writer(groups, 1, "icmp")];
      this.#writers.set(groups, writers);
    }
    const count = chosen?.length ?? batch.count;
    for (let at = 0; at < count; at++) {
      const index = chosen === undefined ? batch.first + at : chosen[at]!;
      const o = index * batch.stride;
      const w = (o + BASE.packets[1]) >> 2;
      const answered = (batch.u32[w]! | batch.u32[w + 1]!) !== 0;
      if (batch.u8[o + BASE.ipVersion] !== 4) {
        this.counters.refused += answered ? 2 : 1;
        continue;
      }
      const start = startOf(batch, index);
      const end = endOf(batch, index);
      if (!this.#uptime.holds(start, end)) {
        this.flush(emit);
        this.#uptime.move(start, end);
      }
      this.#uptime.note(end);
      this.#write(batch, index, 0, writers[0]!, emit);
      const icmp = batch.u8[o + BASE.protocolIdentifier] === 1;
      if (answered) this.#write(batch, index, 1, writers[icmp ? 2 : 1]!, emit);
    }
  }

  flush(emit: Emit): void {
    if (this.#records === 0) return;
    const seconds = this.#uptime.seconds(this.#clock());
    const view = this.#view;
    view.setUint16(0, 5);
    view.setUint16(2, this.#records);
    view.setUint32(4, seconds * 1000 - this.#uptime.boot);
    view.setUint32(8, seconds);
    view.setUint32(12, 0);
    view.setUint32(SEQUENCE, this.#sequence);
    view.setUint16(20, this.#engineId & 0xff);
    view.setUint16(22, this.#sampling);
    const records = this.#records;
    this.#sequence = (this.#sequence + records) >>> 0;
    this.#records = 0;
    emit(this.#buffer.subarray(0, HEADER + records * RECORD), records);
  }

  #write(batch: FlowBatch, index: number, direction: Direction, write: Write, emit: Emit): void {
    const { u8, u16, u32, stride } = batch;
    const o = index * stride;
    const packetsHigh = u32[(o + BASE.packets[direction] + 4) >> 2]!;
    const octetsHigh = u32[(o + BASE.octets[direction] + 4) >> 2]!;
    if ((packetsHigh | octetsHigh) !== 0) this.counters.saturated += 1;
    this.#one[0] = index;
    const position = HEADER + this.#records * RECORD;
    write(u8, u16, u32, stride, this.#one, 0, 1, this.#view, position, this.#uptime.boot);
    this.#records += 1;
    if (this.#records >= this.#most) this.flush(emit);
  }
}
