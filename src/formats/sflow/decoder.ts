/**
 * sFlow version 5 (sflow.org, sflow_version_5.txt): datagrams into rows. All fields are XDR, 32 bits wide, big-endian.
 *
 *   | version 5 | address type | agent address, 4 or 16 octets | sub-agent | sequence | uptime, ms | samples | sample … |
 *
 *   sample: | data format: 20 bits enterprise, 12 bits format | length | data, `length` octets |
 */
import type { ReceivedMessage, RowTarget } from "../../collect/message.js";
import { type Agent, Agents } from "./agents.js";
import { type DatagramFault, MALFORMED_SAMPLE, SampleCounts, WITHOUT_HEADER } from "./counts.js";
import { readFlowRecords } from "./flow_records.js";
import { appendPackets, type Scale } from "./packet_rows.js";
import { SampledPackets } from "./sampled_packets.js";

/** Formats of samples, enterprise 0. */
const SAMPLE = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4, discardedPacket: 5 } as const;

/** The agent itself, where an interface would stand. */
const INTERNAL = 0x3fff_ffff;

/** Rows that are asked for at once. */
const RUN = 256;

export interface SflowDecoderOptions {
  /** Agents that are remembered at most. Default 4096. */
  readonly agents?: number;
  /** Data sources that are remembered at most, of all agents together. Default 65536. */
  readonly sources?: number;
}

/** What one datagram came to. */
export interface DecodedDatagram {
  /** Why it was not read to its end; undefined when it was. */
  readonly fault: DatagramFault | undefined;
  /** Valid until the next call. */
  readonly counts: SampleCounts;
}

export class SflowDecoder {
  /** Sums over all datagrams. */
  readonly totals = new SampleCounts();
  readonly #counts = new SampleCounts();
  readonly #packets = new SampledPackets();
  readonly #agents: Agents;

  constructor({ agents = 4096, sources = 65_536 }: SflowDecoderOptions = {}) {
    this.#agents = new Agents({ agents, sources });
  }

  /** Agents that were forgotten because there were too many. */
  get forgottenAgents(): number {
    return this.#agents.forgotten;
  }

  /** Writes a row to `target` for each flow sample that holds an IP packet. Never throws because of what came. */
  decode(message: ReceivedMessage, target: RowTarget, scale: Scale = "exported"): DecodedDatagram {
    this.#counts.clear();
    this.#packets.count = 0;
    const fault = this.#read(message, target, scale);
    this.#flush(message, target, scale);
    this.totals.add(this.#counts);
    return { fault, counts: this.#counts };
  }

  #read(message: ReceivedMessage, target: RowTarget, scale: Scale): DatagramFault | undefined {
    const view = message.octets;
    if (view.byteLength < 4 || view.getUint32(0) !== 5) return "not sFlow version 5";
    if (view.byteLength < 12) return "cut off in its header";
    const type = view.getUint32(4);
    if (type !== 1 && type !== 2) return "agent address of unknown type";
    const size = type === 1 ? 4 : 16;
    const samplesAt = 8 + size + 16;
    if (view.byteLength < samplesAt) return "cut off in its header";
    const agent = this.#agents.find(agentKey(message, size));
    agent.heard(view.getUint32(8 + size + 8));
    this.#counts.missedDatagrams += agent.sequence.take(view.getUint32(8 + size + 4));
    let left = view.getUint32(samplesAt - 4);
    for (let position = samplesAt; left > 0; left--) {
      const start = position + 8;
      const length = view.byteLength - start < 0 ? -1 : view.getUint32(position + 4);
      this.#counts.samples += 1;
      if (length < 0 || length > view.byteLength - start) {
        this.#counts.ignored[MALFORMED_SAMPLE]! += 1;
        return "sample reaches past the datagram";
      }
      if (this.#packets.isFull) this.#flush(message, target, scale);
      this.#readSample(view, view.getUint32(position), start, start + length, agent);
      position = start + length;
    }
    return undefined;
  }

  #readSample(view: DataView, format: number, start: number, end: number, agent: Agent): void {
    switch (format) {
      case SAMPLE.flow:
        this.#readFlow(view, start, end, agent);
        break;
      case SAMPLE.expandedFlow:
        this.#readExpandedFlow(view, start, end, agent);
        break;
      case SAMPLE.counters:
      case SAMPLE.expandedCounters:
        this.#counts.counterSamples += 1;
        break;
      case SAMPLE.discardedPacket:
        this.#counts.discardedPackets += 1;
        break;
      default:
        this.#counts.otherSamples += 1;
    }
  }

  /** | sequence | source: type 8, index 24 | rate | pool | drops | input | output | records | record … | */
  #readFlow(view: DataView, start: number, end: number, agent: Agent): void {
    if (end - start < 32) {
      this.#ignore(MALFORMED_SAMPLE);
      return;
    }
    const source = view.getUint32(start + 4);
    this.#note(agent, (source >>> 24) * 2 ** 32 + (source & 0xff_ffff), view, start, start + 16);
    const input = interfaceOf(view.getUint32(start + 20));
    const output = interfaceOf(view.getUint32(start + 24));
    this.#takeFlow(view, start + 32, end, view.getUint32(start + 28), input, output, view.getUint32(start + 8));
  }

