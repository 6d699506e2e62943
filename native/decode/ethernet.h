// Ethernet II and 802.3 (IEEE 802.3 section 3.1.1).
//
//  0                   1
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3
// +-----------+-----------+---+
// |destination|  source   |typ|   octets
// +-----------+-----------+---+
#pragma once

#include "decode/cursor.h"
#include "decode/link_headers.h"

namespace flowtap {

inline constexpr uint32_t ethernetHeaderOctets = 14;

inline Ignored readEthernet(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(ethernetHeaderOctets)) return Ignored::truncatedLink;
  link.destinationMac = cursor.data;
  link.sourceMac = cursor.data + 6;
  link.etherType = load16(cursor.data + 12);
  link.vlanTags = 0;
  cursor.skip(ethernetHeaderOctets);
  return Ignored::none;
}

}  // namespace flowtap
