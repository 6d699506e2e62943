// Linux cooked capture v1 and v2 (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and ..._SLL2.html).
//
// v1  +-----------+--------+----------------+-----------------+----------+
//     |packet type| ARPHRD | address length |     address     | protocol |   2, 2, 2, 8 and 2 octets
//     +-----------+--------+----------------+-----------------+----------+
// v2  +----------+----------+-----------+--------+-----------+-----------+---------+
//     | protocol | reserved | interface | ARPHRD |packet type|addr length| address |   2, 2, 4, 2, 1, 1 and 8
//     +----------+----------+-----------+--------+-----------+-----------+---------+
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"
#include "decode/llc.h"
#include "decode/radiotap.h"

namespace flowtap {

namespace arphrd {
inline constexpr uint16_t ieee80211 = 801;
inline constexpr uint16_t ieee80211Radiotap = 803;
inline constexpr uint16_t netlink = 824;
}  // namespace arphrd

/// Whether a VLAN tag stands before the packet that the header speaks of. Linux reads through a tag to the protocol
/// behind it (vlan_get_protocol_dgram, since 6.10 and in stable series before), but leaves the tag of a received frame
/// where it is: "any" shows so the inner tag of two, of which the card or the kernel took the outer one off.
inline bool startsWithTag(const Cursor& cursor, uint16_t protocol) {
  if (!cursor.has(4) || load16(cursor.data + 2) != protocol) return false;
  switch (protocol) {
    case etherType::ipv4:
      return cursor.data[0] >> 4 != 4;
    case etherType::ipv6:
      return cursor.data[0] >> 4 != 6;
    case etherType::pppoeSession:
      return cursor.data[0] != 0x11;  // version and type, RFC 2516 section 4
    default:
      return false;
  }
}

/// What both versions mean by hardware type and protocol.
inline Ignored readCookedPayload(Cursor& cursor, LinkHeaders& link, uint16_t hardware, uint16_t protocol) {
  link.etherType = protocol;
  if (hardware == arphrd::ieee80211) return readWifi(cursor, link, WifiPadding::none);
  if (hardware == arphrd::ieee80211Radiotap) return readRadiotap(cursor, link);
  if (protocol == 0x0004) return readLlc(cursor, link);
  if (hardware == arphrd::netlink || protocol < etherType::first) {  // netlink puts its own family number here
    link.etherType = static_cast<uint16_t>(nonIpType::cooked | (protocol & 0x0f));
    return Ignored::nonIp;
  }
  if (startsWithTag(cursor, protocol)) link.etherType = etherType::vlan;
  return Ignored::none;
}

inline Ignored readCooked(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(16)) return Ignored::truncatedLink;
  const uint16_t hardware = load16(cursor.data + 2);
  const uint16_t addressLength = load16(cursor.data + 4);
  if (addressLength == 6) link.sourceMac = cursor.data + 6;
  const uint16_t protocol = load16(cursor.data + 14);
  cursor.skip(16);
  return readCookedPayload(cursor, link, hardware, protocol);
}

inline Ignored readCooked2(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(20)) return Ignored::truncatedLink;
  const uint16_t protocol = load16(cursor.data);
  const uint16_t hardware = load16(cursor.data + 8);
  const uint8_t addressLength = cursor.data[11];
  if (addressLength == 6) link.sourceMac = cursor.data + 12;
  cursor.skip(20);
  return readCookedPayload(cursor, link, hardware, protocol);
}

}  // namespace flowtap
