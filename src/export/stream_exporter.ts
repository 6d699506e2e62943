import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { systemReason } from "../errors.js";
import type { Emit, Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, newCounters } from "./exporter.js";
import { type Message, MessageQueue } from "./message_queue.js";
import { Patience } from "./patience.js";

/** Octets given to the socket before waiting for it to drain. */
const SOCKET_WINDOW = 256 * 1024;
const FIRST_BACKOFF = 250;
const LONGEST_BACKOFF = 30_000;
/** Milliseconds that `close` gives the collector to take what is left. */
const LINGER = 5_000;

export interface StreamOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Present for TLS; certificates are verified unless it says otherwise. */
  readonly tls?: ConnectionOptions;
  /** Octets of encoded messages that may wait. */
  readonly queueLimit: number;
  /** Milliseconds a source may be held up; see `Patience`. */
  readonly patience: number;
}

/** Encoders that can say their templates again for a new transport session (RFC 7011 section 8.1). */
export interface SessionEncoder extends Encoder {
  /** Emits messages that make everything sent later understandable to a collector that has seen nothing. */
  templates(emit: Emit): void;
}

/**
 * Exports over TCP or TLS. The connection is made and, with growing pauses, made again in the background; messages wait
 * in a bounded queue meanwhile, and a new session starts with the templates.
 */
export class StreamExporter implements Exporter {
  readonly name: string;
  readonly counters = newCounters();
  trouble: string | undefined;
  readonly #options: StreamOptions;
  readonly #encoder: SessionEncoder;
  readonly #queue: MessageQueue;
  readonly #patience: Patience;
  readonly #emit = (bytes: Uint8Array, records: number) => this.#enqueue(bytes, records);
  #socket: Socket | undefined;
  #connected = false;
  #everConnected = false;
  #backoff = FIRST_BACKOFF;
  #retry: NodeJS.Timeout | undefined;
  #closing = false;
  #templatesMissed = false;
  #unsent = new Set<Message>();
  #unsentOctets = 0;
  #idle: () => void = () => {};

  constructor(options: StreamOptions, encoder: SessionEncoder) {
    this.name = options.name;
    this.#options = options;
    this.#encoder = encoder;
    this.#queue = new MessageQueue(this.counters, options.queueLimit);
    this.#patience = new Patience(options.patience);
    this.#connect();
  }

  write(batch: FlowBatch): void {
    this.#encoder.encode(batch, this.#emit);
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
    this.#closing = true;
    const deadline = Date.now() + LINGER;
    while ((this.#queue.length > 0 || this.#unsent.size > 0) && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await this.#end();
  }

  abort(): void {
    this.#closing = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    this.#queue.discard();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#retry);
    this.#queue.discard();
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#connected && this.#unsent.size === 0) {
      // The collector has everything once our FIN is answered; it need not close its side for that.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        socket.once("close", () => {
          clearTimeout(timer);
          resolve();
        });
        socket.end(() => socket.destroySoon());
      });
    }
    socket.destroy();
  }

  #connect(): void {
    const { host, port, tls } = this.#options;
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket = socket;
    socket.setNoDelay(false);
    socket.once(tls === undefined ? "connect" : "secureConnect", () => this.#onConnected());
    socket.on("error", (error) => {
      this.counters.errors++;
      this.trouble = systemReason(error);
    });
    socket.on("drain", () => this.#send());
    socket.once("close", () => this.#onClosed());
    socket.resume(); // a collector has nothing to say, but its FIN is noticed only by reading
  }

  #onConnected(): void {
    if (this.#everConnected) this.counters.reconnects++;
    this.#connected = true;
    this.#everConnected = true;
    this.#backoff = FIRST_BACKOFF;
    this.#patience.progress();
    this.#encoder.templates((bytes, records) => this.#transmit({ bytes: bytes.slice(), records }));
    this.#send();
  }

  #onClosed(): void {
    this.#connected = false;
    this.#socket = undefined;
    for (const message of this.#unsent) this.counters.lost.sendFailed += message.records;
    this.#unsent.clear();
    this.#unsentOctets = 0;
    this.trouble ??= "the collector closed the connection";
    this.#idle();
    if (this.#closing && this.#queue.length === 0) return;
    this.#retry = setTimeout(() => this.#connect(), this.#backoff);
    this.#backoff = Math.min(this.#backoff * 2, LONGEST_BACKOFF);
  }

  #enqueue(bytes: Uint8Array, records: number): void {
    // A message that got lost may have been the one that brought a template.
    if (this.#templatesMissed) {
      this.#templatesMissed = false;
      this.#encoder.templates((template, none) => this.#push(template, none));
    }
    this.#push(bytes, records);
    this.#send();
  }

  #push(bytes: Uint8Array, records: number): void {
    if (!this.#queue.push(bytes, records)) this.#templatesMissed = true;
  }

  #send(): void {
    while (this.#connected && this.#unsentOctets < SOCKET_WINDOW) {
      const message = this.#queue.take();
      if (message === undefined) return;
      this.#transmit(message);
    }
  }

  #transmit(message: Message): void {
    this.#unsent.add(message);
    this.#unsentOctets += message.bytes.length;
    this.#socket?.write(message.bytes, (error) => {
      if (!this.#unsent.delete(message)) return;
      this.#unsentOctets -= message.bytes.length;
      if (error) {
        this.counters.lost.sendFailed += message.records;
      } else {
        this.counters.exportedRecords += message.records;
        this.counters.exportedMessages++;
        this.counters.exportedOctets += message.bytes.length;
        this.#patience.progress();
      }
      this.#send();
      if (!this.#queue.congested) this.#patience.release();
      if (this.#unsent.size === 0 && this.#queue.length === 0) this.#idle();
    });
  }
}
