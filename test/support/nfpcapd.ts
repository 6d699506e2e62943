/** Messages of nfdump's own protocol: as nfpcapd sends them, and written by hand. */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { concat } from "./capture_writer.js";

/** Behind all that nfpcapd has sent: what one socket gets over loopback stays in order. */
const END = Buffer.from("end");

/** Has nfpcapd send the flows of a capture over loopback; hands on each datagram. */
export async function sentByNfpcapd(
  capture: string,
  options: readonly string[],
  take: (octets: Uint8Array) => void,
): Promise<void> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  try {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    const ended = new Promise<void>((resolve) => {
      socket.on("message", (octets) => (octets.equals(END) ? resolve() : take(octets)));
    });
    const sender = spawn("nfpcapd", ["-r", capture, "-H", `127.0.0.1/${port}`, ...options], {
      stdio: "ignore",
      timeout: 240_000,
    });
    await once(sender, "exit");
    socket.send(END, port, "127.0.0.1");
    await ended;
  } finally {
    socket.close();
  }
}

export interface MessageHeader {
  readonly length?: number;
  readonly sequence?: number;
  readonly records?: number;
}

/** A message of the records, with a header that fits unless another is given. */
export function nfdumpMessage(records: readonly Uint8Array[], header: MessageHeader = {}): Uint8Array {
  const body = concat(records);
  const octets = Buffer.alloc(16);
  octets.writeUInt16BE(240);
  octets.writeUInt16BE(header.length ?? 16 + body.length, 2);
  octets.writeUInt32BE(header.sequence ?? 0, 8);
  octets.writeUInt32BE(header.records ?? records.length, 12);
  return concat([octets, body]);
}
