/** The seam between flow batches and what carries them: every output format is an Encoder. */
import type { FlowBatch } from "../record/batch.js";
import type { OptionsRecord } from "./ipfix/options.js";

/**
 * Takes encoded octets: a datagram's payload, or the next piece of a stream.
 * @param bytes valid only during the call
 * @param records flow records in them
 */
export type Emit = (bytes: Uint8Array, records: number) => void;

export interface Encoder {
  /** Encodes all records of the batch; emits what is complete and keeps the rest. */
  encode(batch: FlowBatch, emit: Emit): void;
  /** Emits what is buffered: called when input pauses and at its end. */
  flush(emit: Emit): void;
  /** Encodes what the sensor says of itself, in formats that can (IPFIX options records). */
  encodeOptions?(records: readonly OptionsRecord[], emit: Emit): void;
  /** Flows that the format cannot carry and values it had to cap, where that can happen. */
  readonly counters?: { readonly refused: number; readonly saturated: number };
}
