import type { ExportCounters } from "./exporter.js";

/** One encoded message and the data records in it. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly records: number;
}

/**
 * Messages waiting for a collector, bounded in octets. When full the newest is refused: the collector then sees one gap
 * in the sequence numbers instead of many.
 */
export class MessageQueue {
  readonly #counters: ExportCounters;
  readonly #limit: number;
  #messages: Message[] = [];
  #head = 0;

  /** @param limit octets */
  constructor(counters: ExportCounters, limit: number) {
    this.#counters = counters;
    this.#limit = limit;
  }

  /** Copies the bytes, because encoders use their buffer again. False when the queue is full and the message is lost. */
  push(bytes: Uint8Array, records: number): boolean {
    if (this.#counters.queuedOctets + bytes.length > this.#limit) {
      this.#counters.lost.queueFull += records;
      return false;
    }
    this.#messages.push({ bytes: bytes.slice(), records });
    this.#counters.queuedOctets += bytes.length;
    this.#counters.queuedRecords += records;
    return true;
  }

  /** The message that `take` gives next. */
  get first(): Message | undefined {
    return this.#messages[this.#head];
  }

  take(): Message | undefined {
    const message = this.#messages[this.#head];
    if (message === undefined) return undefined;
    this.#head++;
    // The taken part is cut off in large pieces, so that taking stays constant in time.
    if (this.#head === this.#messages.length || this.#head >= 4096) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    this.#counters.queuedOctets -= message.bytes.length;
    this.#counters.queuedRecords -= message.records;
    return message;
  }

  get length(): number {
    return this.#messages.length - this.#head;
  }

  /** More than half full: whoever can wait should. */
  get congested(): boolean {
    return this.#counters.queuedOctets * 2 > this.#limit;
  }

  /** Empties the queue and counts what was in it as lost. */
  discard(): void {
    this.#counters.lost.closed += this.#counters.queuedRecords;
    this.#counters.queuedRecords = 0;
    this.#counters.queuedOctets = 0;
    this.#messages = [];
    this.#head = 0;
  }
}
