// What the optional statistics groups measure: updating them packet by packet and turning them into record fields.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "decode/packet.h"
#include "flow/entry.h"
#include "flow/record.h"

namespace flowtap::statistics {

inline constexpr uint32_t smallPayload = 60;   // payloads below this are small, as in YAF's flow statistics
inline constexpr uint32_t largePayload = 225;  // payloads above this are large
inline constexpr uint8_t noWindowScale = 255;

}  // namespace flowtap::statistics

namespace flowtap::tcpFlag {
inline constexpr uint8_t fin = 0x01;
inline constexpr uint8_t syn = 0x02;
inline constexpr uint8_t rst = 0x04;
inline constexpr uint8_t ack = 0x10;
}  // namespace flowtap::tcpFlag

namespace flowtap::statistics {

/// `before` is the number of packets that the direction had already.
inline void update(LengthEntry& entry, const Packet& packet, unsigned direction, uint64_t before) {
  entry.minimumIpLength[direction] =
      before == 0 ? packet.ipOctets : std::min(entry.minimumIpLength[direction], packet.ipOctets);
  entry.maximumIpLength[direction] = std::max(entry.maximumIpLength[direction], packet.ipOctets);
  if (before != 0) {
    const auto gap = static_cast<double>(packet.time - entry.lastTime[direction]);
    entry.interarrivalSquares[direction] += gap * gap;
  }
  entry.lastTime[direction] = packet.time;
  const uint32_t payload = packet.payloadOctets;
  if (payload == 0) return;
  if (entry.nonEmptyPackets[direction]++ == 0)
    entry.firstNonEmptyPayload[direction] = static_cast<uint16_t>(std::min<uint32_t>(payload, UINT16_MAX));
  if (entry.directionsSeen < 8)
    entry.firstEightDirections = static_cast<uint8_t>(entry.firstEightDirections | direction << entry.directionsSeen++);
  entry.payloadOctets[direction] += payload;
  entry.payloadSquares[direction] += static_cast<double>(payload) * payload;
  if (payload < smallPayload) ++entry.smallPackets[direction];
  if (payload > largePayload) ++entry.largePackets[direction];
}

/// Distance from `a` to `b` in sequence space, negative when `b` is older (RFC 9293 section 3.4).
inline int32_t sequenceDistance(uint32_t a, uint32_t b) {
  return static_cast<int32_t>(b - a);
}

/// Counts a segment that starts before the highest octet seen: it fills the latest gap, or it was sent before.
inline void countOldSegment(TcpEntry& entry, unsigned direction, uint32_t start, uint32_t end) {
  const bool fillsHole = entry.holeStart[direction] != entry.holeEnd[direction] &&
                         sequenceDistance(entry.holeStart[direction], start) >= 0 &&
                         sequenceDistance(end, entry.holeEnd[direction]) >= 0;
  if (!fillsHole) {
    ++entry.retransmittedPackets[direction];
    return;
  }
  ++entry.outOfOrderPackets[direction];
  if (start == entry.holeStart[direction]) entry.holeStart[direction] = end;
}

inline void update(TcpEntry& entry, const Packet& packet, unsigned direction, uint64_t before) {
  if (before == 0) {
    entry.initialWindow[direction] = packet.tcpWindow;
    entry.windowScale[direction] = noWindowScale;
  }
  if ((packet.tcpFlags & tcpFlag::syn) != 0) {
    entry.maximumSegmentSize[direction] = packet.tcpMaximumSegmentSize;
    if ((packet.tcpOptions & tcpOption::windowScale) != 0) entry.windowScale[direction] = packet.tcpWindowScale;
  }
  entry.options[direction] = static_cast<uint8_t>(entry.options[direction] | packet.tcpOptions);
  entry.urgentPackets[direction] += packet.tcpUrgent;

  // SYN and FIN occupy one octet of sequence space each; segments without any (pure ACKs) say nothing about order.
  const uint32_t length = packet.payloadOctets + ((packet.tcpFlags & tcpFlag::syn) != 0 ? 1U : 0U) +
                          ((packet.tcpFlags & tcpFlag::fin) != 0 ? 1U : 0U);
  if (length == 0 || (packet.tcpFlags & tcpFlag::rst) != 0) return;
  const uint32_t start = packet.tcpSequence;
  const uint32_t end = start + length;
  uint32_t& next = entry.nextSequence[direction];
  if (before == 0) {
    next = end;
  } else if (sequenceDistance(next, start) >= 0) {
    if (start != next) {
      entry.holeStart[direction] = next;
      entry.holeEnd[direction] = start;
    }
    next = end;
  } else {
    countOldSegment(entry, direction, start, end);
    if (sequenceDistance(next, end) > 0) next = end;
  }
}

inline void write(const LengthEntry& entry, const FlowRecord& base, LengthRecord& out) {
  for (unsigned direction = 0; direction < 2; ++direction) {
    const uint64_t packets = base.packets[direction];
    out.payloadOctets[direction] = entry.payloadOctets[direction];
    const auto first = static_cast<int64_t>(base.flowStart + (direction == 0 ? 0 : base.reverseFlowDelta));
    const auto gaps = static_cast<double>(packets > 1 ? packets - 1 : 1);
    const double meanGap = packets > 1 ? static_cast<double>(entry.lastTime[direction] - first) / gaps : 0;
    out.averageInterarrival[direction] = meanGap > 0 ? static_cast<uint64_t>(std::llround(meanGap)) : 0;
    const double gapVariance = entry.interarrivalSquares[direction] / gaps - meanGap * meanGap;
    out.standardDeviationInterarrival[direction] =
        gapVariance > 0 ? static_cast<uint64_t>(std::llround(std::sqrt(gapVariance))) : 0;
    out.smallPackets[direction] = entry.smallPackets[direction];
    out.largePackets[direction] = entry.largePackets[direction];
    out.nonEmptyPackets[direction] = entry.nonEmptyPackets[direction];
    out.minimumIpLength[direction] = entry.minimumIpLength[direction];
    out.maximumIpLength[direction] = entry.maximumIpLength[direction];
    out.firstNonEmptyPayload[direction] = entry.firstNonEmptyPayload[direction];
    const auto nonEmpty = static_cast<double>(std::max<uint32_t>(entry.nonEmptyPackets[direction], 1));
    const double meanPayload = static_cast<double>(entry.payloadOctets[direction]) / nonEmpty;
    const double payloadVariance = entry.payloadSquares[direction] / nonEmpty - meanPayload * meanPayload;
    out.standardDeviationPayload[direction] =
        payloadVariance > 0 ? static_cast<uint16_t>(std::min(std::lround(std::sqrt(payloadVariance)), 65535L)) : 0;
  }
  out.firstEightDirections = entry.firstEightDirections;
}

inline void write(const TcpEntry& entry, TcpRecord& out) {
  for (unsigned direction = 0; direction < 2; ++direction) {
    out.retransmittedPackets[direction] = entry.retransmittedPackets[direction];
    out.outOfOrderPackets[direction] = entry.outOfOrderPackets[direction];
    out.urgentPackets[direction] = entry.urgentPackets[direction];
    out.maximumSegmentSize[direction] = entry.maximumSegmentSize[direction];
    out.initialWindow[direction] = entry.initialWindow[direction];
    out.windowScale[direction] = entry.windowScale[direction];
    out.options[direction] = entry.options[direction];
  }
}

/// IP version of the outer header: IPv4 addresses are kept v4-mapped (RFC 4291 section 2.5.5.2).
inline uint8_t outerIpVersion(const Packet& packet) {
  static constexpr uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (packet.tunnel == Tunnel::none) return 0;
  return std::memcmp(packet.outerSourceAddress, mapped, sizeof mapped) == 0 ? 4 : 6;
}

/// The `link` group is taken from the flow's first packet.
inline void write(const Packet& packet, LinkRecord& out) {
  std::memcpy(out.sourceMac, packet.sourceMac, sizeof out.sourceMac);
  std::memcpy(out.destinationMac, packet.destinationMac, sizeof out.destinationMac);
  std::memcpy(out.mplsLabels, packet.mplsLabels, sizeof out.mplsLabels);
  out.mplsDepth = packet.mplsDepth;
  out.mplsTopTtl = packet.mplsTopTtl;
  out.tunnel = static_cast<uint8_t>(packet.tunnel);
  out.tunnelId = packet.tunnelId;
  out.outerIpVersion = outerIpVersion(packet);
  std::memcpy(out.outerSourceAddress, packet.outerSourceAddress, sizeof out.outerSourceAddress);
  std::memcpy(out.outerDestinationAddress, packet.outerDestinationAddress, sizeof out.outerDestinationAddress);
}

}  // namespace flowtap::statistics
