/**
 * A morning in a small office, made from nothing: `make pcaps` writes office.pcap from it, the same octets every time.
 * DNS, web, SSH, NTP, DHCP, mDNS, ping, IPv6, a tagged voice VLAN, a fragmented datagram, a refused connection, a port
 * scan, ARP.
 */

import { concat } from "../test/support/capture_writer.js";
import {
  bytes,
  ethernet,
  type IpHeader,
  icmp,
  ipv4,
  ipv4Address,
  ipv6,
  mac,
  TCP_FLAG,
  tcp,
  udp,
} from "../test/support/frames.js";

/** A frame and when it was on the wire, microseconds since 1970. */
export interface TimedFrame {
  readonly time: number;
  readonly frame: Uint8Array;
}

const START = Date.UTC(2026, 8, 14, 7, 59, 30) * 1000;
const MILLISECOND = 1000;
const SECOND = 1_000_000;

const ROUTER = "02:00:5e:00:00:01";
const MACS: Readonly<Record<string, string>> = {
  "192.168.7.20": "02:00:5e:00:07:20",
  "192.168.7.21": "02:00:5e:00:07:21",
  "192.168.7.66": "02:00:5e:00:07:66",
  "2001:db8:7::20": "02:00:5e:00:07:20",
};
const macOf = (address: string) => MACS[address] ?? ROUTER;

/** Linear congruential generator of Numerical Recipes: sizes and gaps look like life and never change. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Timeline {
  readonly frames: TimedFrame[] = [];

  add(time: number, frame: Uint8Array): void {
    this.frames.push({ time, frame });
  }

  ip(time: number, header: IpHeader, protocol: number, payload: Uint8Array, vlans: readonly number[] = []): void {
    const six = header.source.includes(":");
    const packet = six ? ipv6(header, protocol, payload) : ipv4(header, protocol, payload);
    this.add(time, ethernet(packet, six ? 0x86dd : 0x0800, [macOf(header.source), macOf(header.destination)], vlans));
  }
}

interface Conversation {
  readonly client: string;
  readonly server: string;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly at: number;
}

/** Question and answer over UDP. */
function exchange(
  timeline: Timeline,
  talk: Conversation,
  sizes: readonly [number, number],
  delay: number,
  vlans: readonly number[] = [],
): void {
  const there = { source: talk.client, destination: talk.server };
  const back = { source: talk.server, destination: talk.client, ttl: 58 };
  timeline.ip(talk.at, there, 17, udp(there, talk.clientPort, talk.serverPort, new Uint8Array(sizes[0])), vlans);
  timeline.ip(talk.at + delay, back, 17, udp(back, talk.serverPort, talk.clientPort, new Uint8Array(sizes[1])), vlans);
}

/** A TCP connection that carries `requests` and their answers and is closed by the client. */
function connection(
  timeline: Timeline,
  talk: Conversation,
  requests: readonly (readonly [number, number])[],
  random: (below: number) => number,
): void {
  const there = { source: talk.client, destination: talk.server };
  const back = { source: talk.server, destination: talk.client, ttl: 57 };
  const mss = Uint8Array.from([2, 4, 0x05, 0xb4, 1, 3, 3, 7]);
  let now = talk.at;
  let clientNext = random(2 ** 32);
  let serverNext = random(2 ** 32);
  const send = (fromClient: boolean, flags: number, length: number, options?: Uint8Array) => {
    const ip = fromClient ? there : back;
    const header = {
      sourcePort: fromClient ? talk.clientPort : talk.serverPort,
      destinationPort: fromClient ? talk.serverPort : talk.clientPort,
      sequence: fromClient ? clientNext : serverNext,
      acknowledgement: (flags & TCP_FLAG.ack) === 0 ? 0 : fromClient ? serverNext : clientNext,
      flags,
      ...(options === undefined ? {} : { options }),
    };
    timeline.ip(now, ip, 6, tcp(ip, header, new Uint8Array(length)));
    const occupied = length + ((flags & (TCP_FLAG.syn | TCP_FLAG.fin)) === 0 ? 0 : 1);
    if (fromClient) clientNext = (clientNext + occupied) >>> 0;
    else serverNext = (serverNext + occupied) >>> 0;
  };
  const { fin, syn, psh, ack } = TCP_FLAG;
  const pause = (least: number, spread: number) => (now += least + random(spread));
  send(true, syn, 0, mss);
  pause(12 * MILLISECOND, 4 * MILLISECOND);
  send(false, syn | ack, 0, mss);
  pause(90, 60);
  send(true, ack, 0);
  for (const [asked, answered] of requests) {
    pause(300, 900);
    send(true, psh | ack, asked);
    pause(13 * MILLISECOND, 9 * MILLISECOND);
    for (let left = answered; left > 0; left -= 1460) {
      send(false, left > 1460 ? ack : psh | ack, Math.min(left, 1460));
      pause(110, 50);
      if (random(2) === 0) send(true, ack, 0);
    }
  }
  pause(40 * MILLISECOND, 200 * MILLISECOND);
  send(true, fin | ack, 0);
  pause(12 * MILLISECOND, 3 * MILLISECOND);
  send(false, fin | ack, 0);
  pause(80, 60);
  send(true, ack, 0);
}

