import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, createSecureContext } from "node:tls";
import { OutputError, systemReason } from "../errors.js";
import type { MessageEncoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { lostRecords, type NetworkExporter, newCounters } from "./exporter.js";
import type { Message } from "./message_queue.js";
import { isDistrust, isRefusal, networkReason } from "./network_reason.js";
import { Outbox, type OutboxOptions } from "./outbox.js";

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
/** Milliseconds for a connection to come about, and for a collector to take something of what it was sent. */
const STALLED = 30_000;
/** Milliseconds of silence after which the kernel asks an idle collector whether it still lives. */
const KEEP_ALIVE = 30_000;

export interface StreamOptions extends OutboxOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Present for TLS; certificates are verified unless it says otherwise. */
  readonly tls?: ConnectionOptions;
  /** Milliseconds instead of STALLED, for tests. */
  readonly stalled?: number;
}

/**
 * Exports over TCP or TLS. The connection is made and, with growing pauses, made again in the background; messages wait
 * in a bounded queue meanwhile, and a new session starts with the templates. Each connection looks the host up and tries
 * the addresses of both families in turn (RFC 8305), which is what Node does by itself.
 */
export class StreamExporter implements NetworkExporter {
  readonly name: string;
  readonly counters = newCounters();
  trouble: string | undefined;
  readonly #options: StreamOptions;
  readonly #outbox: Outbox;
  #socket: Socket | undefined;
  #connected = false;
  #everConnected = false;
  #backoff = FIRST_BACKOFF;
  #retry: NodeJS.Timeout | undefined;
  #closing = false;
  /** The last attempt failed because the collector's certificate is not trusted. */
  #distrusted = false;
  #sessionStart = 0;
  /** Records exported in this session. */
  #sessionRecords = 0;
  #unsent = new Set<Message>();
  #unsentOctets = 0;
  #idle: () => void = () => {};

  /** @throws OutputError when the certificates cannot be used */
  constructor(options: StreamOptions, encoder: MessageEncoder) {
    this.name = options.name;
    this.#options = options.tls === undefined ? options : { ...options, tls: withContext(options.tls) };
    this.#outbox = new Outbox(encoder, this.counters, options, () => this.#onQueued());
    this.#connect();
  }

  get connected(): boolean {
    return this.#connected;
  }

  write(batch: FlowBatch, chosen?: Uint32Array): void {
    this.#outbox.write(batch, chosen);
  }

  report(records: readonly OptionsRecord[]): void {
    this.#outbox.report(records);
  }

  flush(): void {
    this.#outbox.flush();
  }

  announce(): void {
    if (this.#connected) this.#outbox.templates((message) => this.#transmit(message));
  }

  ready(): Promise<void> | undefined {
    return this.#outbox.ready();
  }

  async close(): Promise<void> {
    this.flush();
    this.#closing = true;
    const last = Date.now() + LONGEST_LINGER;
    while (this.#outbox.length > 0 || this.#unsent.size > 0) {
      const left = Math.min(this.#outbox.patience.left, last - Date.now());
      // Statistics alone are not worth waiting for a collector that is away, such as one on standby.
      const isIdle = !this.#connected && this.#unsent.size === 0 && this.counters.queuedRecords === 0;
      if (left <= 0 || this.#distrusted || isIdle) break;
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
    this.#outbox.discard();
    this.#lose(this.#unsent);
    this.#socket?.destroy();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#retry);
    this.#outbox.discard();
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
    const { host, port, tls, stalled = STALLED } = this.#options;
    const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket = socket;
    socket.setNoDelay(false);
    socket.setKeepAlive(true, KEEP_ALIVE);
    // A peer whose host died says nothing: TCP alone would go on for a quarter of an hour.
    socket.setTimeout(stalled, () => {
      if (!this.#connected || this.#unsent.size > 0)
        socket.destroy(Object.assign(new Error("stalled"), { code: "ETIMEDOUT" }));
    });
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
    this.#outbox.patience.progress();
    this.announce();
    this.#send();
  }

  #onClosed(): void {
    if (this.#connected || this.#sessionStart > 0) this.trouble ??= "the collector closed the connection";
    if (this.#sessionStart > 0 && Date.now() - this.#sessionStart > GOOD_SESSION) this.#backoff = FIRST_BACKOFF;
    this.#sessionStart = 0;
    this.#connected = false;
    this.#socket = undefined;
    this.#lose(this.#unsent);
    this.#idle();
    if (this.#closing && this.#outbox.length === 0) return;
    this.#retry = setTimeout(() => this.#connect(), this.#backoff);
    this.#backoff = Math.min(this.#backoff * 2, LONGEST_BACKOFF);
  }

  /** What was with the socket when the session ended: nobody can say how much of it arrived. */
  #lose(messages: Set<Message>): void {
    for (const message of messages) this.counters.lost.sendFailed += message.records;
    messages.clear();
    this.#unsentOctets = 0;
  }

  #onQueued(): void {
    if (this.#outbox.length <= 1 && this.#unsent.size === 0) this.#outbox.patience.progress();
    // A message that got lost may have been the one that brought a template.
    if (this.#connected && this.#outbox.templatesMissed) this.announce();
    this.#send();
  }

  #send(): void {
    while (this.#connected && this.#unsentOctets < SOCKET_WINDOW) {
      const message = this.#outbox.take();
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
        this.#outbox.patience.progress();
      }
      this.#send();
      this.#outbox.release();
      if (this.#unsent.size === 0 && this.#outbox.length === 0) this.#idle();
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
