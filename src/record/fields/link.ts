/** What lies below the metered IP header: the `link` statistics. */
import { computed, iana, one } from "../field.js";
import { LINK } from "../layout.js";

const group = "link";

export const LINK_FIELDS = [
  one("sourceMac", "mac", LINK.sourceMac, "source MAC address of the first packet", {
    group,
    elements: [iana(56, "sourceMacAddress", 6)],
    netflow9: [56, 6],
  }),
  one("destinationMac", "mac", LINK.destinationMac, "destination MAC address of the first packet", {
    group,
    elements: [iana(80, "destinationMacAddress", 6)],
    netflow9: [80, 6],
  }),
  one("mplsTopLabel", "u32", LINK.mplsLabels[0], "MPLS label 1: label, traffic class, bottom of stack", {
    group,
    elements: [iana(70, "mplsTopLabelStackSection", 3)],
    netflow9: [70, 3],
  }),
  one("mplsLabel2", "u32", LINK.mplsLabels[1], "MPLS label 2", {
    group,
    elements: [iana(71, "mplsLabelStackSection2", 3)],
    netflow9: [71, 3],
  }),
  one("mplsLabel3", "u32", LINK.mplsLabels[2], "MPLS label 3", {
    group,
    elements: [iana(72, "mplsLabelStackSection3", 3)],
    netflow9: [72, 3],
  }),
  one("mplsDepth", "u8", LINK.mplsDepth, "MPLS labels on the stack, counted beyond three", {
    group,
    unit: "labels",
    elements: [iana(202, "mplsLabelStackDepth", 1)],
  }),
  one("mplsTopTtl", "u8", LINK.mplsTopTtl, "TTL of the top MPLS label", {
    group,
    unit: "hops",
    elements: [iana(200, "mplsTopLabelTTL", 1)],
  }),
  one("tunnel", "u8", LINK.tunnel, "innermost encapsulation that was opened, index in TUNNELS", { group }),
  one("outerIpVersion", "u8", LINK.outerIpVersion, "IP version of the outer header, 0 without a tunnel", { group }),
  // An outer header's element stands before the inner header's element of the same number (RFC 7011 section 8).
  one("outerSourceAddress", "address", LINK.outerSourceAddress, "source address of the outer header", {
    group,
    elements: [
      iana(8, "sourceIPv4Address", 4, { encoding: "ipv4" }),
      iana(27, "sourceIPv6Address", 16, { encoding: "ipv6" }),
    ],
  }),
  one("outerDestinationAddress", "address", LINK.outerDestinationAddress, "destination address of the outer header", {
    group,
    elements: [
      iana(12, "destinationIPv4Address", 4, { encoding: "ipv4" }),
      iana(28, "destinationIPv6Address", 16, { encoding: "ipv6" }),
    ],
  }),
  computed("outerProtocolIdentifier", ["tunnel"], "protocol of the outer header", {
    group,
    parquet: "SMALLINT",
    elements: [iana(4, "protocolIdentifier", 1)],
  }),
  computed("outerDestinationTransportPort", ["tunnel"], "the tunnel's registered UDP port", {
    group,
    parquet: "INTEGER",
    elements: [iana(11, "destinationTransportPort", 2)],
  }),
  one("tunnelId", "u32", LINK.tunnelId, "VNI, GRE key, TEID or L2TP session, 0 without", {
    group,
    elements: [
      iana(351, "layer2SegmentId", 8, { encoding: "layer2Segment" }),
      iana(507, "gtpuTEid", 4),
      iana(296, "greKey", 4),
    ],
  }),
];
