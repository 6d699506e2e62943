// GRE (RFC 2784, 2890, routing of RFC 1701), PPTP's version of it (RFC 2637), and ERSPAN inside it
// (draft-foschiano-erspan-03).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
// |C|R|K|S|s|recur|A| flags |vers.|         protocol type         |
// +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
// |      checksum (C or R)        |        offset (C or R)        |
// |            key (K); PPTP: payload length, call id             |
// |                     sequence number (S)                       |
// |           acknowledgment number (A, PPTP only)                |
// |                 source routes (R) until an empty one          |
// +---------------------------------------------------------------+
//
// ERSPAN II  | version=1 (4) VLAN (12) | COS (3) encap (2) T (1) session id (10) | reserved (12) index (20) |
// ERSPAN III | version=2 (4) VLAN (12) | COS (3) BSO (2) T (1) session id (10) | timestamp (32) |
//            | group tag (16) | P (1) frame type (5) hardware (6) direction (1) granularity (2) O (1) |
//            | platform-specific (64, with O) |
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

namespace greFlag {
inline constexpr uint16_t checksum = 0x8000;
inline constexpr uint16_t routing = 0x4000;
inline constexpr uint16_t key = 0x2000;
inline constexpr uint16_t sequence = 0x1000;
inline constexpr uint16_t acknowledgment = 0x0080;
inline constexpr uint16_t version = 0x0007;
}  // namespace greFlag

/// Source route entries that are followed.
inline constexpr int greRoutingLimit = 16;

/// A GRE sequence number tells type II from type I, which has no header of its own.
inline bool openErspan(uint16_t greFlags, Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  const bool isType3 = link.etherType == etherType::erspan3;
  link.etherType = etherType::transparentEthernet;
  if (!isType3 && (greFlags & greFlag::sequence) == 0) return true;

  uint32_t headerOctets = isType3 ? 12 : 8;
  if (!cursor.has(headerOctets)) return false;
  const uint8_t version = cursor.data[0] >> 4;
  if (version != (isType3 ? 2 : 1)) return false;
  if (tunnel.id == 0) tunnel.id = load16(cursor.data + 2) & 0x03ff;
  if (isType3) {
    const uint8_t frameType = (cursor.data[10] >> 2) & 0x1f;
    const bool platformSpecific = (cursor.data[11] & 0x01) != 0;
    if (platformSpecific) headerOctets += 8;
    if (!cursor.has(headerOctets)) return false;
    cursor.skip(headerOctets);
    if (frameType == 2) return nameIpVersion(cursor, link);
    return frameType == 0;
  }
  cursor.skip(headerOctets);
  return true;
}

inline bool skipGreRouting(Cursor& cursor) {
  for (int entry = 0; entry < greRoutingLimit; ++entry) {
    if (!cursor.has(4)) return false;
    const uint16_t addressFamily = load16(cursor.data);
    const uint32_t octets = 4U + cursor.data[3];
    if (!cursor.has(octets)) return false;
    cursor.skip(octets);
    if (addressFamily == 0 && octets == 4) return true;
  }
  return false;
}

inline bool openGre(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(4)) return false;
  const uint16_t flags = load16(cursor.data);
  const uint16_t version = flags & greFlag::version;
  link.etherType = load16(cursor.data + 2);
  const bool isPptp = version == 1;
  if (version > 1) return false;
  if (isPptp && (link.etherType != etherType::ppp || (flags & greFlag::key) == 0)) return false;
  if (isPptp && (flags & greFlag::sequence) == 0) return false;  // acknowledgment without payload

  uint32_t headerOctets = 4;
  if ((flags & (greFlag::checksum | greFlag::routing)) != 0) headerOctets += 4;
  const uint32_t keyAt = headerOctets;
  if ((flags & greFlag::key) != 0) headerOctets += 4;
  if ((flags & greFlag::sequence) != 0) headerOctets += 4;
  if (isPptp && (flags & greFlag::acknowledgment) != 0) headerOctets += 4;
  if (!cursor.has(headerOctets)) return false;
  tunnel.kind = Tunnel::gre;
  if ((flags & greFlag::key) != 0) tunnel.id = isPptp ? load16(cursor.data + keyAt + 2) : load32(cursor.data + keyAt);
  cursor.skip(headerOctets);
  if ((flags & greFlag::routing) != 0 && !skipGreRouting(cursor)) return false;

  switch (link.etherType) {
    case etherType::ipv4:
    case etherType::ipv6:
    case etherType::transparentEthernet:
    case etherType::mplsUnicast:
    case etherType::mplsMulticast:
    case etherType::ppp:
      return true;
    case etherType::erspan:
    case etherType::erspan3:
      return openErspan(flags, cursor, link, tunnel);
    default:
      return false;
  }
}

}  // namespace flowtap
