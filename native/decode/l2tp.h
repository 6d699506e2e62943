// L2TP: version 2 over UDP (RFC 2661 section 3.1) and version 3 over IP (RFC 3931 section 4.1.1.1).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+---+-+-+-+-+-------+-------+-------------------------------+
// |T|L|x x|S|x|O|P|x x x x| Ver=2 |          length (L)           |
// +-+-+---+-+-+-+-+-------+-------+-------------------------------+
// |           tunnel id           |          session id           |
// |            Ns (S)             |            Nr (S)             |
// |        offset size (O)        |        offset pad … (O)       |
// +-------------------------------+-------------------------------+
//
// Version 3 over IP: session id (4, 0 for control messages), cookie (0, 4 or 8), sublayer (0 or 4), frame.
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/ip_sanity.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Opens data messages, which carry PPP. A session id counts only within its tunnel, so that `tunnel.id` is
/// tunnel id << 16 | session id.
inline bool openL2tp2(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(2)) return false;
  const uint16_t flags = load16(cursor.data);
  const bool isControl = (flags & 0x8000) != 0;
  const bool hasLength = (flags & 0x4000) != 0;
  const bool hasSequence = (flags & 0x0800) != 0;
  const bool hasOffset = (flags & 0x0200) != 0;
  if ((flags & 0x000f) != 2 || isControl) return false;

  const uint32_t idsAt = hasLength ? 4 : 2;
  uint32_t headerOctets = idsAt + 4;
  if (hasSequence) headerOctets += 4;
  const uint32_t offsetAt = headerOctets;
  if (hasOffset) headerOctets += 2;
  if (!cursor.has(headerOctets)) return false;
  tunnel.kind = Tunnel::l2tp;
  tunnel.id = load32(cursor.data + idsAt);
  if (hasOffset) headerOctets += load16(cursor.data + offsetAt);
  if (!cursor.has(headerOctets)) return false;
  cursor.skip(headerOctets);
  link.etherType = etherType::ppp;
  return true;
}

/// An Ethernet frame, with up to two VLAN tags, whose IP header fills what is there: strict, because it is a guess.
inline bool isCertainlyEthernetWithIp(Cursor cursor) {
  if (!cursor.has(ethernetHeaderOctets)) return false;
  uint16_t type = load16(cursor.data + 12);
  cursor.skip(ethernetHeaderOctets);
  for (int tags = 0; tags < 2 && (type == etherType::vlan || type == etherType::serviceVlan); ++tags) {
    if (!cursor.has(4)) return false;
    type = load16(cursor.data + 2);
    cursor.skip(4);
  }
  if (type == etherType::ipv4) {
    return cursor.has(20) && looksLikeIpv4(cursor);
  }
  return type == etherType::ipv6 && cursor.has(40) && looksLikeIpv6(cursor);
}

/// Cookie and sublayer are agreed upon out of band: opens only sessions for which exactly one of their lengths leaves
/// an Ethernet frame with IP.
inline bool openL2tp3(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(4)) return false;
  tunnel.kind = Tunnel::l2tp;
  tunnel.id = load32(cursor.data);
  if (tunnel.id == 0) return false;
  cursor.skip(4);
  int candidates = 0;
  Cursor frame = cursor;
  for (uint32_t octets = 0; octets <= 12 && cursor.has(octets); octets += 4) {
    Cursor candidate = cursor;
    candidate.skip(octets);
    if (!isCertainlyEthernetWithIp(candidate)) continue;
    frame = candidate;
    ++candidates;
  }
  if (candidates != 1) return false;
  cursor = frame;
  link.etherType = etherType::transparentEthernet;
  return true;
}

}  // namespace flowtap
