// IPv6 and its extension headers (RFC 8200; jumbograms RFC 2675).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------+---------------+---------------------------------------+
// |version| traffic class |              flow label               |
// +-------+---------------+-------+---------------+---------------+
// |        payload length         |  next header  |   hop limit   |
// +-------------------------------+---------------+---------------+
// |               source address, destination address             |
// +---------------+---------------+-------------------------------+
// |  next header  |  length in 8  |   options or routing data …   |   hop-by-hop, routing, destination options,
// +---------------+---------------+-------------------------------+   mobility, HIP, shim6: length beyond the first 8
// |  next header  |   reserved    | fragment offset in 8    |0 0|M|   fragment
// |                        identification                         |
// +---------------+---------------+-------------------------------+
// |  next header  |  length in 4  |            …                  |   authentication (RFC 4302): length beyond 8
// +---------------+---------------+-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ip_header.h"

namespace flowtap {

/// Longest chain of extension headers that is followed.
inline constexpr int extensionHeaderLimit = 16;

inline bool isExtensionHeader(uint8_t protocol) {
  switch (protocol) {
    case ipProtocol::hopByHop:
    case ipProtocol::routing:
    case ipProtocol::fragment:
    case ipProtocol::authentication:
    case ipProtocol::destinationOptions:
    case ipProtocol::mobility:
    case ipProtocol::hostIdentity:
    case ipProtocol::shim6:
      return true;
    default:
      return false;
  }
}

/// Jumbo payload length from the hop-by-hop options at the cursor, 0 without a valid one.
[[gnu::noinline]] inline uint32_t jumboPayloadLength(Cursor cursor) {
  if (!cursor.has(8)) return 0;
  const uint32_t end = std::min(cursor.remaining, cursor.data[1] * 8U + 8U);
  for (uint32_t at = 2; at + 1 < end;) {
    const uint8_t type = cursor.data[at];
    if (type == 0) {  // Pad1
      ++at;
      continue;
    }
    const uint8_t length = cursor.data[at + 1];
    if (type == 0xc2) {
      if (length != 4 || at + 6 > end) return 0;
      const uint32_t payloadLength = load32(cursor.data + at + 2);
      return payloadLength > 0xffff ? payloadLength : 0;
    }
    at += 2U + length;
  }
  return 0;
}

/// Follows extension headers to the transport header. Where the capture or the packet ends inside one, its number stays
/// the protocol. Mobility, HIP and shim6 messages with nothing behind them stay the protocol, too.
[[gnu::noinline]] inline Ignored readExtensionHeaders(Cursor& cursor, IpHeader& ip) {
  for (int count = 0; isExtensionHeader(ip.protocol); ++count) {
    if (count == extensionHeaderLimit) return Ignored::tooDeep;
    if (!cursor.has(8)) break;
    const uint8_t nextHeader = cursor.data[0];
    uint32_t octets = cursor.data[1] * 8U + 8U;
    if (ip.protocol == ipProtocol::authentication) octets = cursor.data[1] * 4U + 8U;
    if (ip.protocol == ipProtocol::fragment) {
      octets = 8;
      const uint16_t offset = load16(cursor.data + 2) & 0xfff8;
      const bool more = (cursor.data[3] & 0x01) != 0;
      if (offset != 0 || more) {  // neither: an atomic fragment, complete in itself (RFC 6946)
        ip.flags |= packetFlag::fragment;
        ip.identification = load32(cursor.data + 4);
      }
      if (offset != 0) {
        ip.flags |= packetFlag::laterFragment;
        ip.protocol = nextHeader;
        cursor.skip(octets);
        break;
      }
    } else if (nextHeader == ipProtocol::noNextHeader && ip.protocol >= ipProtocol::mobility) {
      break;
    }
    if (!cursor.has(octets)) break;
    ip.protocol = nextHeader;
    cursor.skip(octets);
  }
  return Ignored::none;
}

/// A payload length of zero is a jumbogram's, or stands for segments the network card was to cut (TSO): the frame's
/// length counts then, unless there is no next header.
[[gnu::always_inline]] inline Ignored readIpv6(Cursor& cursor, IpHeader& ip) {
  if (!cursor.has(40)) return Ignored::truncatedIp;
  const uint8_t* const header = cursor.data;
  if (header[0] >> 4 != 6) return Ignored::malformedIp;
  uint32_t payloadLength = load16(header + 4);
  ip.classOfService = static_cast<uint8_t>(header[0] << 4 | header[1] >> 4);
  ip.identification = 0;
  ip.flags = packetFlag::ipv6;
  ip.protocol = header[6];
  ip.ttl = header[7];
  ip.source = header + 8;
  ip.destination = header + 24;
  cursor.skip(40);
  if (payloadLength == 0 && ip.protocol != ipProtocol::noNextHeader) [[unlikely]] {
    if (ip.protocol == ipProtocol::hopByHop) payloadLength = jumboPayloadLength(cursor);
    if (payloadLength == 0) payloadLength = cursor.wire;
  }
  ip.octets = payloadLength > UINT32_MAX - 40 ? UINT32_MAX : payloadLength + 40;
  cursor.limit(payloadLength);
  if (!isExtensionHeader(ip.protocol)) [[likely]]
    return Ignored::none;
  Cursor chain = cursor;  // copies, so that the caller's stay in registers
  IpHeader chained = ip;
  const Ignored ignored = readExtensionHeaders(chain, chained);
  cursor = chain;
  ip = chained;
  return ignored;
}

}  // namespace flowtap
