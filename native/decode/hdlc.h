// Cisco HDLC (https://www.tcpdump.org/linktypes.html, LINKTYPE_C_HDLC; RFC 4349 section 4).
//
// +---------+---------+-------------------+
// | address | control |     protocol      |   1, 1 and 2 octets; address 0x0f unicast, 0x8f multicast; control 0
// +---------+---------+-------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/link_headers.h"
#include "decode/ppp.h"

namespace flowtap {

/// Protocols are EtherTypes, with 0x8035 for SLARP and 0x2000 for CDP.
inline Ignored readCiscoHdlc(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(4)) return Ignored::truncatedLink;
  link.etherType = load16(cursor.data + 2);
  cursor.skip(4);
  return link.etherType < etherType::first ? Ignored::nonIp : Ignored::none;
}

/// Serial lines are captured as PPP even where the line speaks Cisco HDLC: its address octet tells the two apart.
inline Ignored readSerial(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(2)) return Ignored::truncatedLink;
  const bool ciscoHdlc = (cursor.data[0] == 0x0f || cursor.data[0] == 0x8f) && cursor.data[1] == 0;
  return ciscoHdlc ? readCiscoHdlc(cursor, link) : readPpp(cursor, link);
}

}  // namespace flowtap
