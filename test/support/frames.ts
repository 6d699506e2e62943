/** Frames made by hand: Ethernet II, 802.1Q, IPv4, IPv6, TCP, UDP, ICMP with right lengths and checksums. */

import { concat } from "./capture_writer.js";

export interface IpHeader {
  readonly source: string;
  readonly destination: string;
  readonly ttl?: number;
  readonly tos?: number;
  readonly id?: number;
  /** IPv4 flags and fragment offset as they stand in the header; RFC 791. */
  readonly fragment?: number;
}

export interface TcpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly flags: number;
  readonly window?: number;
  readonly options?: Uint8Array;
}

export const TCP_FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20 } as const;

export function bytes(size: number, fill: (view: DataView) => void): Uint8Array {
  const octets = new Uint8Array(size);
  fill(new DataView(octets.buffer));
  return octets;
}

/** Ethernet frame, tagged when VLAN ids are given (outermost first), padded to 60 octets. */
export function ethernet(
  payload: Uint8Array,
  etherType: number,
  macs: readonly [string, string],
  vlans: readonly number[] = [],
): Uint8Array {
  const tags = vlans.map((vlan, at) =>
    bytes(4, (view) => {
      view.setUint16(0, at < vlans.length - 1 ? 0x88a8 : 0x8100);
      view.setUint16(2, vlan);
    }),
  );
  const type = bytes(2, (view) => view.setUint16(0, etherType));
  const frame = concat([mac(macs[1]), mac(macs[0]), ...tags, type, payload]);
  return frame.length >= 60 ? frame : concat([frame, new Uint8Array(60 - frame.length)]);
}

export function ipv4(header: IpHeader, protocol: number, payload: Uint8Array): Uint8Array {
  const head = bytes(20, (view) => {
    view.setUint8(0, 0x45);
    view.setUint8(1, header.tos ?? 0);
    view.setUint16(2, 20 + payload.length);
    view.setUint16(4, header.id ?? 0);
    view.setUint16(6, header.fragment ?? 0);
    view.setUint8(8, header.ttl ?? 64);
    view.setUint8(9, protocol);
  });
  head.set(ipv4Address(header.source), 12);
  head.set(ipv4Address(header.destination), 16);
  new DataView(head.buffer).setUint16(10, checksum(head));
  return concat([head, payload]);
}

export function ipv6(header: IpHeader, nextHeader: number, payload: Uint8Array): Uint8Array {
  const head = bytes(40, (view) => {
    view.setUint32(0, 0x60000000 | ((header.tos ?? 0) << 20));
    view.setUint16(4, payload.length);
    view.setUint8(6, nextHeader);
    view.setUint8(7, header.ttl ?? 64);
  });
  head.set(ipv6Address(header.source), 8);
  head.set(ipv6Address(header.destination), 24);
  return concat([head, payload]);
}

/** TCP segment; `ip` enters the checksum. */
export function tcp(ip: IpHeader, header: TcpHeader, payload = new Uint8Array(0)): Uint8Array {
  const options = header.options ?? new Uint8Array(0);
  const segment = concat([
    bytes(20, (view) => {
      view.setUint16(0, header.sourcePort);
      view.setUint16(2, header.destinationPort);
      view.setUint32(4, header.sequence >>> 0);
      view.setUint32(8, (header.acknowledgement ?? 0) >>> 0);
      view.setUint8(12, ((20 + options.length) / 4) << 4);
      view.setUint8(13, header.flags);
      view.setUint16(14, header.window ?? 64240);
    }),
    options,
    payload,
  ]);
  return withChecksum(segment, 16, ip, 6);
}

export function udp(ip: IpHeader, sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  const datagram = concat([
    bytes(8, (view) => {
      view.setUint16(0, sourcePort);
      view.setUint16(2, destinationPort);
      view.setUint16(4, 8 + payload.length);
    }),
    payload,
  ]);
  return withChecksum(datagram, 6, ip, 17);
}

/** ICMP or, between IPv6 addresses, ICMPv6 message with an identifier and sequence number. */
export function icmp(
  ip: IpHeader,
  type: number,
  code: number,
  identifier: number,
  sequence: number,
  payload: Uint8Array,
): Uint8Array {
  const message = concat([
    bytes(8, (view) => {
      view.setUint8(0, type);
      view.setUint8(1, code);
      view.setUint16(4, identifier);
      view.setUint16(6, sequence);
    }),
    payload,
  ]);
  if (ip.source.includes(":")) return withChecksum(message, 2, ip, 58);
  new DataView(message.buffer).setUint16(2, checksum(message));
  return message;
}

function withChecksum(segment: Uint8Array, at: number, ip: IpHeader, protocol: number): Uint8Array {
  const addresses = ip.source.includes(":")
    ? concat([ipv6Address(ip.source), ipv6Address(ip.destination)])
    : concat([ipv4Address(ip.source), ipv4Address(ip.destination)]);
  const pseudo = bytes(8, (view) => {
    view.setUint32(0, segment.length);
    view.setUint32(4, protocol);
  });
  new DataView(segment.buffer, segment.byteOffset).setUint16(
    at,
    checksum(concat([addresses, pseudo, segment])) || 0xffff,
  );
  return segment;
}

/** Internet checksum, RFC 1071. */
function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at]! << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

export function mac(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (octet) => Number.parseInt(octet, 16));
}

export function ipv4Address(text: string): Uint8Array {
  return Uint8Array.from(text.split("."), Number);
}

export function ipv6Address(text: string): Uint8Array {
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
