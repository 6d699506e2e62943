// The header behind IP: ports, ICMP key, TCP fields. Protocols without ports (GRE, ESP, AH, IGMP, OSPF ...) leave
// zeros.
#pragma once

#include "decode/cursor.h"
#include "decode/icmp.h"
#include "decode/ip_header.h"
#include "decode/packet.h"
#include "decode/ports.h"
#include "decode/tcp.h"

namespace flowtap {

inline constexpr uint32_t udpHeaderOctets = 8;    // RFC 768, 3828
inline constexpr uint32_t sctpHeaderOctets = 12;  // RFC 9260 section 3.1

/// Whether the transport header is part of the flow key, so that later fragments need the first one.
inline bool hasKeyInTransport(uint8_t protocol) {
  switch (protocol) {
    case ipProtocol::icmp:
    case ipProtocol::tcp:
    case ipProtocol::udp:
    case ipProtocol::dccp:
    case ipProtocol::icmpv6:
    case ipProtocol::sctp:
    case ipProtocol::udpLite:
      return true;
    default:
      return false;
  }
}

/// Fills the transport fields of line 0, which the caller has zeroed.
[[gnu::always_inline]] inline void readTransport(const Cursor& cursor, uint8_t protocol, Packet& packet) {
  switch (protocol) {
    case ipProtocol::tcp:
      return readTcp(cursor, packet);
    case ipProtocol::udp:
    case ipProtocol::udpLite:
    case ipProtocol::dccp:
    case ipProtocol::sctp:
      return readPorts(cursor, packet);
    case ipProtocol::icmp:
    case ipProtocol::icmpv6:
      return readIcmp(cursor, protocol, packet);
    default:
      return;
  }
}

/// Octets of the packet, by its IP length, behind a header of `headerOctets`.
inline uint32_t octetsBehind(const Cursor& cursor, uint32_t headerOctets) {
  return cursor.wire - std::min(cursor.wire, headerOctets);
}

/// Fills the transport fields of line 1, which the caller has zeroed. `cursor` is at the transport header.
inline void readTransportDetail(Cursor cursor, uint8_t protocol, Packet& packet) {
  switch (protocol) {
    case ipProtocol::tcp:
      return readTcpDetail(cursor, packet);
    case ipProtocol::udp:
    case ipProtocol::udpLite:
      packet.payloadOctets = octetsBehind(cursor, udpHeaderOctets);
      return;
    case ipProtocol::sctp:
      packet.payloadOctets = octetsBehind(cursor, sctpHeaderOctets);
      return;
    case ipProtocol::dccp:  // RFC 4340 section 5.1: data offset in words at octet 4
      if (cursor.has(5)) packet.payloadOctets = octetsBehind(cursor, cursor.data[4] * 4U);
      return;
    case ipProtocol::icmp:
    case ipProtocol::icmpv6:
      packet.payloadOctets = octetsBehind(cursor, icmpHeaderOctets);
      return;
    default:
      packet.payloadOctets = cursor.wire;
  }
}

}  // namespace flowtap
