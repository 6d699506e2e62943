/** A connected UDP socket to one address of a collector. */
import { createSocket, type Socket } from "node:dgram";
import type { CollectorAddress } from "./collector_name.js";

const SEND_BUFFER = 4 * 1024 * 1024;

/** Errors that mean that nobody is there: nobody listens (ICMP), no route, or a local filter rejects. */
const AWAY = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EPERM",
  "EADDRNOTAVAIL",
]);

/** Whether a send failed because the collector is away, and not because of the datagram. */
export function meansAway(code: string | undefined): boolean {
  return code !== undefined && AWAY.has(code);
}

export class DatagramPath {
  readonly to: CollectorAddress;
  /** Datagrams that the kernel has not answered for. */
  inFlight = 0;
  readonly #socket: Socket;
  #leaving = false;

  private constructor(to: CollectorAddress, socket: Socket) {
    this.to = to;
    this.#socket = socket;
  }

  /**
   * Connects, which sends nothing.
   *
   * @param onError what the kernel learns between sends: ICMP messages
   * @throws the system's error when there is no route
   */
  static async open(to: CollectorAddress, port: number, onError: (error: Error) => void): Promise<DatagramPath> {
    const socket = createSocket({ type: to.family === 6 ? "udp6" : "udp4", sendBufferSize: SEND_BUFFER });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.connect(port, to.address, () => {
          socket.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on("error", onError);
    return new DatagramPath(to, socket);
  }

  send(bytes: Uint8Array, done: (error: Error | null) => void): void {
    this.inFlight++;
    this.#socket.send(bytes, (error) => {
      this.inFlight--;
      done(error);
      if (this.#leaving && this.inFlight === 0) this.close();
    });
  }

  /** Closes once the kernel has answered for everything. */
  leave(): void {
    this.#leaving = true;
    if (this.inFlight === 0) this.close();
  }

  close(): void {
    this.#leaving = false;
    try {
      this.#socket.close();
    } catch {
      // It was closed already.
    }
  }
}
