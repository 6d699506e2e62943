// Teredo (RFC 4380 section 5.1.1): IPv6 in UDP behind optional indications.
//
// +----------------+-----------+-----------+-----------+------------+-----------+---------+
// | 0x0001 (2)     | id length | au length | client id | auth value | nonce (8) | confirm |   authentication
// +----------------+-----------+-----------+-----------+------------+-----------+---------+
// | 0x0000 (2)     | obfuscated port (2)   | obfuscated address (4) |                         origin
// +----------------+-----------------------+------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

inline bool openTeredo(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (cursor.has(4) && load16(cursor.data) == 0x0001) {
    const uint32_t octets = 13U + cursor.data[2] + cursor.data[3];
    if (!cursor.has(octets)) return false;
    cursor.skip(octets);
  }
  if (cursor.has(8) && load16(cursor.data) == 0x0000) cursor.skip(8);
  tunnel.kind = Tunnel::teredo;
  return nameIpVersion(cursor, link) && link.etherType == etherType::ipv6;
}

}  // namespace flowtap
