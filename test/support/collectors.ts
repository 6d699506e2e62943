/** Collectors that tests run themselves on loopback: UDP, TCP and TLS. */

import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions, Server as TlsServer } from "node:tls";
import { IpfixSession } from "./ipfix_collector.js";
import { freePort } from "./ports.js";
import { until } from "./program.js";

/** The first octets of a datagram that a collector sends to itself. */
const MARK = "mark ";

/**
 * Keeps the datagrams that come to a port of its own. What its socket holds unread is bounded by the system
 * (net.core.rmem_max, by default 208 KiB, which the kernel doubles and counts 2,304 octets against for a datagram of
 * 1,500): tests that count send less than that, because this process may not run until all has come.
 */
export class UdpCollector {
  readonly datagrams: Buffer[] = [];
  readonly #socket: DatagramSocket;
  #marks = 0;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    socket.on("message", (datagram) => {
      if (datagram.toString("latin1", 0, MARK.length) === MARK) this.#marks++;
      else this.datagrams.push(datagram);
    });
  }

  /** @param port 0 for one that nobody else takes, also after it was closed */
  static async open(address = "127.0.0.1", port = 0): Promise<UdpCollector> {
    const socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 4 * 1024 * 1024 });
    socket.bind(port === 0 ? await freePort() : port, address);
    await once(socket, "listening");
    return new UdpCollector(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when datagrams have come, and every one that was sent before: for exporters that have ended or rest. */
  async settled(): Promise<void> {
    await until(() => this.datagrams.length > 0, "a datagram");
    // What is sent from another core may overtake, so one mark alone tells little.
    for (let seen = -1; seen !== this.datagrams.length; ) {
      seen = this.datagrams.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      await this.#mark();
    }
  }

  /** Sends itself a datagram and waits for it: a socket is read in the order in which datagrams came. */
  async #mark(): Promise<void> {
    const { address, port } = this.#socket.address();
    const before = this.#marks;
    await until(() => {
      // Another one, should the socket have been too full for the last.
      if (this.#marks === before) this.#socket.send(MARK, port, address);
      return this.#marks > before;
    }, "a datagram to itself");
  }

  close(): void {
    this.#socket.close();
  }
}

/** What a stream collector does with its connections. */
export interface StreamCollectorOptions {
  /** One that nobody else takes, also after it was closed, when left out. */
  readonly port?: number;
  /** Makes it a TLS collector. */
  readonly tls?: TlsOptions;
  /** "ignore" never reads what it is sent. */
  readonly behaviour?: "read" | "ignore";
}

/** Decodes the IPFIX messages of each connection as a transport session of its own. */
export class StreamCollector {
  readonly sessions: IpfixSession[] = [];
  /** What went wrong with a connection or in decoding it. */
  readonly errors: Error[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, behaviour: "read" | "ignore") {
    this.#server = server;
    const accept = (socket: Socket) => {
      const session = new IpfixSession();
      this.sessions.push(session);
      this.#sockets.add(socket);
      socket.on("error", (error) => this.errors.push(error));
      socket.on("close", () => this.#sockets.delete(socket));
      if (behaviour === "ignore") {
        socket.pause();
        return;
      }
      socket.on("data", (piece: Buffer) => {
        try {
          session.stream(piece);
        } catch (error) {
          this.errors.push(error as Error);
          socket.destroy();
        }
      });
    };
    server.on(server instanceof TlsServer ? "secureConnection" : "connection", accept);
    server.on("tlsClientError", (error: Error) => this.errors.push(error));
  }

  static async open({ port, tls, behaviour = "read" }: StreamCollectorOptions = {}): Promise<StreamCollector> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    const collector = new StreamCollector(server, behaviour);
    server.listen(port ?? (await freePort()), "127.0.0.1");
    await once(server, "listening");
    return collector;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Data records of all sessions. */
  get records(): number {
    return this.sessions.reduce((sum, session) => sum + session.sums.records, 0);
  }

  /** Stops listening and breaks all connections off. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
