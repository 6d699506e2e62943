// The flow record as it crosses into JavaScript: host-endian, addresses in wire order, microseconds since the epoch.
// src/record/layout.ts states the same offsets; test/record/layout.test.ts holds the two together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace flowtap {

/// IPFIX flowEndReason (element 136).
enum class FlowEndReason : uint8_t {
  idleTimeout = 1,
  activeTimeout = 2,
  endOfFlow = 3,
  forcedEnd = 4,
  lackOfResources = 5
};

/// Bits of FlowRecord::attributes, one set per direction.
namespace flowAttribute {
inline constexpr uint8_t fragments = 0x01;      // a fragmented datagram was seen
inline constexpr uint8_t outOfSequence = 0x02;  // TCP segments came out of order (with the tcp statistics)
inline constexpr uint8_t uniformSize =
    0x04;  // all packets had one size (with the lengths statistics), SiLK attribute S
inline constexpr uint8_t packetsAfterFin = 0x08;  // SiLK attribute F
inline constexpr uint8_t activeTimeout = 0x10;    // ended by the active timeout, SiLK attribute T
inline constexpr uint8_t continuation = 0x20;     // continues a flow ended so, SiLK attribute C
inline constexpr uint8_t mptcpCapable = 0x40;     // MP_CAPABLE was seen (with the tcp statistics)
}  // namespace flowAttribute

/// Statistics groups that may follow the base record, in this order (`--stats`).
namespace statisticsGroup {
inline constexpr uint32_t lengths = 0x1;
inline constexpr uint32_t tcp = 0x2;
inline constexpr uint32_t link = 0x4;
}  // namespace statisticsGroup

/// Base record: 128 bytes. Arrays of two hold forward (the first packet's direction) and reverse.
struct FlowRecord {
  uint8_t sourceAddress[16];  // IPv4 as ::ffff:a.b.c.d
  uint8_t destinationAddress[16];
  uint16_t sourceTransportPort;       // ICMP: 0
  uint16_t destinationTransportPort;  // ICMP: type << 8 | code of the first forward packet
  uint8_t protocolIdentifier;
  uint8_t ipVersion;  // 4 or 6
  uint16_t vlanId;
  uint64_t flowStart;  // microseconds since 1970-01-01 UTC
  uint64_t flowEnd;
  uint32_t reverseFlowDelta;  // microseconds from the first forward to the first reverse packet, saturating
  FlowEndReason flowEndReason;
  uint8_t attributes[2];  // flowAttribute
  uint8_t reserved;
  uint64_t packets[2];
  uint64_t octets[2];        // IP layer
  uint32_t linkOverhead[2];  // octets of the frames beyond `octets`
  uint32_t tcpSequence[2];   // of the first packet; ICMP: identifier << 16 | type << 8 | code
  uint8_t initialTcpFlags[2];
  uint8_t unionTcpFlags[2];     // of all packets but the first
  uint8_t ipClassOfService[2];  // of the first packet
  uint8_t ipClassOfServiceUnion[2];
  uint8_t minimumTtl[2];
  uint8_t maximumTtl[2];
  uint8_t interface[2];    // slots in the meter's interface table
  uint16_t serviceVlanId;  // outer 802.1ad tag, 0 without
};
static_assert(sizeof(FlowRecord) == 128);

/// `lengths` group, as YAF's flow statistics but over all packets of the flow.
struct LengthRecord {
  uint64_t payloadOctets[2];
  uint64_t averageInterarrival[2];            // microseconds
  uint64_t standardDeviationInterarrival[2];  // microseconds
  uint32_t smallPackets[2];                   // payload of 1 to 59 octets
  uint32_t largePackets[2];                   // payload above 225 octets
  uint32_t nonEmptyPackets[2];
  uint32_t minimumIpLength[2];
  uint32_t maximumIpLength[2];
  uint16_t firstNonEmptyPayload[2];      // octets, saturating
  uint16_t standardDeviationPayload[2];  // octets, over non-empty packets
  uint8_t firstEightDirections;          // bit n: direction of the n-th non-empty packet, 1 = reverse
  uint8_t reserved[7];
};
static_assert(sizeof(LengthRecord) == 104);

/// `tcp` group; zero for other protocols.
struct TcpRecord {
  uint32_t retransmittedPackets[2];
  uint32_t outOfOrderPackets[2];
  uint32_t urgentPackets[2];
  uint16_t maximumSegmentSize[2];  // of the SYN, 0 without
  uint16_t initialWindow[2];       // unscaled window of the first packet
  uint8_t windowScale[2];          // shift count of the SYN, 255 without
  uint8_t options[2];              // tcpOption bits of decode/packet.h
  uint8_t reserved[4];
};
static_assert(sizeof(TcpRecord) == 40);

/// `link` group: what lies below the metered IP header, taken from the flow's first packet.
struct LinkRecord {
  uint8_t sourceMac[6];
  uint8_t destinationMac[6];
  uint32_t mplsLabels[3];  // top first: label << 4 | traffic class << 1 | bottom of stack
  uint8_t mplsDepth;
  uint8_t mplsTopTtl;
  uint8_t tunnel;          // Tunnel of decode/packet.h
  uint8_t outerIpVersion;  // 4, 6, or 0 without a tunnel
  uint32_t tunnelId;
  uint8_t outerSourceAddress[16];
  uint8_t outerDestinationAddress[16];
};
static_assert(sizeof(LinkRecord) == 64);

/// Octets of one record with the given statistics groups.
constexpr size_t recordStride(uint32_t groups) {
  return sizeof(FlowRecord) + ((groups & statisticsGroup::lengths) != 0 ? sizeof(LengthRecord) : 0) +
         ((groups & statisticsGroup::tcp) != 0 ? sizeof(TcpRecord) : 0) +
         ((groups & statisticsGroup::link) != 0 ? sizeof(LinkRecord) : 0);
}

}  // namespace flowtap
