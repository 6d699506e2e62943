/** TCP: flags and sequence in every record, the rest with the `tcp` statistics. */
import { cert, computedPair, iana, pair } from "../field.js";
import { BASE, TCP } from "../layout.js";

export const TCP_FIELDS = [
  ...pair("initialTcpFlags", "u8", BASE.initialTcpFlags, "TCP flags of the first packet", {
    unit: "flags",
    elements: [cert(14, "initialTCPFlags", 1)],
    silk: ["initialFlags", 26, "initialF", 8],
  }),
  ...pair("unionTcpFlags", "u8", BASE.unionTcpFlags, "TCP flags of all packets but the first, or-ed", {
    unit: "flags",
    elements: [cert(15, "unionTCPFlags", 1)],
    silk: ["sessionFlags", 27, "sessionF", 8],
  }),
  ...computedPair("tcpFlags", ["initialTcpFlags", "unionTcpFlags"], "TCP flags of all packets, or-ed", {
    unit: "flags",
    parquet: "SMALLINT",
    elements: [iana(6, "tcpControlBits", 1)],
    netflow9: [6, 1],
    silk: ["flags", 8, "flags", 8],
  }),
  ...pair(
    "tcpSequence",
    "u32",
    BASE.tcpSequence,
    "TCP sequence number of the first packet; ICMP: identifier, then type and code",
    {
      elements: [iana(184, "tcpSequenceNumber", 4)],
    },
  ),
  ...pair("retransmittedPackets", "u32", TCP.retransmittedPackets, "segments sent again", {
    group: "tcp",
    unit: "packets",
  }),
  ...pair("outOfOrderPackets", "u32", TCP.outOfOrderPackets, "segments that came out of order", {
    group: "tcp",
    unit: "packets",
  }),
  ...pair("urgentPackets", "u32", TCP.urgentPackets, "segments with urgent content", {
    group: "tcp",
    unit: "packets",
    elements: [iana(223, "tcpUrgTotalCount", 4)],
  }),
  ...pair("maximumSegmentSize", "u16", TCP.maximumSegmentSize, "MSS option of the SYN, 0 without", {
    group: "tcp",
    unit: "octets",
  }),
  ...pair("initialWindow", "u16", TCP.initialWindow, "unscaled window of the first packet", {
    group: "tcp",
    unit: "octets",
    elements: [iana(186, "tcpWindowSize", 2)],
  }),
  ...pair("windowScale", "u8", TCP.windowScale, "window scale option of the SYN, 255 without", {
    group: "tcp",
    unit: "shift",
    elements: [iana(238, "tcpWindowScale", 1, { encoding: "windowScale" })],
  }),
  ...pair("tcpOptions", "u8", TCP.options, "TCP options seen, bits of tcpOption in native/decode/packet.h", {
    group: "tcp",
    unit: "flags",
    elements: [iana(209, "tcpOptions", 8, { encoding: "tcpOptions" })],
  }),
];
