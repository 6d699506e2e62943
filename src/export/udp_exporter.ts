import { OutputError, systemCode } from "../errors.js";
import type { MessageEncoder } from "../formats/encoder.js";
import type { OptionsRecord } from "../formats/ipfix/options.js";
import type { FlowBatch } from "../record/batch.js";
import { type CollectorAddress, CollectorName, type Lookup } from "./collector_name.js";
import { DatagramPath, meansAway } from "./datagram_path.js";
import { type NetworkExporter, newCounters } from "./exporter.js";
import type { Message } from "./message_queue.js";
import { networkReason } from "./network_reason.js";
import { Outbox, type OutboxOptions } from "./outbox.js";

/** Datagrams handed to the kernel at once; the rest wait in the queue, where they are counted. */
const IN_FLIGHT = 32;
/** Milliseconds between probes of a collector that is away; a probe that nobody refuses for so long was received. */
const PROBE_INTERVAL = 1_000;
/** Milliseconds that the end of the run waits for a collector that is away: two probes. */
const LAST_PROBES = 2_500;
/** Sent as probe when there is no template: it asks the peer's kernel only. */
const EMPTY = new Uint8Array(0);

/** What to do at the start with a collector whose name has no address: files refuse, a sensor tries again. */
export type WhenUnresolved = "refuse" | "retry";

export interface UdpOptions extends OutboxOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly unresolved: WhenUnresolved;
  /** Milliseconds after which templates are sent again, whether or not flows come (RFC 7011 section 8.4). */
  readonly templateRefresh: number;
  /** Default the system's resolver. */
  readonly lookup?: Lookup;
}

/**
 * Sends each message as one datagram. Where the kernel tells that nobody listens, or that there is no way, messages wait
 * in the queue and the collector is probed with templates until it no longer refuses them. The collector's name is
 * looked up again and again; templates go first to a new address.
 */
export class UdpExporter implements NetworkExporter {
  readonly name: string;
  readonly counters = newCounters();
  trouble: string | undefined;
  readonly #options: UdpOptions;
  readonly #outbox: Outbox;
  readonly #collector: CollectorName;
  readonly #refresh: NodeJS.Timeout;
  #path: DatagramPath | undefined;
  #probing: NodeJS.Timeout | undefined;
  #refusedSinceProbe = false;
  #inFlightRecords = 0;
  #closed = false;
  #idle: () => void = () => {};

  private constructor(options: UdpOptions, encoder: MessageEncoder) {
    this.name = options.name;
    this.#options = options;
    this.#outbox = new Outbox(encoder, this.counters, options, () => this.#send());
    this.#collector = new CollectorName(options.host, options.lookup);
    this.#refresh = setInterval(() => this.announce(), options.templateRefresh);
    this.#refresh.unref();
  }

  /** @throws OutputError when there is no such host or no route to it, unless that is to be tried again */
  static async open(options: UdpOptions, encoder: MessageEncoder): Promise<UdpExporter> {
    const exporter = new UdpExporter(options, encoder);
    try {
      await exporter.#start();
    } catch (error) {
      exporter.abort();
      throw error;
    }
    return exporter;
  }

  /** False while nobody listens, there is no route, or the name has no address. */
  get connected(): boolean {
    return this.#path !== undefined && this.#probing === undefined;
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
    if (this.connected) this.#outbox.templates((message) => this.#transmit(message));
  }

  ready(): Promise<void> | undefined {
    return this.connected ? this.#outbox.ready() : undefined;
  }