  /** | sequence | source type | index | rate | pool | drops | input format, value | output format, value | records | … | */
  #readExpandedFlow(view: DataView, start: number, end: number, agent: Agent): void {
    if (end - start < 44) {
      this.#ignore(MALFORMED_SAMPLE);
      return;
    }
    const source = (view.getUint32(start + 4) & 0xff) * 2 ** 32 + view.getUint32(start + 8);
    this.#note(agent, source, view, start, start + 20);
    const input = expandedInterface(view, start + 24);
    const output = expandedInterface(view, start + 32);
    this.#takeFlow(view, start + 44, end, view.getUint32(start + 40), input, output, view.getUint32(start + 12));
  }

  #takeFlow(
    view: DataView,
    start: number,
    end: number,
    records: number,
    input: number,
    output: number,
    rate: number,
  ): void {
    const at = this.#packets.begin(input, output, rate);
    const result = readFlowRecords(view, start, end, records, this.#packets, at);
    if (result === "whole") this.#packets.count += 1;
    else this.#ignore(result === "malformed" ? MALFORMED_SAMPLE : WITHOUT_HEADER);
  }

  /** Numbers and drops of the sample's data source. */
  #note(agent: Agent, id: number, view: DataView, sequenceAt: number, dropsAt: number): void {
    const source = this.#agents.sourceOf(agent, id);
    this.#counts.missedSamples += source.sequence.take(view.getUint32(sequenceAt));
    const drops = view.getUint32(dropsAt);
    const more = source.drops === undefined ? 0 : (drops - source.drops) >>> 0;
    // A counter that went back is one that began anew, or an older sample.
    if (more < 2 ** 31) {
      this.#counts.droppedByAgent += more;
      source.drops = drops;
    }
  }

  #ignore(reason: number): void {
    this.#counts.ignored[reason]! += 1;
  }

  /** Writes rows of the samples that wait. */
  #flush(message: ReceivedMessage, target: RowTarget, scale: Scale): void {
    const packets = this.#packets;
    const { count } = packets;
    if (count === 0) return;
    packets.decode(message.octets);
    let rows = 0;
    for (let at = 0; at < count; at++) {
      const reason = packets.ignored[at]!;
      if (reason === 0) rows += 1;
      else this.#ignore(reason);
    }
    this.#counts.rows += rows;
    for (let at = 0; at < count && rows > 0; ) {
      const columns = target.room(Math.min(RUN, rows));
      const before = columns.count;
      at = appendPackets(packets, at, message.received, scale, columns);
      rows -= columns.count - before;
    }
    packets.count = 0;
  }
}

/** ifIndex, or 0 for the agent itself and, by the upper two bits, for drops and several interfaces. */
function interfaceOf(value: number): number {
  return value < INTERNAL ? value : 0;
}

/** The same with a word for the format, which leaves all 32 bits to ifIndex. */
function expandedInterface(view: DataView, at: number): number {
  const value = view.getUint32(at + 4);
  return view.getUint32(at) === 0 && value !== INTERNAL ? value : 0;
}

/** Who numbers the datagrams: the sub-agent of an agent, as heard from one address. */
function agentKey({ peer, octets }: ReceivedMessage, size: number): string {
  let key = peer.address;
  for (let at = 8; at < 8 + size + 4; at += 4) key += `,${octets.getUint32(at)}`;
  return key;
}
