// VLAN tags: 802.1Q (0x8100), 802.1ad (0x88a8) and its forerunners (0x9100, 0x9200); IEEE 802.1Q section 9.6.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-----+-+-----------------------+-------------------------------+
// | PCP |D|          VID          |     EtherType of what follows |
// +-----+-+-----------------------+-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Reads one tag of a stack. The tags of an Ethernet frame inside a tunnel or pseudowire replace those outside.
inline Ignored readVlan(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(4)) return Ignored::truncatedLink;
  if (link.vlanTags == 0) link.serviceVlanId = 0;
  if (link.vlanTags == 1) link.serviceVlanId = link.vlanId;
  ++link.vlanTags;
  link.vlanId = load16(cursor.data) & 0x0fff;
  link.etherType = load16(cursor.data + 2);
  cursor.skip(4);
  return Ignored::none;
}

}  // namespace flowtap
