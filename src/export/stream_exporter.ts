import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, createSecureContext } from "node:tls";
import { OutputError, systemReason } from "../errors.js";
import type { Emit, Encoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type Exporter, lostRecords, newCounters } from "./exporter.js";
import { type Message, MessageQueue } from "./message_queue.js";
import { isDistrust, isRefusal, networkReason } from "./network_reason.js";
import { Patience } from "./patience.js";

/** Octets given to the socket before waiting for it to drain. */
const SOCKET_WINDOW = 256 * 1024;
const FIRST_BACKOFF = 250;
const LONGEST_BACKOFF = 30_000;
/** Milliseconds after which a session counts as good, so that the next pause is a short one again. */
const GOOD_SESSION = 10_000;
/** Milliseconds that `close` gives a collector that makes progress; one that makes none has `patience` only. */
const LONGEST_LINGER = 60_000;
/** Milliseconds to wait for the collector's answer to the end of the session. */
const FAREWELL = 1_000;
/** Octet of the sequence number in the header of an IPFIX message. */
const SEQUENCE = 8;

export interface StreamOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Present for TLS; certificates are verified unless it says otherwise. */
  readonly tls?: ConnectionOptions;
  /** Octets of encoded messages that may wait. */
  readonly queueLimit: number;
  /** Milliseconds a source, and the end of the run, may be held up; see `Patience`. */
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
  /** The last attempt failed because the collector's certificate is not trusted. */
  #distrusted = false;
  #sessionStart = 0;
  /** Records exported in this session. */
  #sessionRecords = 0;
  #unsent = new Set<Message>();
  #unsentOctets = 0;
  #idle: () => void = () => {};

  /** @throws OutputError when the certificates cannot be used */
  constructor(options: StreamOptions, encoder: SessionEncoder) {
    this.name = options.name;
    this.#options = options.tls === undefined ? options : { ...options, tls: withContext(options.tls) };
    this.#encoder = encoder;
    this.#queue = new MessageQueue(this.counters, options.queueLimit);
    this.#patience = new Patience(options.patience);
    this.#connect();
  }

  get connected(): boolean {
    return this.#connected;
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
    const last = Date.now() + LONGEST_LINGER;
    while (this.#queue.length > 0 || this.#unsent.size > 0) {
      const left = Math.min(this.#patience.left, last - Date.now());
      if (left <= 0 || this.#distrusted) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
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
    this.#queue.discard();
    this.#lose(this.#unsent);
    this.#socket?.destroy();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#retry);
    this.#queue.discard();
    const socket = this.#socket;
    if (socket !== undefined && this.#connected && this.#unsent.size === 0) {
      // The collector has everything once it answers our FIN; a collector that keeps its side open is not waited for.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, FAREWELL);
        socket.once("close", () => {
          clearTimeout(timer);
          resolve();
        });
        socket.end();
      });
    }
    this.#lose(this.#unsent);
    socket?.destroy();
    if (lostRecords(this.counters) > 0) this.trouble ??= "the collector did not take them in time";
  }

  #connect(): void {
    const { host, port, tls } = this.#options;
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket = socket;
    socket.setNoDelay(false);
    socket.once(tls === undefined ? "connect" : "secureConnect", () => this.#onConnected());
    socket.on("error", (error) => this.#onError(error));
    socket.on("drain", () => this.#send());
    socket.once("end", () => {
      this.#connected = false; // what is sent now would be lost: it waits for the next session
    });
    socket.once("close", () => this.#onClosed());
    socket.resume(); // a collector has nothing to say, but its FIN is noticed only by reading
  }

  #onError(error: Error): void {
    this.counters.errors++;
    this.trouble = networkReason(error);
    this.#distrusted = isDistrust(error);
    if (!isRefusal(error)) return;
    // With TLS 1.3 a collector refuses our certificate after we think that the session stands.
    this.counters.exportedRecords -= this.#sessionRecords;
    this.counters.lost.sendFailed += this.#sessionRecords;
    this.#sessionRecords = 0;
  }

  #onConnected(): void {
    if (this.#everConnected) this.counters.reconnects++;
    this.#connected = true;
    this.#everConnected = true;
    this.#distrusted = false;
    this.trouble = undefined;
    this.#sessionStart = Date.now();
    this.#sessionRecords = 0;
    this.#patience.progress();
    this.#sendTemplates();
    this.#send();
  }

  /** Templates for a new session; they carry the sequence number of the message behind them (RFC 7011 section 3.1). */
  #sendTemplates(): void {
    const next = this.#queue.first;
    this.#encoder.templates((bytes, records) => {
      const message = bytes.slice();
      if (next !== undefined) message.set(next.bytes.subarray(SEQUENCE, SEQUENCE + 4), SEQUENCE);
      this.#transmit({ bytes: message, records });
    });
  }

  #onClosed(): void {
    if (this.#connected || this.#sessionStart > 0) this.trouble ??= "the collector closed the connection";
    if (this.#sessionStart > 0 && Date.now() - this.#sessionStart > GOOD_SESSION) this.#backoff = FIRST_BACKOFF;
    this.#sessionStart = 0;
    this.#connected = false;
    this.#socket = undefined;
    this.#lose(this.#unsent);
    this.#idle();
    if (this.#closing && this.#queue.length === 0) return;
    this.#retry = setTimeout(() => this.#connect(), this.#backoff);
    this.#backoff = Math.min(this.#backoff * 2, LONGEST_BACKOFF);
  }

  /** What was with the socket when the session ended: nobody can say how much of it arrived. */
  #lose(messages: Set<Message>): void {
    for (const message of messages) this.counters.lost.sendFailed += message.records;
    messages.clear();
    this.#unsentOctets = 0;
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
    if (this.#queue.length === 0 && this.#unsent.size === 0) this.#patience.progress();
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
        this.#sessionRecords += message.records;
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

/** The options with their certificates loaded once for all sessions. */
function withContext(tls: ConnectionOptions): ConnectionOptions {
  try {
    return { ...tls, secureContext: createSecureContext(tls) };
  } catch (error) {
    const reason = systemReason(error).replace(/^error:[0-9A-F]+:/, "");
    throw new OutputError(`the TLS certificate or key cannot be used: ${reason}`);
  }
}
