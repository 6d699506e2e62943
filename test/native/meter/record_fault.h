// What every flow record satisfies, whatever the packets were.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "flow/record.h"

namespace metering {

namespace fault {

inline std::string ofBase(const flowtap::FlowRecord& record) {
  const uint64_t smallest = record.ipVersion == 6 ? 40 : 20;  // octets of the fixed IP header
  if (record.ipVersion != 4 && record.ipVersion != 6) return "IP version is neither 4 nor 6";
  if (record.flowStart > record.flowEnd) return "ends before it starts";
  if (record.flowStart > uint64_t{1} << 53) return "time is no exact JavaScript number";
  if (record.vlanId > 0x0fff || record.serviceVlanId > 0x0fff) return "VLAN beyond twelve bits";
  if (record.flowEndReason < flowtap::FlowEndReason::idleTimeout ||
      record.flowEndReason > flowtap::FlowEndReason::lackOfResources)
    return "flowEndReason is not one of RFC 5102's";
  if (record.packets[0] == 0) return "no forward packet";
  if (record.packets[1] == 0 && (record.octets[1] != 0 || record.reverseFlowDelta != 0 || record.linkOverhead[1] != 0))
    return "reverse counters without a reverse packet";
  if (record.packets[1] != 0 && record.flowStart + record.reverseFlowDelta > record.flowEnd)
    return "reverse direction starts behind the end";
  for (unsigned direction = 0; direction < 2; ++direction) {
    if (record.octets[direction] < record.packets[direction] * smallest) return "packets smaller than their IP headers";
    if (record.minimumTtl[direction] > record.maximumTtl[direction]) return "minimum TTL above the maximum";
    if ((record.ipClassOfService[direction] & ~record.ipClassOfServiceUnion[direction]) != 0)
      return "first class of service is not in the union";
    if (record.packets[direction] < 2 && record.unionTcpFlags[direction] != 0)
      return "flags of packets that never came";
  }
  return {};
}

inline std::string ofLengths(const flowtap::LengthRecord& lengths, const flowtap::FlowRecord& base) {
  for (unsigned direction = 0; direction < 2; ++direction) {
    const uint64_t packets = base.packets[direction];
    if (lengths.nonEmptyPackets[direction] > packets) return "more non-empty packets than packets";
    if (uint64_t{lengths.smallPackets[direction]} + lengths.largePackets[direction] >
        lengths.nonEmptyPackets[direction])
      return "more small and large packets than non-empty ones";
    if ((lengths.nonEmptyPackets[direction] == 0) != (lengths.payloadOctets[direction] == 0))
      return "payload without a non-empty packet, or the reverse";
    if (lengths.payloadOctets[direction] > base.octets[direction]) return "more payload than IP octets";
    if (packets * lengths.minimumIpLength[direction] > base.octets[direction] ||
        packets * lengths.maximumIpLength[direction] < base.octets[direction])
      return "octets outside what the shortest and longest packet allow";
  }
  return {};
}

inline std::string ofTcp(const flowtap::TcpRecord& tcp, const flowtap::FlowRecord& base) {
  constexpr uint8_t protocolTcp = 6;
  for (unsigned direction = 0; direction < 2; ++direction) {
    const uint64_t old = uint64_t{tcp.retransmittedPackets[direction]} + tcp.outOfOrderPackets[direction];
    if (old > base.packets[direction]) return "more old segments than packets";
    if (base.protocolIdentifier != protocolTcp && (old != 0 || tcp.options[direction] != 0))
      return "TCP statistics of another protocol";
  }
  return {};
}

}  // namespace fault

/// What is wrong with the record of the statistics `groups` at `octets`; empty when nothing is.
inline std::string recordFault(const uint8_t* octets, uint32_t groups) {
  flowtap::FlowRecord base;
  std::memcpy(&base, octets, sizeof base);
  std::string found = fault::ofBase(base);
  octets += sizeof base;
  if ((groups & flowtap::statisticsGroup::lengths) != 0) {
    flowtap::LengthRecord lengths;
    std::memcpy(&lengths, octets, sizeof lengths);
    if (found.empty()) found = fault::ofLengths(lengths, base);
    octets += sizeof lengths;
  }
  if ((groups & flowtap::statisticsGroup::tcp) != 0) {
    flowtap::TcpRecord tcp;
    std::memcpy(&tcp, octets, sizeof tcp);
    if (found.empty()) found = fault::ofTcp(tcp, base);
  }
  return found;
}

}  // namespace metering
