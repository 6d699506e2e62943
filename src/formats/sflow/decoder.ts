/**
 * sFlow version 5 (sflow.org, sflow_version_5.txt): datagrams into rows. All fields are XDR, 32 bits wide, big-endian.
 *
 *   sample: | data format: 20 bits enterprise, 12 bits format | length | data, `length` octets |
 */
import type { RowTarget } from "../../collect/message.js";
import type { Scale } from "../../record/scale.js";
import { MALFORMED_SAMPLE, SampleCounts, WITHOUT_HEADER } from "./counts.js";
import type { DataSources } from "./data_sources.js";
import { readFlowRecords } from "./flow_records.js";
import type { SflowHeader } from "./header.js";
import { appendPackets } from "./packet_rows.js";
import { SampledPackets } from "./sampled_packets.js";

/** Formats of samples, enterprise 0. */
const SAMPLE = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4, discardedPacket: 5 } as const;

/** The agent itself, where an interface would stand. */
const INTERNAL = 0x3fff_ffff;

/** Rows that are asked for at once. */
const RUN = 256;

export class SflowDecoder {
  /** Of the datagram that was decoded last. */
  readonly counts = new SampleCounts();
  readonly #packets = new SampledPackets();

  /**
   * Writes a row to `target` for each flow sample that holds an IP packet. Never throws because of what came.
   *
   * @param received time of arrival, microseconds since 1970
   * @param sources those of the agent
   * @returns whether the datagram was read to its end; `cut off` when a sample reaches past it
   */
  decode(
    view: DataView,
    header: SflowHeader,
    received: number,
    sources: DataSources,
    target: RowTarget,
    scale: Scale = "exported",
  ): "whole" | "cut off" {
    this.counts.clear();
    this.#packets.count = 0;
    let end: "whole" | "cut off" = "whole";
    let position = header.end;
    for (let left = header.samples; left > 0; left--) {
      const start = position + 8;
      const length = view.byteLength < start ? Number.POSITIVE_INFINITY : view.getUint32(position + 4);
      this.counts.samples += 1;
      if (length > view.byteLength - start) {
        this.counts.ignore(MALFORMED_SAMPLE);
        end = "cut off";
        break;
      }
      if (this.#packets.isFull) this.#flush(view, received, target, scale);
      this.#readSample(view, view.getUint32(position), start, start + length, sources);
      position = start + length;
    }
    this.#flush(view, received, target, scale);
    return end;
  }

  #readSample(view: DataView, format: number, start: number, end: number, sources: DataSources): void {
    switch (format) {
      case SAMPLE.flow:
        this.#readFlow(view, start, end, sources);
        break;
      case SAMPLE.expandedFlow:
        this.#readExpandedFlow(view, start, end, sources);
        break;
      case SAMPLE.counters:
      case SAMPLE.expandedCounters:
        this.counts.counterSamples += 1;
        break;
      case SAMPLE.discardedPacket:
        this.counts.discardedPackets += 1;
        break;
      default:
        this.counts.otherSamples += 1;
    }
  }

  /** | sequence | source: type 8, index 24 | rate | pool | drops | input | output | records | record … | */
  #readFlow(view: DataView, start: number, end: number, sources: DataSources): void {
    if (end - start < 32) {
      this.counts.ignore(MALFORMED_SAMPLE);
      return;
    }
    const source = view.getUint32(start + 4);
    const id = (source >>> 24) * 2 ** 32 + (source & 0xff_ffff);
    sources.note(id, view.getUint32(start), view.getUint32(start + 16), this.counts);
    const input = interfaceOf(view.getUint32(start + 20));
    const output = interfaceOf(view.getUint32(start + 24));
    this.#takeFlow(view, start + 32, end, view.getUint32(start + 28), input, output, view.getUint32(start + 8));
  }

  /** | sequence | source type | index | rate | pool | drops | input format, value | output format, value | records | … | */
  #readExpandedFlow(view: DataView, start: number, end: number, sources: DataSources): void {
    if (end - start < 44) {
      this.counts.ignore(MALFORMED_SAMPLE);
      return;
    }
    const source = (view.getUint32(start + 4) & 0xff) * 2 ** 32 + view.getUint32(start + 8);
    sources.note(source, view.getUint32(start), view.getUint32(start + 20), this.counts);
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
    else this.counts.ignore(result === "malformed" ? MALFORMED_SAMPLE : WITHOUT_HEADER);
  }

  /** Writes rows of the samples that wait. */
  #flush(view: DataView, received: number, target: RowTarget, scale: Scale): void {
    const packets = this.#packets;
    const { count } = packets;
    if (count === 0) return;
    packets.decode(view);
    let rows = 0;
    for (let at = 0; at < count; at++) {
      const reason = packets.ignored[at]!;
      if (reason === 0) rows += 1;
      else this.counts.ignore(reason);
    }
    this.counts.rows += rows;
    for (let at = 0; at < count && rows > 0; ) {
      const columns = target.room(Math.min(RUN, rows));
      const before = columns.count;
      at = appendPackets(packets, at, received, scale, columns);
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
