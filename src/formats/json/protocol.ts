/** Protocol names as Suricata writes them. */
const NAMES: Readonly<Record<number, string>> = {
  1: "ICMP",
  2: "IGMP",
  4: "IPIP",
  6: "TCP",
  17: "UDP",
  41: "IPv6",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "IPv6-ICMP",
  88: "EIGRP",
  89: "OSPFIGP",
  103: "PIM",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
};

/** The name of an IP protocol, or its number in three digits. */
export function protocolName(protocol: number): string {
  return NAMES[protocol] ?? String(protocol).padStart(3, "0");
}
