// 802.2 LLC and SNAP (IEEE 802.2; RFC 1042).
//
// +------+------+-------+ - - - - - - - +- - - - - - - - - -+
// | DSAP | SSAP |control| organization  | protocol          |   1, 1, 1, 3 and 2 octets;
// +------+------+-------+ - - - - - - - +- - - - - - - - - -+   the last two only with SNAP
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

inline Ignored readLlc(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(3)) return Ignored::truncatedLink;
  const uint8_t destination = cursor.data[0];
  const uint8_t source = cursor.data[1];
  const bool unnumbered = cursor.data[2] == 0x03;
  link.etherType = destination;

  if (destination == 0x06 && source == 0x06 && unnumbered) {  // IP's own service access point, before SNAP
    link.etherType = etherType::ipv4;
    cursor.skip(3);
    return Ignored::none;
  }
  if (destination != 0xaa || source != 0xaa || !unnumbered) return Ignored::nonIp;

  if (!cursor.has(8)) return Ignored::truncatedLink;
  const uint32_t organization = load24(cursor.data + 3);
  const uint16_t protocol = load16(cursor.data + 6);
  if (organization == 0x000000 || organization == 0x0000f8) {  // RFC 1042; 802.1H bridge tunnel
    if (protocol < etherType::first) return Ignored::nonIp;
    link.etherType = protocol;
    cursor.skip(8);
    return Ignored::none;
  }
  if (organization == 0x0080c2 && (protocol == 0x0001 || protocol == 0x0007)) {  // RFC 2427: bridged Ethernet
    link.etherType = etherType::transparentEthernet;
    cursor.skip(8);
    return Ignored::none;
  }
  return Ignored::nonIp;
}

}  // namespace flowtap
