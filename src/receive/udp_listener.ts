/** Datagrams from a UDP port, received natively. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { InputError } from "../errors.js";
import { listenReason } from "../host/listen_reason.js";
import { loadNative } from "../meter/native.js";
import { Datagrams } from "./datagrams.js";
import type { Gate } from "./gate.js";
import { type ListenAddress, placeText } from "./listen_address.js";
import { type Listener, type ListenerCounters, type ListenerLog, noConnections } from "./listener.js";
import type { NativeUdpReceiver, UdpReceiverStats } from "./native_receiver.js";

export interface UdpListenerOptions {
  readonly address: ListenAddress;
  /** Sockets, each with a thread and a ring; the kernel spreads exporters over them. */
  readonly sockets: number;
  /** Octets of each ring. */
  readonly ringOctets: number;
  /** Octets of each socket's receive buffer. */
  readonly bufferOctets: number;
  readonly gate: Gate;
  readonly log: ListenerLog;
}

/** Octets that are handed on before the event loop gets its turn. */
const TURN = 1024 * 1024;

/** Milliseconds after which a receiving thread that says nothing counts as hung; it speaks every 200 ms. */
const HEARTBEAT_LIMIT = 5_000;

/** A socket, and the datagrams of its ring. */
interface Receiver {
  readonly native: NativeUdpReceiver;
  readonly datagrams: Datagrams;
}

export class UdpListener implements Listener {
  readonly name: string;
  readonly #options: UdpListenerOptions;
  readonly #receivers: Receiver[] = [];
  readonly #take: (message: Parameters<Gate["pass"]>[0]) => void;
  #last: readonly UdpReceiverStats[] = [];
  #started = false;
  #scheduled = false;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(options: UdpListenerOptions) {
    this.#options = options;
    this.name = options.address.name;
    this.#take = (message) => options.gate.pass(message);
  }

  get place(): string {
    const [first] = this.#stats();
    return placeText(this.#options.address.host, first?.port ?? this.#options.address.port);
  }

  async open(): Promise<void> {
    const { address, sockets, bufferOctets } = this.#options;
    const host = await this.#numericHost();
    // One that is alone says whether the port is free: sockets that share it would share it with another program, too.
    const port = sockets === 1 ? address.port : this.#freePort(host);
    for (let each = 0; each < sockets; each++) this.#receivers.push(this.#openOne(host, port, sockets > 1));
    const granted = Math.min(...this.#stats().map((stats) => stats.bufferOctets));
    if (granted < bufferOctets)
      this.#options.log.warn(
        { listener: this.name, asked: bufferOctets, granted },
        `${this.name}: the system grants a smaller receive buffer: raise net.core.rmem_max, or give CAP_NET_ADMIN`,
      );
  }

  start(): void {
    this.#started = true;
    for (const { native } of this.#receivers) native.start();
  }

  counters(): ListenerCounters {
    const stats = this.#stats();
    const sum = (of: (each: UdpReceiverStats) => number) => stats.reduce((all, each) => all + of(each), 0);
    return {
      messages: sum(({ datagrams }) => datagrams),
      octets: sum(({ octets }) => octets),
      gate: this.#options.gate.counters,
      droppedRing: sum(({ droppedRing }) => droppedRing),
      droppedKernel: sum(({ droppedKernel }) => droppedKernel),
      waitingOctets: sum(({ ringUsed }) => ringUsed),
      errors: sum(({ errors }) => errors),
      connections: noConnections(),
    };
  }

  deadReason(now: number): string | undefined {
    if (!this.#started) return undefined;
    for (const { heartbeat, finished } of this.#stats()) {
      if (finished || heartbeat === 0) continue;
      const silent = now - heartbeat / 1000;
      if (silent > HEARTBEAT_LIMIT)
        return `${this.name}: its thread has stood still for ${Math.floor(silent / 1000)} s`;
    }
    return undefined;
  }

  async stop(): Promise<void> {
    if (this.#started && !this.#closed) {
      const drained = new Promise<void>((resolve) => {
        this.#onDrained = resolve;
      });
      for (const { native } of this.#receivers) native.stop();
      this.#schedule();
      await drained;
    }
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#last = this.#stats();
    this.#closed = true;
    this.#onDrained?.();
    for (const { native } of this.#receivers) native.close();
  }

  #stats(): readonly UdpReceiverStats[] {
    return this.#closed ? this.#last : this.#receivers.map(({ native }) => native.stats());
  }

  async #numericHost(): Promise<string> {
    const { host } = this.#options.address;
    if (isIP(host) !== 0) return host;
    try {
      return (await lookup(host)).address;
    } catch (error) {
      throw new InputError(`--listen ${this.name}: ${listenReason(error)}`);
    }
  }

  #freePort(host: string): number {
    const probe = this.#openOne(host, this.#options.address.port, false, 2 * 65_536 + 4096);
    const { port } = probe.native.stats();
    probe.native.close();
    return port;
  }

  #openOne(host: string, port: number, shared: boolean, ringOctets = this.#options.ringOctets): Receiver {
    const memory = new ArrayBuffer(ringOctets);
    const options = { host, port, shared, bufferOctets: this.#options.bufferOctets };
    try {
      const native = new (loadNative().UdpReceiver)(options, memory, () => this.#schedule());
      try {
        native.open();
      } catch (error) {
        native.close();
        throw error;
      }
      return { native, datagrams: new Datagrams(native, memory, "udp") };
    } catch (error) {
      throw new InputError(`--listen ${this.name}: ${listenReason(error)}`);
    }
  }

  /** One turn for all receivers, however many of them have something. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#drain();
    });
  }

  /** Hands on what is ready, for one turn of the event loop. */
  #drain(): void {
    if (this.#closed) return;
    const stats = this.#onDrained === undefined ? [] : this.#stats();
    let read = 0;
    for (const { datagrams } of this.#receivers) read += datagrams.read(TURN / this.#receivers.length, this.#take);
    if (read > 0) {
      this.#schedule();
      return;
    }
    // Finished before the rings were looked at: nothing can have come since.
    if (this.#onDrained !== undefined && stats.every(({ finished }) => finished)) this.#onDrained();
  }
}
