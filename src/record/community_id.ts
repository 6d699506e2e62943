/**
 * Community ID v1: one name for a conversation across Suricata, Zeek and flow records.
 * Specification: https://github.com/corelight/community-id-spec
 */
import { hash } from "node:crypto";

const ICMP = 1;
const ICMP_V6 = 58;
/** Protocols whose ports enter the hash: ICMP, TCP, UDP, ICMPv6, SCTP. */
const WITH_PORTS = new Set([ICMP, 6, 17, ICMP_V6, 132]);

/** Message types that answer each other: the pair stands for the two ports. */
const ICMP_COUNTERPARTS = new Map([
  ...bothWays(8, 0), // echo
  ...bothWays(13, 14), // timestamp
  ...bothWays(15, 16), // information
  ...bothWays(10, 9), // router solicitation, advertisement
  ...bothWays(17, 18), // address mask
]);
const ICMP_V6_COUNTERPARTS = new Map([
  ...bothWays(128, 129), // echo
  ...bothWays(133, 134), // router solicitation, advertisement
  ...bothWays(135, 136), // neighbor solicitation, advertisement
  ...bothWays(130, 131), // multicast listener query, report
  ...bothWays(139, 140), // node information
  ...bothWays(144, 145), // home agent address discovery
]);

function bothWays(one: number, other: number): [number, number][] {
  return [
    [one, other],
    [other, one],
  ];
}

const buffer = new Uint8Array(2 + 16 + 16 + 2 + 4);

/**
 * The Community ID of a flow.
 *
 * @param u8 memory that holds the addresses, in wire order; IPv4 addresses v4-mapped
 * @param source offset of the source address
 * @param destination offset of the destination address
 * @param sourcePort 0 for ICMP
 * @param destinationPort for ICMP type * 256 + code of the first packet
 * @param seed 0 to 65535
 */
export function communityId(
  u8: Uint8Array,
  source: number,
  destination: number,
  ipVersion: number,
  protocol: number,
  sourcePort: number,
  destinationPort: number,
  seed = 0,
): string {
  const length = ipVersion === 4 ? 4 : 16;
  let [from, to] = [source + 16 - length, destination + 16 - length];
  let [low, high, oneWay] = icmpPorts(protocol, destinationPort) ?? [sourcePort, destinationPort, false];
  const order = compare(u8, from, to, length);
  if (!oneWay && (order > 0 || (order === 0 && low > high))) {
    [from, to] = [to, from];
    [low, high] = [high, low];
  }
  let at = put16(0, seed);
  buffer.set(u8.subarray(from, from + length), at);
  buffer.set(u8.subarray(to, to + length), at + length);
  at += 2 * length;
  buffer[at++] = protocol;
  buffer[at++] = 0;
  if (WITH_PORTS.has(protocol)) at = put16(put16(at, low), high);
  return `1:${hash("sha1", buffer.subarray(0, at), "base64")}`;
}

/** The two numbers that stand for ports, and whether the message has no answer, so that its direction counts. */
function icmpPorts(protocol: number, typeCode: number): [number, number, boolean] | undefined {
  if (protocol !== ICMP && protocol !== ICMP_V6) return undefined;
  const [type, code] = [typeCode >> 8, typeCode & 0xff];
  const counterpart = (protocol === ICMP ? ICMP_COUNTERPARTS : ICMP_V6_COUNTERPARTS).get(type);
  return counterpart === undefined ? [type, code, true] : [type, counterpart, false];
}

function compare(u8: Uint8Array, a: number, b: number, length: number): number {
  for (let at = 0; at < length; at++) {
    const difference = u8[a + at]! - u8[b + at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function put16(at: number, value: number): number {
  buffer[at] = value >> 8;
  buffer[at + 1] = value;
  return at + 2;
}
