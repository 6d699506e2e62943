/** Which export protocol a message is of, by its version field, and which ones a listener takes. */

/** Numbers in the version field: 16 bits, of sFlow 32 (sFlow version 5, "Sample Datagram"). */
export const PROTOCOL_VERSIONS = { netflow5: 5, netflow7: 7, netflow9: 9, ipfix: 10, nfdump: 240, sflow: 5 } as const;
export type ExportProtocol = keyof typeof PROTOCOL_VERSIONS;

export const EVERY_PROTOCOL = Object.keys(PROTOCOL_VERSIONS) as readonly ExportProtocol[];

/** The protocol that a message says it is of; undefined when it is none of these. */
export function protocolOf(octets: DataView): ExportProtocol | undefined {
  if (octets.byteLength < 4) return undefined;
  switch (octets.getUint16(0)) {
    case 0:
      return octets.getUint16(2) === PROTOCOL_VERSIONS.sflow ? "sflow" : undefined;
    case PROTOCOL_VERSIONS.netflow5:
      return "netflow5";
    case PROTOCOL_VERSIONS.netflow7:
      return "netflow7";
    case PROTOCOL_VERSIONS.netflow9:
      return "netflow9";
    case PROTOCOL_VERSIONS.ipfix:
      return "ipfix";
    case PROTOCOL_VERSIONS.nfdump:
      return "nfdump";
    default:
      return undefined;
  }
}

/** Octets of headers and of records of fixed layout (Cisco's NetFlow export datagram formats). */
const FIXED = { netflow5: [24, 48], netflow7: [24, 52] } as const;

/**
 * Whether the octets, found in a capture among other datagrams, are a message of the protocol that they begin like: its
 * lengths fit.
 */
export function isPlausible(protocol: ExportProtocol, octets: DataView): boolean {
  const size = octets.byteLength;
  switch (protocol) {
    case "netflow5":
    case "netflow7": {
      const [header, record] = FIXED[protocol];
      return size >= header && size === header + record * octets.getUint16(2);
    }
    case "netflow9":
      return size >= 20 && octets.getUint16(2) > 0;
    case "ipfix":
    case "nfdump":
      return size >= 16 && octets.getUint16(2) === size;
    case "sflow":
      // Behind the version the agent's address: of IPv4 or of IPv6.
      return size >= 28 && (octets.getUint32(4) === 1 || octets.getUint32(4) === 2);
  }
}
