// BSD loopback: LINKTYPE_NULL and LINKTYPE_LOOP (https://www.tcpdump.org/linktypes.html).
//
// +-------------------------------+
// |        address family         |   4 octets; NULL in the byte order of the capturing host, LOOP in network order
// +-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Families are small numbers, so the byte order shows in which half is zero.
inline Ignored readLoopback(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(4)) return Ignored::truncatedLink;
  uint32_t family = load32(cursor.data);
  if (family > 0xffff) family = __builtin_bswap32(family);
  cursor.skip(4);
  switch (family) {
    case 2:
      link.etherType = etherType::ipv4;
      return Ignored::none;
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      link.etherType = etherType::ipv6;
      return Ignored::none;
    default:
      link.etherType = nonIpType::addressFamily;
      return Ignored::nonIp;
  }
}

}  // namespace flowtap
