/** Random conversations as frames, each with what a metering process ought to see in it. */

import fc from "fast-check";
import { concat } from "./capture_writer.js";
import { bytes, ethernet, type IpHeader, icmp, ipv4, ipv4Address, ipv6, ipv6Address, tcp, udp } from "./frames.js";

/** A frame on the wire and its meaning. */
export interface SentPacket {
  readonly data: Uint8Array;
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: number;
  /** Hexadecimal, 16 octets, IPv4 as ::ffff:a.b.c.d. */
  readonly source: string;
  readonly destination: string;
  /** As a flow record shows them: of ICMP 0, and type << 8 | code. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly version: 4 | 6;
  /** Tags, outermost first. */
  readonly vlans: readonly number[];
  /** Names of the two ends; a packet with the ends exchanged goes the other way in the same conversation. */
  readonly from: string;
  readonly to: string;
  /** Octets of the IP packet. */
  readonly octets: number;
  readonly fragment: boolean;
  readonly tcpFlags: number;
  /** TCP sequence number; of ICMP identifier << 16 | type << 8 | code. */
  readonly sequence: number;
}

type Kind = "tcp" | "udp" | "echo" | "unreachable";

interface Conversation {
  readonly version: 4 | 6;
  readonly kind: Kind;
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly vlans: readonly number[];
}

interface Event {
  readonly conversation: number;
  readonly backwards: boolean;
  /** Microseconds since the event before. */
  readonly gap: number;
  readonly payload: number;
  readonly flags: number;
  readonly sequenceStep: number;
  readonly fragments: number;
}

const PROTOCOL = { tcp: { 4: 6, 6: 6 }, udp: { 4: 17, 6: 17 }, icmp: { 4: 1, 6: 58 } } as const;
const ECHO = { 4: { query: 8, reply: 0 }, 6: { query: 128, reply: 129 } } as const;
const UNREACHABLE = { 4: 3, 6: 1 } as const;
const MACS = ["02:00:00:00:00:01", "02:00:00:00:00:02"] as const;
const START = 1_600_000_000_000_000;
const IPV6_FRAGMENT = 44;

const HOSTS = {
  4: ["10.0.0.1", "192.0.2.77", "10.0.0.2"],
  6: ["2001:db8::1", "2001:db8::2", "fe80::1"],
} as const;

const conversation: fc.Arbitrary<Conversation> = fc
  .record({
    version: fc.constantFrom(4 as const, 6 as const),
    kind: fc.constantFrom<Kind>("tcp", "tcp", "udp", "echo", "unreachable"),
    client: fc.integer({ min: 0, max: 2 }),
    distance: fc.integer({ min: 1, max: 2 }),
    clientPort: fc.integer({ min: 1, max: 2 }),
    serverPort: fc.integer({ min: 1, max: 2 }),
    vlans: fc.constantFrom<readonly number[]>([], [], [5], [7, 5]),
  })
  .map(({ distance, ...rest }) => ({ ...rest, server: (rest.client + distance) % 3 }));

const SECOND = 1_000_000;
/** Mostly close together; sometimes at the idle timeout of 15 s, whose fourfold is the active one, or just beyond. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: SECOND }) },
  { weight: 3, arbitrary: fc.integer({ min: SECOND, max: 12 * SECOND }) },
  { weight: 2, arbitrary: fc.constantFrom(15 * SECOND, 15 * SECOND, 15 * SECOND + 1, 0) },
  { weight: 1, arbitrary: fc.integer({ min: 15 * SECOND, max: 4000 * SECOND }) },
);

const FLAGS = [0x02, 0x12, 0x10, 0x18, 0x10, 0x18, 0x11, 0x10, 0x11, 0x01, 0x04, 0x14, 0xc2, 0x38];

const event: fc.Arbitrary<Event> = fc.record({
  conversation: fc.nat({ max: 5 }),
  backwards: fc.boolean(),
  gap,
  payload: fc.integer({ min: 0, max: 300 }),
  flags: fc.constantFrom(...FLAGS),
  // Around zero, at the edge of what is still earlier, and anywhere.
  sequenceStep: fc.oneof(
    fc.integer({ min: -3000, max: 3000 }),
    fc.constantFrom(0, 0, 1 - 2 ** 20, -(2 ** 20)),
    fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  ),
  fragments: fc.constantFrom(1, 1, 1, 2, 3),
});

/** Some conversations of all kinds between few hosts, their packets mixed, times never going backwards. */
export const anyConversations: fc.Arbitrary<SentPacket[]> = fc
  .record({
    conversations: fc.array(conversation, { minLength: 1, maxLength: 6 }),
    events: fc.array(event, { minLength: 1, maxLength: 120, size: "max" }),
  })
  .map(({ conversations, events }) => {
    let time = START;
    return events.flatMap((each, index) => {
      time += each.gap;
      return packetsOf(conversations[each.conversation % conversations.length]!, each, time, index);
    });
  });

