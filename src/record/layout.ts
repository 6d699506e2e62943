/**
 * The flow record as the native meter writes it (native/flow/record.h): host-endian, addresses in wire order,
 * 64-bit numbers as two 32-bit halves (low first on the little-endian hosts flowtap runs on).
 * Offsets are octets from the start of a record or of its statistics group. Pairs are [forward, reverse].
 */

/** Octets of the base record. */
export const BASE_SIZE = 128;

/** Offsets in the base record. */
export const BASE = {
  sourceAddress: 0,
  destinationAddress: 16,
  sourceTransportPort: 32,
  destinationTransportPort: 34,
  protocolIdentifier: 36,
  ipVersion: 37,
  vlanId: 38,
  flowStart: 40,
  flowEnd: 48,
  reverseFlowDelta: 56,
  flowEndReason: 60,
  attributes: [61, 62],
  packets: [64, 72],
  octets: [80, 88],
  linkOverhead: [96, 100],
  tcpSequence: [104, 108],
  initialTcpFlags: [112, 113],
  unionTcpFlags: [114, 115],
  ipClassOfService: [116, 117],
  ipClassOfServiceUnion: [118, 119],
  minimumTtl: [120, 121],
  maximumTtl: [122, 123],
  interface: [124, 125],
  serviceVlanId: 126,
} as const;

/** Statistics groups that may follow the base record, in this order; the values are bits of `FlowBatch.groups`. */
export const GROUP = { lengths: 1, tcp: 2, link: 4 } as const;
export type GroupName = keyof typeof GROUP;

/** Octets of each statistics group. */
export const GROUP_SIZE = { lengths: 104, tcp: 40, link: 64 } as const;

/** Offsets in the `lengths` group. */
export const LENGTHS = {
  payloadOctets: [0, 8],
  averageInterarrival: [16, 24],
  standardDeviationInterarrival: [32, 40],
  smallPackets: [48, 52],
  largePackets: [56, 60],
  nonEmptyPackets: [64, 68],
  minimumIpLength: [72, 76],
  maximumIpLength: [80, 84],
  firstNonEmptyPayload: [88, 90],
  standardDeviationPayload: [92, 94],
  firstEightDirections: 96,
} as const;

/** Offsets in the `tcp` group. */
export const TCP = {
  retransmittedPackets: [0, 4],
  outOfOrderPackets: [8, 12],
  urgentPackets: [16, 20],
  maximumSegmentSize: [24, 26],
  initialWindow: [28, 30],
  windowScale: [32, 33],
  options: [34, 35],
} as const;

/** Offsets in the `link` group. */
export const LINK = {
  sourceMac: 0,
  destinationMac: 6,
  mplsLabels: [12, 16, 20],
  mplsDepth: 24,
  mplsTopTtl: 25,
  tunnel: 26,
  outerIpVersion: 27,
  tunnelId: 28,
  outerSourceAddress: 32,
  outerDestinationAddress: 48,
} as const;

/** Octet offset of a group behind the base record, when the record has the groups given; -1 when it lacks the group. */
export function groupOffset(groups: number, name: GroupName): number {
  if ((groups & GROUP[name]) === 0) return -1;
  let offset = BASE_SIZE;
  for (const other of ["lengths", "tcp", "link"] as const) {
    if (other === name) return offset;
    if ((groups & GROUP[other]) !== 0) offset += GROUP_SIZE[other];
  }
  return offset;
}

/** Octets of one record with the given groups. */
export function recordStride(groups: number): number {
  let stride = BASE_SIZE;
  for (const name of ["lengths", "tcp", "link"] as const) if ((groups & GROUP[name]) !== 0) stride += GROUP_SIZE[name];
  return stride;
}

/** Bits of `attributes`. */
export const ATTRIBUTE = {
  fragments: 0x01,
  outOfSequence: 0x02,
  uniformSize: 0x04,
  packetsAfterFin: 0x08,
  activeTimeout: 0x10,
  continuation: 0x20,
  mptcpCapable: 0x40,
} as const;

/** IPFIX flowEndReason, element 136. */
export const END_REASON = { idle: 1, active: 2, end: 3, forced: 4, resources: 5 } as const;

/** Values of `tunnel` in the `link` group; the index is the value. */
export const TUNNELS = [
  "none",
  "4in4",
  "4in6",
  "6in4",
  "6in6",
  "gre",
  "vxlan",
  "geneve",
  "gtpu",
  "teredo",
  "l2tp",
] as const;
