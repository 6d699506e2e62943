import { createSocket, type Socket } from "node:dgram";
import { OutputError } from "../errors.js";
import type { Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";
import { type Message, MessageQueue } from "./message_queue.js";
import { networkReason } from "./network_reason.js";
import { Patience } from "./patience.js";

/** Datagrams handed to the kernel at once; the rest wait in the queue, where they are counted. */
const IN_FLIGHT = 32;
const SEND_BUFFER = 4 * 1024 * 1024;

export interface UdpOptions {
  readonly name: string;
  /** Numeric address. */
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  /** Octets of encoded messages that may wait. */
  readonly queueLimit: number;
  /** Milliseconds a source, and the end of the run, may be held up; see `Patience`. */
  readonly patience: number;
}

/** Sends each message as one datagram. The kernel takes datagrams whether or not a collector listens. */
export class UdpExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  trouble: string | undefined;
  readonly #encoder: Encoder;
  readonly #socket: Socket;
  readonly #queue: MessageQueue;
  readonly #patience: Patience;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#enqueue(bytes, records);
  #inFlight = 0;
  #inFlightRecords = 0;
  #closed = false;
  #refused = false;
  #idle: () => void = () => {};

  private constructor(options: UdpOptions, encoder: Encoder, socket: Socket) {
    this.name = options.name;
    this.#encoder = encoder;
    this.#socket = socket;
    this.#queue = new MessageQueue(this.counters, options.queueLimit);
    this.#patience = new Patience(options.patience);
    // A connected socket learns of unreachable ports (ICMP) with the next send, and of nothing else worth ending for.
    socket.on("error", (error) => this.#noteError(error));
  }

  /** @throws OutputError when there is no route to the collector */
  static async open(options: UdpOptions, encoder: Encoder): Promise<UdpExporter> {
    const socket = createSocket({ type: options.family === 6 ? "udp6" : "udp4", sendBufferSize: SEND_BUFFER });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.connect(options.port, options.address, () => {
          socket.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw new OutputError(`cannot reach ${options.name}: ${networkReason(error)}`);
    }
    return new UdpExporter(options, encoder, socket);
  }

  /** False from a refused datagram to the next one that the kernel takes: nobody listens, or there is no route. */
  get connected(): boolean {
    return !this.#refused;
  }

  write(batch: FlowBatch): void {
    this.#encoder.encode(batch, this.#emit);
    if (this.#encoder.counters !== undefined) {
      this.counters.refusedFlows = this.#encoder.counters.refused;
      this.counters.saturatedCounters = this.#encoder.counters.saturated;
    }
  }

  report(records: readonly OptionsRecord[]): void {
    this.#encoder.encodeOptions?.(records, this.#emit);
  }

  flush(): void {
    this.#encoder.flush(this.#emit);
  }

  ready(): Promise<void> | undefined {
    return this.#queue.congested ? this.#patience.wait() : undefined;
  }

  async close(): Promise<void> {
    this.flush();
    while (this.#inFlight > 0 || this.#queue.length > 0) {
      const { left } = this.#patience;
      if (left <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.abort();
  }

  abort(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.discard();
    this.counters.lost.closed += this.#inFlightRecords;
    this.#socket.close();
  }

  #enqueue(bytes: Uint8Array, records: number): void {
    if (this.#queue.length === 0 && this.#inFlight === 0) this.#patience.progress();
    this.#queue.push(bytes, records);
    this.#send();
  }

  #send(): void {
    while (this.#inFlight < IN_FLIGHT) {
      const message = this.#queue.take();
      if (message === undefined) return;
      this.#inFlight++;
      this.#inFlightRecords += message.records;
      this.#socket.send(message.bytes, (error) => this.#onSent(message, error));
    }
  }

  #onSent(message: Message, error: Error | null): void {
    if (this.#closed) return;
    this.#inFlight--;
    this.#inFlightRecords -= message.records;
    this.#refused = error !== null;
    if (error === null) {
      this.counters.exportedRecords += message.records;
      this.counters.exportedMessages++;
      this.counters.exportedOctets += message.bytes.length;
    } else {
      this.counters.lost.sendFailed += message.records;
      this.#noteError(error);
    }
    this.#patience.progress();
    this.#send();
    if (!this.#queue.congested) this.#patience.release();
    if (this.#inFlight === 0) this.#idle();
  }

  #noteError(error: Error): void {
    this.counters.errors++;
    this.trouble = networkReason(error);
  }
}
