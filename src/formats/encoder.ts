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

/** Takes a message for a collector that may have seen nothing, and how far it advances the numbers of those behind it. */
export type EmitTemplates = (bytes: Uint8Array, advance: number) => void;

/** Encoders of numbered messages, as they go to collectors. */
export interface MessageEncoder extends Encoder {
  /** @param chosen indices in the buffer of the records to encode; all records of the batch when left out */
  encode(batch: FlowBatch, emit: Emit, chosen?: Uint32Array): void;
  /** Octet of a message at which its 32-bit sequence number stands. */
  readonly sequenceOffset: number;
  /**
   * Emits messages that make everything sent later understandable: templates in use, and what is told with them. They
   * leave what is buffered and the numbering as they are. Formats without templates emit nothing.
   */
  templates(emit: EmitTemplates): void;
}
