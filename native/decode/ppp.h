// PPP (RFC 1661, 1662) and PPP over Ethernet (RFC 2516).
//
// +---------+---------+ - - - - +----------+---------      PPP: address (0xff) and control (0x03) may be absent
// | address | control | protocol (1 or 2 octets) | …       (RFC 1661 section 6.6); a protocol field that begins with
// +---------+---------+ - - - - +----------+---------      an odd octet is that octet alone (section 6.5)
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------+-------+---------------+-------------------------------+
// | ver=1 |type=1 |     code      |          session id           |   PPPoE
// +-------+-------+---------------+-------------------------------+
// |            length             |   PPP protocol …
// +-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Control protocols (LCP, IPCP ...) and compressed or encrypted payloads are all counted as EtherType 0x880b, PPP.
inline Ignored readPpp(Cursor& cursor, LinkHeaders& link) {
  link.etherType = etherType::ppp;
  if (cursor.has(2) && cursor.data[0] == 0xff && cursor.data[1] == 0x03) cursor.skip(2);
  if (!cursor.has(1)) return Ignored::truncatedLink;
  uint16_t protocol = cursor.data[0];
  if ((protocol & 1) != 0) {
    cursor.skip(1);
  } else {
    if (!cursor.has(2)) return Ignored::truncatedLink;
    protocol = load16(cursor.data);
    cursor.skip(2);
  }
  switch (protocol) {
    case 0x0021:
      link.etherType = etherType::ipv4;
      return Ignored::none;
    case 0x0057:
      link.etherType = etherType::ipv6;
      return Ignored::none;
    case 0x0281:
      link.etherType = etherType::mplsUnicast;
      return Ignored::none;
    case 0x0283:
      link.etherType = etherType::mplsMulticast;
      return Ignored::none;
    default:
      return Ignored::nonIp;
  }
}

inline Ignored readPppoe(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(6)) return Ignored::truncatedLink;
  const uint8_t versionAndType = cursor.data[0];
  const uint8_t code = cursor.data[1];
  if (versionAndType != 0x11) return Ignored::malformedLink;
  if (code != 0) {
    link.etherType = etherType::pppoeDiscovery;
    return Ignored::nonIp;
  }
  cursor.skip(6);
  return readPpp(cursor, link);
}

}  // namespace flowtap
