/** What became of the samples of sFlow datagrams. */
import { IGNORED } from "../../meter/native.js";

/** Why a flow sample became no row: the meter's reasons, and two of samples. Their places are in `SampleCounts.ignored`. */
export const SAMPLE_REASONS = [...IGNORED, "malformed sample", "without a packet header"] as const;

export const MALFORMED_SAMPLE = IGNORED.length;
export const WITHOUT_HEADER = IGNORED.length + 1;

/** Counters of one datagram. `samples` is the sum of `rows` to `ignoredSamples`. */
export class SampleCounts {
  samples = 0;
  /** Flow samples that became rows. */
  rows = 0;
  counterSamples = 0;
  /** Samples of discarded packets (sFlow Dropped Packet Notification Structures), which are no flows. */
  discardedPackets = 0;
  /** Samples of other enterprises and formats. */
  otherSamples = 0;
  /** Flow samples that became none. */
  ignoredSamples = 0;
  /** The same by reason; the index is that of SAMPLE_REASONS. */
  readonly ignored = new Uint32Array(SAMPLE_REASONS.length);

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
    if (this.ignoredSamples > 0) this.ignored.fill(0);
    this.ignoredSamples = 0;
    this.missedSamples = 0;
    this.droppedByAgent = 0;
  }

  /** Counts a flow sample that became no row. @param reason index in SAMPLE_REASONS */
  ignore(reason: number): void {
    this.ignoredSamples += 1;
    this.ignored[reason]! += 1;
  }
}
