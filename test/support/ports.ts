/** Ports for programs that have to be told one. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** The lowest port that tests take. */
const LOWEST = 10_000;

/** The end of the range when the kernel does not tell its own (IANA's dynamic ports begin at 49152). */
const HIGHEST = 32_768;

const given = new Set<number>();

/**
 * A port that nobody listens on at the moment, over UDP or TCP. It lies below those that the kernel gives away by itself
 * (ip_local_port_range): no connection and no socket that is bound to any free port takes it before its user comes, or
 * while its user is away.
 */
export async function freePort(): Promise<number> {
  const end = ownRange();
  for (let left = 1000; left > 0; left--) {
    const port = LOWEST + Math.floor(Math.random() * (end - LOWEST));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port from ${LOWEST} to ${end}`);
}

function ownRange(): number {
  try {
    const lowest = Number.parseInt(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8"), 10);
    return lowest > LOWEST + 1000 ? lowest : HIGHEST;
  } catch {
    return HIGHEST;
  }
}

async function isFree(port: number): Promise<boolean> {
  const datagrams = createSocket("udp4");
  const server = createServer();
  try {
    datagrams.bind(port);
    await once(datagrams, "listening");
    server.listen(port);
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((closed) => datagrams.close(closed));
    if (server.listening) await new Promise((closed) => server.close(closed));
  }
}
