/**
 * Community ID version 1 (github.com/corelight/community-id-spec): "1:" and the base64 of the SHA-1 over seed, the
 * smaller endpoint, the larger endpoint, protocol, a zero octet, and both ports where the protocol has any.
 */
import { createHash } from "node:crypto";
import { BASE } from "../record/layout.js";

/** ICMP types and their counterparts: both directions of such a conversation get one identifier. */
const ICMP_COUNTERPARTS = counterparts([
  [8, 0],
  [13, 14],
  [15, 16],
  [10, 9],
  [17, 18],
]);
const ICMP6_COUNTERPARTS = counterparts([
  [128, 129],
  [133, 134],
  [135, 136],
  [130, 131],
  [139, 140],
  [144, 145],
]);

const ICMP = 1;
const ICMP6 = 58;
const WITH_PORTS = new Set([ICMP, 6, 17, ICMP6, 132]);

function counterparts(pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map([...pairs, ...pairs.map(([a, b]) => [b, a] as const)]);
}

const scratch = Buffer.alloc(2 + 16 + 16 + 2 + 4);

/** Whether the first endpoint is the smaller one. */
function ordered(octets: Uint8Array, source: number, destination: number, length: number, ports: number): boolean {
  for (let k = 0; k < length; k++) {
    const difference = octets[source + k]! - octets[destination + k]!;
    if (difference !== 0) return difference < 0;
  }
  return ports <= 0;
}

/**
 * The Community ID of the record at octet `o` of `octets`.
 * @param seed 0 to 65535; sensors that shall agree use the same
 */
export function communityId(octets: Uint8Array, o: number, seed = 0): string {
  const version = octets[o + BASE.ipVersion]!;
  const protocol = octets[o + BASE.protocolIdentifier]!;
  const port = (at: number) => octets[o + at]! | (octets[o + at + 1]! << 8);
  let sourcePort = port(BASE.sourceTransportPort);
  let destinationPort = port(BASE.destinationTransportPort);
  let oneWay = false;
  if (protocol === ICMP || protocol === ICMP6) {
    const type = destinationPort >> 8;
    const code = destinationPort & 0xff;
    const counterpart = (protocol === ICMP ? ICMP_COUNTERPARTS : ICMP6_COUNTERPARTS).get(type);
    oneWay = counterpart === undefined;
    sourcePort = type;
    destinationPort = counterpart ?? code;
  }
  const length = version === 4 ? 4 : 16;
  let source = o + BASE.sourceAddress + 16 - length;
  let destination = o + BASE.destinationAddress + 16 - length;
  if (!oneWay && !ordered(octets, source, destination, length, sourcePort - destinationPort)) {
    [source, destination] = [destination, source];
    [sourcePort, destinationPort] = [destinationPort, sourcePort];
  }
  let p = scratch.writeUInt16BE(seed & 0xffff, 0);
  scratch.set(octets.subarray(source, source + length), p);
  scratch.set(octets.subarray(destination, destination + length), p + length);
  p = scratch.writeUInt16BE(protocol << 8, p + 2 * length);
  if (WITH_PORTS.has(protocol)) {
    p = scratch.writeUInt16BE(sourcePort, p);
    p = scratch.writeUInt16BE(destinationPort, p);
  }
  return `1:${createHash("sha1").update(scratch.subarray(0, p)).digest("base64")}`;
}
