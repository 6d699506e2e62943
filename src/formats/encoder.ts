import type { FlowBatch } from "../record/batch.js";

/** Takes encoded octets, valid only during the call, and the number of data records in them. */
export type Emit = (bytes: Uint8Array, records: number) => void;

/** Turns flow records into the octets of a format. */
export interface Encoder {
  /** Encodes every record of the batch; full messages are emitted, the rest is kept. */
  encode(batch: FlowBatch, emit: Emit): void;
  /** Emits what is kept. */
  flush(emit: Emit): void;
}
