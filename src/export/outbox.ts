/** The way of flows to a collector: encoded, queued, numbered. */
import type { MessageEncoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import type { ExportCounters } from "./exporter.js";
import { type Message, MessageQueue } from "./message_queue.js";
import { Patience } from "./patience.js";

/** Milliseconds between two times that templates are sent because messages were dropped, which may have had some. */
const MISSED_PAUSE = 1_000;

/** What a full queue does to the source: a capture waits, live traffic cannot. */
export type WhenCongested = "wait" | "drop";

export interface OutboxOptions {
  /** Octets of encoded messages that may wait. */
  readonly queueLimit: number;
  /** Milliseconds a source, and the end of the run, may be held up; see `Patience`. */
  readonly patience: number;
  readonly congested: WhenCongested;
}

/**
 * Encodes flows into a bounded queue. Messages get their final sequence numbers when they are taken, because templates
 * go past the queue, and what is told with them counts.
 */
export class Outbox {
  readonly patience: Patience;
  readonly #counters: ExportCounters;
  readonly #encoder: MessageEncoder;
  readonly #queue: MessageQueue;
  readonly #congested: WhenCongested;
  readonly #onQueued: () => void;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#enqueue(bytes, records);
  /** Data records or messages that went past the queue: all numbers are higher by this. */
  #shift = 0;
  #dropped = false;
  #announced = 0;

  /** @param onQueued a message has come, or was dropped */
  constructor(encoder: MessageEncoder, counters: ExportCounters, options: OutboxOptions, onQueued: () => void) {
    this.#encoder = encoder;
    this.#counters = counters;
    this.#queue = new MessageQueue(counters, options.queueLimit);
    this.patience = new Patience(options.patience);
    this.#congested = options.congested;
    this.#onQueued = onQueued;
  }

  write(batch: FlowBatch, chosen?: Uint32Array): void {
    this.#encoder.encode(batch, this.#emit, chosen);
    const { counters } = this.#encoder;
    if (counters === undefined) return;
    this.#counters.refusedFlows = counters.refused;
    this.#counters.saturatedCounters = counters.saturated;
  }

  report(records: readonly OptionsRecord[]): void {
    this.#encoder.encodeOptions?.(records, this.#emit);
  }

  flush(): void {
    this.#encoder.flush(this.#emit);
  }

  /** A promise while a source that can wait should. */
  ready(): Promise<void> | undefined {
    return this.#congested === "wait" && this.#queue.congested ? this.patience.wait() : undefined;
  }

  /** Lets whoever waits go on when there is room again. */
  release(): void {
    if (!this.#queue.congested) this.patience.release();
  }

  /** Messages that wait. */
  get length(): number {
    return this.#queue.length;
  }

  take(): Message | undefined {
    const message = this.#queue.take();
    if (message !== undefined && this.#shift > 0) this.#number(message.bytes, message.bytes);
    return message;
  }

  /** Whether messages were dropped since templates were sent last, and it is time to send them again. */
  get templatesMissed(): boolean {
    return this.#dropped && Date.now() - this.#announced >= MISSED_PAUSE;
  }

  /** Hands on the messages that let a collector read what is taken from here on; they go out now, before the queue. */
  templates(transmit: (message: Message) => void): void {
    this.#dropped = false;
    this.#announced = Date.now();
    this.#encoder.templates((bytes, advance) => {
      const copy = bytes.slice();
      this.#number(copy, this.#queue.first?.bytes ?? copy);
      this.#shift = (this.#shift + advance) >>> 0;
      transmit({ bytes: copy, records: 0 });
    });
  }

  /** Empties the queue; what was in it counts as lost. */
  discard(): void {
    this.#queue.discard();
  }

  /** Numbers `message` as the encoder numbered `like`, and higher by what went past the queue. */
  #number(message: Uint8Array, like: Uint8Array): void {
    const at = this.#encoder.sequenceOffset;
    const number = new DataView(like.buffer, like.byteOffset).getUint32(at) + this.#shift;
    new DataView(message.buffer, message.byteOffset).setUint32(at, number >>> 0);
  }

  #enqueue(bytes: Uint8Array, records: number): void {
    if (!this.#queue.push(bytes, records)) this.#dropped = true;
    this.#onQueued();
  }
}