function packetsOf(conversation: Conversation, event: Event, time: number, index: number): SentPacket[] {
  const { version, kind, vlans } = conversation;
  const hosts = HOSTS[version];
  const client = hosts[conversation.client]!;
  const server = hosts[conversation.server]!;
  const [source, destination] = event.backwards ? [server, client] : [client, server];
  const ip: IpHeader = { source, destination, id: index };
  const message = messageOf(conversation, event, ip);
  const common = {
    time,
    version,
    vlans,
    source: addressText(source, version),
    destination: addressText(destination, version),
    protocol: PROTOCOL[kind === "tcp" || kind === "udp" ? kind : "icmp"][version],
  };
  // TCP is cut to fit by its sender, errors are too short.
  const pieces = kind === "udp" || kind === "echo" ? cut(message.octets, event.fragments) : [message.octets];
  return pieces.map((piece, at) => {
    const offset = pieces.slice(0, at).reduce((sum, before) => sum + before.length, 0);
    const fragment = pieces.length > 1;
    const more = at < pieces.length - 1;
    const packet =
      version === 4
        ? ipv4({ ...ip, fragment: (more ? 0x2000 : 0) | (offset / 8) }, common.protocol, piece)
        : ipv6Packet(ip, common.protocol, piece, fragment ? { offset, more, id: index } : undefined);
    return {
      ...common,
      data: ethernet(packet, version === 4 ? 0x0800 : 0x86dd, MACS, vlans),
      sourcePort: message.sourcePort,
      destinationPort: message.destinationPort,
      from: message.from,
      to: message.to,
      octets: packet.length,
      fragment,
      tcpFlags: kind === "tcp" ? event.flags : 0,
      sequence: message.sequence,
    };
  });
}

interface Message {
  readonly octets: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
}

function messageOf({ kind, version, clientPort, serverPort }: Conversation, event: Event, ip: IpHeader): Message {
  const payload = new Uint8Array(event.payload).fill(0x61);
  const ports = event.backwards ? [serverPort, clientPort] : [clientPort, serverPort];
  const [sourcePort, destinationPort] = [ports[0]!, ports[1]!];
  const between = { from: `${ip.source}/${sourcePort}`, to: `${ip.destination}/${destinationPort}` };
  if (kind === "udp") {
    return {
      octets: udp(ip, sourcePort, destinationPort, payload),
      sourcePort,
      destinationPort,
      ...between,
      sequence: 0,
    };
  }
  if (kind === "tcp") {
    const sequence = (0xffffff00 + event.sequenceStep) >>> 0;
    const octets = tcp(ip, { sourcePort, destinationPort, sequence, flags: event.flags }, payload);
    return { octets, sourcePort, destinationPort, ...between, sequence };
  }
  const isEcho = kind === "echo";
  // The client's port is the identifier; the reply goes from the end that was asked to the end that has it.
  const type = isEcho ? ECHO[version][event.backwards ? "reply" : "query"] : UNREACHABLE[version];
  const code = isEcho ? 0 : serverPort;
  const identifier = isEcho ? clientPort : 0;
  const asked = event.backwards ? `${ip.source}/echo` : `${ip.destination}/echo`;
  const asking = `${event.backwards ? ip.destination : ip.source}/id ${identifier}`;
  const ends = isEcho
    ? { from: event.backwards ? asked : asking, to: event.backwards ? asking : asked }
    : { from: `${ip.source}/error`, to: `${ip.destination}/code ${code}` };
  return {
    octets: icmp(ip, type, code, identifier, 1, payload),
    sourcePort: 0,
    destinationPort: (type << 8) | code,
    ...ends,
    sequence: ((identifier << 16) | (type << 8) | code) >>> 0,
  };
}

/** Up to `count` pieces whose lengths, but for the last, are multiples of eight; the first holds the header. */
function cut(octets: Uint8Array, count: number): Uint8Array[] {
  const size = Math.max(16, Math.ceil(octets.length / count / 8) * 8);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < octets.length; at += size) pieces.push(octets.subarray(at, at + size));
  return pieces;
}

function ipv6Packet(
  ip: IpHeader,
  protocol: number,
  piece: Uint8Array,
  fragment: { offset: number; more: boolean; id: number } | undefined,
): Uint8Array {
  if (fragment === undefined) return ipv6(ip, protocol, piece);
  const header = bytes(8, (view) => {
    view.setUint8(0, protocol);
    view.setUint16(2, fragment.offset | (fragment.more ? 1 : 0));
    view.setUint32(4, fragment.id);
  });
  return ipv6(ip, IPV6_FRAGMENT, concat([header, piece]));
}

function addressText(text: string, version: 4 | 6): string {
  if (version === 6) return Buffer.from(ipv6Address(text)).toString("hex");
  return `00000000000000000000ffff${Buffer.from(ipv4Address(text)).toString("hex")}`;
}
