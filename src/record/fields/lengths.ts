/** Packet lengths and timing: the `lengths` statistics. */
import { cert, iana, one, pair } from "../field.js";
import { LENGTHS } from "../layout.js";

const group = "lengths";

export const LENGTH_FIELDS = [
  ...pair("payloadOctets", "u64", LENGTHS.payloadOctets, "octets behind the transport header", {
    group,
    unit: "octets",
    elements: [cert(502, "dataByteCount", 8)],
  }),
  ...pair("averageInterarrival", "u64", LENGTHS.averageInterarrival, "mean time between packets", {
    group,
    unit: "microseconds",
    elements: [cert(503, "averageInterarrivalTime", 8, "milliseconds")],
  }),
  ...pair(
    "standardDeviationInterarrival",
    "u64",
    LENGTHS.standardDeviationInterarrival,
    "standard deviation of the time between packets",
    { group, unit: "microseconds", elements: [cert(504, "standardDeviationInterarrivalTime", 8, "milliseconds")] },
  ),
  ...pair("smallPackets", "u32", LENGTHS.smallPackets, "packets with 1 to 59 octets of payload", {
    group,
    unit: "packets",
    elements: [cert(500, "smallPacketCount", 4)],
  }),
  ...pair("largePackets", "u32", LENGTHS.largePackets, "packets with more than 225 octets of payload", {
    group,
    unit: "packets",
    elements: [cert(510, "largePacketCount", 4)],
  }),
  ...pair("nonEmptyPackets", "u32", LENGTHS.nonEmptyPackets, "packets with payload", {
    group,
    unit: "packets",
    elements: [cert(501, "nonEmptyPacketCount", 4)],
  }),
  ...pair("minimumIpLength", "u32", LENGTHS.minimumIpLength, "shortest IP packet", {
    group,
    unit: "octets",
    elements: [iana(25, "minimumIpTotalLength", 4)],
  }),
  ...pair("maximumIpLength", "u32", LENGTHS.maximumIpLength, "longest IP packet", {
    group,
    unit: "octets",
    elements: [iana(26, "maximumIpTotalLength", 4)],
  }),
  ...pair("firstNonEmptyPayload", "u16", LENGTHS.firstNonEmptyPayload, "payload of the first packet that has any", {
    group,
    unit: "octets",
    elements: [cert(505, "firstNonEmptyPacketSize", 2)],
  }),
  ...pair(
    "standardDeviationPayload",
    "u16",
    LENGTHS.standardDeviationPayload,
    "standard deviation of the payload of non-empty packets",
    { group, unit: "octets", elements: [cert(508, "standardDeviationPayloadLength", 2)] },
  ),
  one(
    "firstEightDirections",
    "u8",
    LENGTHS.firstEightDirections,
    "bit n: direction of the n-th non-empty packet, 1 = reverse",
    {
      group,
      unit: "flags",
      elements: [cert(507, "firstEightNonEmptyPacketDirections", 1)],
    },
  ),
];
