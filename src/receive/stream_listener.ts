/** IPFIX over TCP and TLS. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions, type Server as TlsServer } from "node:tls";
import type { Peer } from "../collect/message.js";
import { InputError, reasonOf, systemReason } from "../errors.js";
import { listenReason } from "../host/listen_reason.js";
import type { Gate } from "./gate.js";
import { type ListenAddress, placeText } from "./listen_address.js";
import {
  type ConnectionCounters,
  type Listener,
  type ListenerCounters,
  type ListenerLog,
  noConnections,
} from "./listener.js";
import { MessageStream } from "./message_stream.js";

export interface StreamListenerOptions {
  readonly address: ListenAddress;
  /** Certificate, key, and the authorities of exporters; undefined for TCP. */
  readonly tls: TlsOptions | undefined;
  /** Connections at once. */
  readonly connections: number;
  /** Milliseconds without an octet after which a connection is closed. */
  readonly idle: number;
  readonly gate: Gate;
  readonly log: ListenerLog;
}

/** Milliseconds that a TLS handshake may take. */
const HANDSHAKE = 10_000;

/** Octets that are read at once. */
const READ_AHEAD = 256 * 1024;

export class StreamListener implements Listener {
  readonly name: string;
  readonly #options: StreamListenerOptions;
  readonly #server: Server;
  /** Gets the connections that are admitted; it does not listen itself. */
  readonly #tls: TlsServer | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #counts: ConnectionCounters = noConnections();
  #messages = 0;
  #octets = 0;
  #errors = 0;
  #place: string;
  #listening = false;

  constructor(options: StreamListenerOptions) {
    this.#options = options;
    const { address, tls } = options;
    this.name = address.name;
    this.#place = placeText(address.host, address.port);
    this.#server = createServer({ highWaterMark: READ_AHEAD, keepAlive: true }, (socket) => this.#admit(socket));
    if (tls === undefined) return;
    this.#tls = createTlsServer({ ...tls, handshakeTimeout: HANDSHAKE }, (socket) => this.#accept(socket));
    this.#tls.on("tlsClientError", (error, socket) => this.#refuseTls(error, socket));
  }

  get place(): string {
    return this.#place;
  }

  async open(): Promise<void> {
    const { host, port } = this.#options.address;
    this.#server.listen({ host, port });
    try {
      await once(this.#server, "listening");
    } catch (error) {
      throw new InputError(`--listen ${this.name}: ${listenReason(error)}`);
    }
    this.#listening = true;
    // Errors of accepting, such as too many open files, pass: the next exporter is accepted again.
    this.#server.on("error", () => {
      this.#errors += 1;
    });
    this.#place = placeText(host, (this.#server.address() as AddressInfo).port);
  }

  /** It has been accepting since it is open: what is said meanwhile waits in the sockets. */
  start(): void {}

  counters(): ListenerCounters {
    return {
      messages: this.#messages,
      octets: this.#octets,
      gate: this.#options.gate.counters,
      droppedRing: 0,
      droppedKernel: 0,
      waitingOctets: 0,
      errors: this.#errors,
      connections: { ...this.#counts, open: this.#sockets.size },
    };
  }

  deadReason(): string | undefined {
    return undefined;
  }

  /** Certificates from files that were read again. */
  renew(tls: TlsOptions): void {
    this.#tls?.setSecureContext(tls);
  }

  async stop(): Promise<void> {
    this.close();
  }

  close(): void {
    if (this.#listening) this.#server.close();
    this.#listening = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Before any handshake: strangers cost little. */
  #admit(socket: Socket): void {
    socket.on("error", () => {});
    const address = plainAddress(socket.remoteAddress);
    const { gate, connections, log } = this.#options;
    if (gate.admissionOf({ address }) === undefined) {
      this.#counts.refusedAddress += 1;
      log.warn({ listener: this.name, exporter: address }, `${this.name}: ${address} is not accepted`);
      socket.destroy();
    } else if (this.#sockets.size >= connections) {
      this.#counts.refusedLimit += 1;
      log.warn({ listener: this.name, exporter: address }, `${this.name}: ${connections} connections are open already`);
      socket.destroy();
    } else {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      if (this.#tls === undefined) this.#accept(socket);
      else this.#tls.emit("connection", socket);
    }
  }

  #refuseTls(error: Error, socket: Socket): void {
    this.#counts.refusedTls += 1;
    const address = plainAddress(socket.remoteAddress);
    const reason = reasonOf(error).split("\n", 1)[0]!;
    this.#options.log.warn(
      { listener: this.name, exporter: address },
      `${this.name}: TLS with ${address} failed: ${reason}`,
    );
    socket.destroy();
  }

  #accept(socket: Socket): void {
    const { tls, idle, gate, log } = this.#options;
    const { remotePort: port = 0 } = socket;
    const address = plainAddress(socket.remoteAddress);
    const peer: Peer = { transport: tls === undefined ? "tcp" : "tls", address, port };
    const fields = { listener: this.name, exporter: address };
    this.#counts.accepted += 1;
    log.info(fields, `${this.name}: ${placeText(address, port)} has connected`);
    const stream = new MessageStream((octets) => {
      this.#messages += 1;
      this.#octets += octets.byteLength;
      gate.pass({ peer, received: Date.now() * 1000, octets });
    });
    socket.on("data", (piece: Buffer) => {
      const fault = stream.add(piece);
      if (fault !== undefined) {
        this.#counts.malformed += 1;
        log.warn(fields, `${this.name}: ${placeText(address, port)} is cut off: ${fault}`);
        socket.destroy();
      }
    });
    socket.setTimeout(idle, () => {
      this.#counts.idle += 1;
      log.info(fields, `${this.name}: ${placeText(address, port)} has been silent for ${idle / 1000} s and is closed`);
      socket.destroy();
    });
    socket.on("error", (error) => {
      this.#errors += 1;
      log.warn(fields, `${this.name}: ${placeText(address, port)}: ${systemReason(error)}`);
    });
    socket.once("close", () => gate.end(peer));
    socket.on("end", () => {
      if (stream.unfinished === 0) return;
      this.#errors += 1;
      log.warn(fields, `${this.name}: ${placeText(address, port)} has ended within a message`);
    });
  }
}

/** IPv4 addresses come as ::ffff:a.b.c.d where the socket is of IPv6. */
function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "").replace(/%.*$/, "");
}
