/** Collectors that tests run themselves on loopback: UDP, TCP and TLS. */

import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions, Server as TlsServer } from "node:tls";
import { IpfixSession } from "./ipfix_collector.js";
import { until } from "./program.js";

/** Keeps the datagrams that come to a port of its own. */
export class UdpCollector {
  readonly datagrams: Buffer[] = [];
  readonly #socket: DatagramSocket;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
    socket.on("message", (datagram) => this.datagrams.push(datagram));
  }

  /** @param port 0 for any free one */
  static async open(address = "127.0.0.1", port = 0): Promise<UdpCollector> {
    const socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 4 * 1024 * 1024 });
    socket.bind(port, address);
    await once(socket, "listening");
    return new UdpCollector(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when datagrams have come and then none for a moment. */
  async settled(): Promise<void> {
    await until(() => this.datagrams.length > 0, "a datagram");
    for (let seen = 0; seen !== this.datagrams.length; ) {
      seen = this.datagrams.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  close(): void {
    this.#socket.close();
  }
}

/** What a stream collector does with its connections. */
export interface StreamCollectorOptions {
  /** 0, any free port, when left out. */
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

  static async open({ port = 0, tls, behaviour = "read" }: StreamCollectorOptions = {}): Promise<StreamCollector> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    const collector = new StreamCollector(server, behaviour);
    server.listen(port, "127.0.0.1");
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

/** A TCP port that nobody listens on at the moment. */
export async function freeTcpPort(): Promise<number> {
  const collector = await StreamCollector.open();
  const { port } = collector;
  await collector.close();
  return port;
}

/** A UDP port that nobody listens on at the moment. */
export async function freeUdpPort(): Promise<number> {
  const collector = await UdpCollector.open();
  const { port } = collector;
  collector.close();
  return port;
}
