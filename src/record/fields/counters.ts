/** Volume and IP header marks, per direction. */
import { computedPair, iana, pair } from "../field.js";
import { BASE } from "../layout.js";

export const COUNTER_FIELDS = [
  ...pair("packets", "u64", BASE.packets, "packets", {
    unit: "packets",
    elements: [iana(2, "packetDeltaCount", 8, { reduced: 4 }), iana(86, "packetTotalCount", 8, { reduced: 4 })],
    netflow9: [2, 8],
    silk: ["packets", 6, "packets", 10],
  }),
  ...pair("octets", "u64", BASE.octets, "octets of the IP packets, headers included", {
    unit: "octets",
    elements: [iana(1, "octetDeltaCount", 8, { reduced: 4 }), iana(85, "octetTotalCount", 8, { reduced: 4 })],
    netflow9: [1, 8],
    silk: ["bytes", 7, "bytes", 10],
  }),
  ...pair("linkOverhead", "u32", BASE.linkOverhead, "octets of the frames beyond the IP packets", { unit: "octets" }),
  ...computedPair("linkOctets", ["octets", "linkOverhead"], "octets of the frames on the wire", {
    unit: "octets",
    elements: [iana(352, "layer2OctetDeltaCount", 8, { reduced: 4 })],
  }),
  ...pair("ipClassOfService", "u8", BASE.ipClassOfService, "TOS or traffic class of the first packet", {
    elements: [iana(5, "ipClassOfService", 1)],
    netflow9: [5, 1],
  }),
  ...pair("ipClassOfServiceUnion", "u8", BASE.ipClassOfServiceUnion, "TOS or traffic class of all packets, or-ed", {
    unit: "flags",
  }),
  ...pair("minimumTtl", "u8", BASE.minimumTtl, "lowest TTL or hop limit", {
    unit: "hops",
    elements: [iana(52, "minimumTTL", 1)],
    netflow9: [52, 1],
  }),
  ...pair("maximumTtl", "u8", BASE.maximumTtl, "highest TTL or hop limit", {
    unit: "hops",
    elements: [iana(53, "maximumTTL", 1)],
    netflow9: [53, 1],
  }),
  ...pair("interface", "slot", BASE.interface, "interface the packets came in by: its index in the kernel", {
    elements: [iana(10, "ingressInterface", 4)],
    netflow9: [10, 4],
    silk: ["in", 13, "in", 5],
  }),
];