  async close(): Promise<void> {
    this.flush();
    const started = Date.now();
    while ((this.#path?.inFlight ?? 0) > 0 || this.#outbox.length > 0) {
      const { left } = this.#outbox.patience;
      const wait = this.connected ? left : Math.min(left, started + LAST_PROBES - Date.now());
      if (wait <= 0 || (!this.connected && this.counters.queuedRecords === 0)) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(wait, LAST_PROBES));
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
    this.#collector.stop();
    clearInterval(this.#refresh);
    clearTimeout(this.#probing);
    this.#outbox.discard();
    this.counters.lost.closed += this.#inFlightRecords;
    this.#path?.close();
  }

  async #start(): Promise<void> {
    const { name, host, unresolved } = this.#options;
    const watcher = {
      onAddresses: (addresses: readonly CollectorAddress[]) => this.#follow(addresses),
      onFailure: (error: unknown) => this.#note(error),
    };
    if (unresolved === "retry") {
      this.#collector.watch(watcher, "now");
      return;
    }
    let addresses: readonly CollectorAddress[];
    try {
      addresses = await this.#collector.look();
    } catch (error) {
      const reason = networkReason(error);
      throw new OutputError(`${name}: ${host}: ${reason}`);
    }
    const failure = await this.#connect(addresses);
    if (failure !== undefined) throw new OutputError(`cannot reach ${name}: ${networkReason(failure)}`);
    this.#collector.watch(watcher, "later");
  }

  /** Moves when the name no longer has the address in use, or when another of its addresses may do better. */
  async #follow(addresses: readonly CollectorAddress[]): Promise<boolean> {
    const at = addresses.findIndex(({ address }) => address === this.#path?.to.address);
    const away = this.#probing !== undefined && addresses.length > 1;
    if (this.#closed || (at >= 0 && !away)) return true;
    const failure = await this.#connect([...addresses.slice(at + 1), ...addresses.slice(0, at + 1)]);
    if (failure !== undefined) this.#note(failure);
    return failure === undefined;
  }

  /** Takes the first address that there is a way to; returns why there is none. */
  async #connect(addresses: readonly CollectorAddress[]): Promise<unknown> {
    let failure: unknown;
    for (const to of addresses) {
      try {
        const path: DatagramPath = await DatagramPath.open(to, this.#options.port, (error) => {
          if (path === this.#path) this.#onAway(error);
        });
        this.#moveTo(path);
        return undefined;
      } catch (error) {
        failure ??= error;
      }
    }
    return failure;
  }

  #moveTo(path: DatagramPath): void {
    if (this.#closed) {
      path.close();
      return;
    }
    const before = this.#path;
    this.#path = path;
    clearTimeout(this.#probing);
    this.#probing = undefined;
    if (before !== undefined) {
      before.leave();
      if (before.to.address !== path.to.address) {
        this.counters.reconnects++;
        this.trouble = `${this.#options.host} moved from ${before.to.address} to ${path.to.address}`;
      }
    } else this.trouble = undefined;
    this.announce();
    this.#send();
  }

  #send(): void {
    if (this.connected && this.#outbox.templatesMissed) this.announce();
    if (this.#outbox.length <= 1 && this.#path?.inFlight === 0) this.#outbox.patience.progress();
    while (this.connected && this.#path!.inFlight < IN_FLIGHT) {
      const message = this.#outbox.take();
      if (message === undefined) return;
      this.#transmit(message);
    }
  }

  #transmit(message: Message): void {
    const path = this.#path!;
    this.#inFlightRecords += message.records;
    path.send(message.bytes, (error) => this.#onSent(path, message, error));
  }

  #onSent(path: DatagramPath, { bytes, records }: Message, error: Error | null): void {
    if (this.#closed) return;
    this.#inFlightRecords -= records;
    if (error === null) {
      this.counters.exportedRecords += records;
      this.counters.exportedMessages++;
      this.counters.exportedOctets += bytes.length;
    } else {
      this.counters.lost.sendFailed += records;
      if (path !== this.#path) this.#note(error);
      else this.#onAway(error);
    }
    this.#outbox.patience.progress();
    this.#send();
    this.#outbox.release();
    if (path.inFlight === 0) this.#idle();
  }

  /** A send failed, or the kernel was told that earlier ones did. */
  #onAway(error: Error): void {
    this.#note(error);
    if (!meansAway(systemCode(error)) || this.#closed) return;
    this.#refusedSinceProbe = true;
    this.#outbox.patience.release();
    if (this.#probing === undefined) this.#probe();
    this.#collector.hurry();
  }

  /** Asks again after a pause; when nobody has refused until the next pause is over, the collector is there. */
  #probe(): void {
    this.#probing = setTimeout(() => {
      const back = !this.#refusedSinceProbe;
      this.#refusedSinceProbe = false;
      if (back) {
        this.#probing = undefined;
        this.announce();
        this.#send();
        if (this.#outbox.length === 0) this.#idle();
        return;
      }
      let told = false;
      this.#outbox.templates((message) => {
        told = true;
        this.#transmit(message);
      });
      if (!told) this.#path?.send(EMPTY, (error) => error === null || this.#onAway(error));
      this.#probe();
    }, PROBE_INTERVAL);
    this.#probing.unref();
  }

  #note(error: unknown): void {
    this.counters.errors++;
    this.trouble = networkReason(error);
  }
}
