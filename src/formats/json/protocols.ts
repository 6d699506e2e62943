/** Protocol names as Suricata writes them in `proto`; IANA keywords for the rest that occurs on networks. */
const NAMES: Readonly<Record<number, string>> = {
  0: "HOPOPT",
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  8: "EGP",
  17: "UDP",
  33: "DCCP",
  41: "IPv6",
  46: "RSVP",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "IPv6-ICMP",
  88: "EIGRP",
  89: "OSPFIGP",
  103: "PIM",
  108: "IPComp",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
  136: "UDPLite",
};

/** Name by protocol number; a protocol without a name is its number in three digits, as in Suricata. */
export const PROTOCOL_NAMES: readonly string[] = Array.from(
  { length: 256 },
  (_, protocol) => NAMES[protocol] ?? String(protocol).padStart(3, "0"),
);
