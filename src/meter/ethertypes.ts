/**
 * Names of what frames without IP carry: EtherTypes that a SPAN port shows every day, and the numbers below the first
 * EtherType that native/decode/ether_type.h gives to frames without one.
 */
const NAMES: Readonly<Record<number, string>> = {
  66: "spanning tree",
  170: "SNAP of an organization",
  224: "IPX",
  240: "NetBIOS",
  254: "IS-IS",
  255: "IPX",
  256: "802.11 management",
  257: "802.11 control",
  258: "802.11 without data",
  259: "802.11 encrypted",
  2054: "ARP",
  32821: "RARP",
  33024: "VLAN",
  33079: "IPX",
  34825: "slow protocols",
  34915: "PPPoE discovery",
  34827: "PPP control",
  34958: "EAPOL",
  34969: "Realtek loop detection",
  35020: "LLDP",
  35045: "MACsec",
  35063: "PTP",
  36864: "loopback test",
};

/** Name of an EtherType, or its number in hexadecimal. */
export function etherTypeName(etherType: number): string {
  return NAMES[etherType] ?? `0x${etherType.toString(16).padStart(4, "0")}`;
}
