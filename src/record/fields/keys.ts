/** Fields that tell flows apart. */
import { computed, computedPair, iana, one } from "../field.js";
import { BASE } from "../layout.js";

export const KEY_FIELDS = [
  one("sourceAddress", "address", BASE.sourceAddress, "sender of the flow's first packet", {
    elements: [
      iana(8, "sourceIPv4Address", 4, { encoding: "ipv4" }),
      iana(27, "sourceIPv6Address", 16, { encoding: "ipv6" }),
    ],
    netflow9: [8, 4],
    silk: ["sIP", 1, "sIP", 39],
  }),
  one("destinationAddress", "address", BASE.destinationAddress, "receiver of the flow's first packet", {
    elements: [
      iana(12, "destinationIPv4Address", 4, { encoding: "ipv4" }),
      iana(28, "destinationIPv6Address", 16, { encoding: "ipv6" }),
    ],
    netflow9: [12, 4],
    silk: ["dIP", 2, "dIP", 39],
  }),
  one("sourceTransportPort", "u16", BASE.sourceTransportPort, "source port of TCP, UDP, SCTP; 0 for ICMP", {
    elements: [iana(7, "sourceTransportPort", 2)],
    netflow9: [7, 2],
    silk: ["sPort", 3, "sPort", 5],
  }),
  one(
    "destinationTransportPort",
    "u16",
    BASE.destinationTransportPort,
    "destination port of TCP, UDP, SCTP; ICMP: type * 256 + code of the first packet",
    { elements: [iana(11, "destinationTransportPort", 2)], netflow9: [11, 2], silk: ["dPort", 4, "dPort", 5] },
  ),
  one("protocolIdentifier", "u8", BASE.protocolIdentifier, "IP protocol number", {
    elements: [iana(4, "protocolIdentifier", 1)],
    netflow9: [4, 1],
    silk: ["protocol", 5, "pro", 3],
  }),
  one("ipVersion", "u8", BASE.ipVersion, "IP version, 4 or 6", {
    elements: [iana(60, "ipVersion", 1)],
    netflow9: [60, 1],
  }),
  one("vlanId", "u16", BASE.vlanId, "innermost 802.1Q tag, 0 when untagged", {
    elements: [iana(58, "vlanId", 2), iana(245, "dot1qCustomerVlanId", 2)],
    netflow9: [58, 2],
  }),
  one("serviceVlanId", "u16", BASE.serviceVlanId, "outer tag of a stack (802.1ad), 0 without", {
    elements: [iana(243, "dot1qVlanId", 2)],
  }),
  ...computedPair("icmpTypeCode", ["destinationTransportPort"], "ICMP: type * 256 + code of the first packet", {
    parquet: "INTEGER",
    elements: [iana(32, "icmpTypeCodeIPv4", 2), iana(139, "icmpTypeCodeIPv6", 2)],
    netflow9: [32, 2],
    silk: ["icmpTypeCode", 25, "iTyiCo", 7],
  }).map((field) =>
    field.direction === 0 ? field : { ...field, storage: { kind: "computed", from: ["reverseTcpSequence"] } as const },
  ),
  computed("icmpType", ["destinationTransportPort"], "ICMP type of the first packet", {
    parquet: "SMALLINT",
    silk: ["iType", undefined, "iTy", 3],
  }),
  computed("icmpCode", ["destinationTransportPort"], "ICMP code of the first packet", {
    parquet: "SMALLINT",
    silk: ["iCode", undefined, "iCo", 3],
  }),
  computed(
    "communityId",
    ["sourceAddress", "destinationAddress", "protocolIdentifier", "sourceTransportPort", "destinationTransportPort"],
    "Community ID v1 of the addresses, protocol and ports",
    { parquet: "VARCHAR" },
  ),
];
