/** What became of the samples of sFlow datagrams. */
import { IGNORED } from "../../meter/native.js";

/** Why a datagram was not read to its end. */
export const DATAGRAM_FAULTS = [
  "not sFlow version 5",
  "cut off in its header",
  "agent address of unknown type",
  "sample reaches past the datagram",
] as const;

export type DatagramFault = (typeof DATAGRAM_FAULTS)[number];

/** Why a flow sample became no row: the meter's reasons, and two of samples. Their places are in `SampleCounts.ignored`. */
export const SAMPLE_REASONS = [...IGNORED, "malformed sample", "without a packet header"] as const;

export const MALFORMED_SAMPLE = IGNORED.length;
export const WITHOUT_HEADER = IGNORED.length + 1;

/** Counters of one datagram, or sums of many. `samples` is the sum of `rows` to `ignored`. */
export class SampleCounts {
  samples = 0;
  /** Flow samples that became rows. */
  rows = 0;
  counterSamples = 0;
  /** Samples of discarded packets (sFlow Dropped Packet Notification Structures), which are no flows. */
  discardedPackets = 0;
  /** Samples of other enterprises and formats. */
  otherSamples = 0;
  /** Flow samples by reason; the index is that of SAMPLE_REASONS. */
  readonly ignored = new Float64Array(SAMPLE_REASONS.length);

  /** Datagrams missing by their sequence numbers; below zero when some came late. */
  missedDatagrams = 0;
  /** Flow samples missing by their sequence numbers, in missed datagrams as a rule; below zero when some came late. */
  missedSamples = 0;
  /** Packets that agents should have sampled and had no resources for, as they say themselves. */
  droppedByAgent = 0;

  clear(): void {
    this.samples = 0;
    this.rows = 0;
    this.counterSamples = 0;
    this.discardedPackets = 0;
    this.otherSamples = 0;
    this.ignored.fill(0);
    this.missedDatagrams = 0;
    this.missedSamples = 0;
    this.droppedByAgent = 0;
  }

  add(other: SampleCounts): void {
    this.samples += other.samples;
    this.rows += other.rows;
    this.counterSamples += other.counterSamples;
    this.discardedPackets += other.discardedPackets;
    this.otherSamples += other.otherSamples;
    for (let k = 0; k < this.ignored.length; k++) this.ignored[k]! += other.ignored[k]!;
    this.missedDatagrams += other.missedDatagrams;
    this.missedSamples += other.missedSamples;
    this.droppedByAgent += other.droppedByAgent;
  }
}