function refused(timeline: Timeline, talk: Conversation, delay: number): void {
  const there = { source: talk.client, destination: talk.server, ttl: 52 };
  const back = { source: talk.server, destination: talk.client };
  const ports = { sourcePort: talk.clientPort, destinationPort: talk.serverPort };
  timeline.ip(talk.at, there, 6, tcp(there, { ...ports, sequence: 7, flags: TCP_FLAG.syn, window: 1024 }));
  const answer = { sourcePort: talk.serverPort, destinationPort: talk.clientPort, sequence: 0, acknowledgement: 8 };
  timeline.ip(talk.at + delay, back, 6, tcp(back, { ...answer, flags: TCP_FLAG.rst | TCP_FLAG.ack, window: 0 }));
}

function arp(timeline: Timeline, time: number, from: string, who: string): void {
  const request = concat([
    bytes(8, (view) => {
      view.setUint16(0, 1);
      view.setUint16(2, 0x0800);
      view.setUint16(4, 0x0604);
      view.setUint16(6, 1);
    }),
    mac(macOf(from)),
    ipv4Address(from),
    new Uint8Array(6),
    ipv4Address(who),
  ]);
  timeline.add(time, ethernet(request, 0x0806, [macOf(from), "ff:ff:ff:ff:ff:ff"]));
}

/** All frames in the order of their time. */
export function officeFrames(): TimedFrame[] {
  const timeline = new Timeline();
  const random = randomFrom(20260914);
  const at = (seconds: number) => START + Math.round(seconds * SECOND);
  const [ada, ben, scanner] = ["192.168.7.20", "192.168.7.21", "203.0.113.99"];
  const resolver = "192.168.7.1";

  for (const [second, who] of [
    [0, ada],
    [0.4, ben],
    [21, ada],
  ] as const)
    arp(timeline, at(second), who, resolver);
  exchange(
    timeline,
    { client: "0.0.0.0", server: "255.255.255.255", clientPort: 68, serverPort: 67, at: at(0.1) },
    [300, 300],
    3 * MILLISECOND,
  );
  exchange(
    timeline,
    { client: ada, server: "192.0.2.123", clientPort: 123, serverPort: 123, at: at(1) },
    [48, 48],
    17 * MILLISECOND,
  );
  for (let page = 0; page < 6; page++) {
    const client = page % 2 === 0 ? ada : ben;
    const begin = 2 + page * 4.3;
    const port = 50_100 + page * 3;
    exchange(
      timeline,
      { client, server: resolver, clientPort: port + 9000, serverPort: 53, at: at(begin) },
      [38 + page, 120 + 16 * page],
      9 * MILLISECOND,
    );
    const server = `198.51.100.${10 + page}`;
    const answers = Array.from({ length: 2 + random(4) }, () => [180 + random(900), 400 + random(9_000)] as const);
    connection(timeline, { client, server, clientPort: port, serverPort: 443, at: at(begin + 0.02) }, answers, random);
  }
  connection(
    timeline,
    { client: ben, server: "198.51.100.77", clientPort: 51_515, serverPort: 80, at: at(11) },
    [[210, 90_000]],
    random,
  );
  connection(
    timeline,
    { client: ada, server: "192.168.7.66", clientPort: 40_022, serverPort: 22, at: at(5) },
    Array.from({ length: 12 }, () => [36 + random(40), 60 + random(300)] as const),
    random,
  );
  connection(
    timeline,
    { client: "2001:db8:7::20", server: "2001:db8:ffff::443", clientPort: 50_600, serverPort: 443, at: at(8) },
    [
      [600, 5_200],
      [420, 2_100],
    ],
    random,
  );
  exchange(
    timeline,
    { client: "2001:db8:7::20", server: "2001:db8:ffff::53", clientPort: 60_600, serverPort: 53, at: at(7.95) },
    [52, 170],
    11 * MILLISECOND,
  );

  for (let ping = 0; ping < 5; ping++) {
    const there = { source: ada, destination: "198.51.100.10" };
    const back = { source: "198.51.100.10", destination: ada, ttl: 57 };
    timeline.ip(at(14 + ping), there, 1, icmp(there, 8, 0, 0x1a2b, ping, new Uint8Array(56)));
    timeline.ip(at(14 + ping) + 13 * MILLISECOND, back, 1, icmp(back, 0, 0, 0x1a2b, ping, new Uint8Array(56)));
  }
  for (let packet = 0; packet < 100; packet++) {
    const talk = {
      client: "192.168.7.21",
      server: "192.0.2.50",
      clientPort: 16_384,
      serverPort: 16_500,
      at: at(16) + packet * 20 * MILLISECOND,
    };
    exchange(timeline, talk, [172, 172], 7 * MILLISECOND, [40]);
  }
  const announcer = { source: ben, destination: "224.0.0.251", ttl: 255 };
  for (const second of [3, 18]) timeline.ip(at(second), announcer, 17, udp(announcer, 5353, 5353, new Uint8Array(86)));

  const syslog = { source: "192.168.7.66", destination: ada, id: 0x5150 };
  const datagram = udp(syslog, 514, 514, new Uint8Array(2600));
  timeline.ip(at(19), { ...syslog, fragment: 0x2000 }, 17, datagram.slice(0, 1480));
  timeline.ip(at(19) + 40, { ...syslog, fragment: 185 }, 17, datagram.slice(1480));

  for (const [scan, port] of [22, 23, 80, 135, 139, 445, 1433, 3306, 3389, 5900].entries())
    refused(
      timeline,
      { client: scanner, server: ada, clientPort: 43_210, serverPort: port, at: at(24) + scan * 35 * MILLISECOND },
      900,
    );

  return timeline.frames
    .map((each, order) => ({ ...each, order }))
    .sort((a, b) => a.time - b.time || a.order - b.order)
    .map(({ time, frame }) => ({ time, frame }));
}
