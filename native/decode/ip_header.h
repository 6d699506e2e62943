// What IPv4 and IPv6 headers have in common for the flow key.
#pragma once

#include <cstdint>

#include "decode/packet.h"

namespace flowtap {

/// Filled by readIpv4 and readIpv6, which leave the cursor at the transport header, limited to this packet.
struct IpHeader {
  const uint8_t* source;       // 4 or 16 octets in the frame
  const uint8_t* destination;  // same
  uint32_t octets;             // whole packet by its own header
  uint32_t identification;     // of the datagram, with packetFlag::fragment
  uint8_t protocol;            // of the transport header: the last Next Header of IPv6
  uint8_t classOfService;
  uint8_t ttl;
  uint8_t flags;  // packetFlag ipv6, fragment, laterFragment

  bool isIpv6() const { return (flags & packetFlag::ipv6) != 0; }
  bool isFragment() const { return (flags & packetFlag::fragment) != 0; }
  bool isLaterFragment() const { return (flags & packetFlag::laterFragment) != 0; }
};

/// Protocol numbers that decoding knows (https://www.iana.org/assignments/protocol-numbers).
namespace ipProtocol {
inline constexpr uint8_t hopByHop = 0;
inline constexpr uint8_t icmp = 1;
inline constexpr uint8_t ipv4 = 4;
inline constexpr uint8_t tcp = 6;
inline constexpr uint8_t udp = 17;
inline constexpr uint8_t dccp = 33;
inline constexpr uint8_t ipv6 = 41;
inline constexpr uint8_t routing = 43;
inline constexpr uint8_t fragment = 44;
inline constexpr uint8_t gre = 47;
inline constexpr uint8_t authentication = 51;
inline constexpr uint8_t icmpv6 = 58;
inline constexpr uint8_t noNextHeader = 59;
inline constexpr uint8_t destinationOptions = 60;
inline constexpr uint8_t l2tp = 115;
inline constexpr uint8_t sctp = 132;
inline constexpr uint8_t mobility = 135;
inline constexpr uint8_t udpLite = 136;
inline constexpr uint8_t hostIdentity = 139;
inline constexpr uint8_t shim6 = 140;
}  // namespace ipProtocol

}  // namespace flowtap
