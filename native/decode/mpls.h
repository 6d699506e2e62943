// MPLS label stack (RFC 3032) and pseudowire control word (RFC 4385).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +---------------------------------------+-----+-+---------------+
// |                 label                 | TC  |S|      TTL      |
// +---------------------------------------+-----+-+---------------+
// |0 0 0 0| flags |FRG|  length   |       sequence number         |   control word before a pseudowire's frame
// +-------+-------+---+-----------+-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/ip_sanity.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Deepest label stack that is followed.
inline constexpr uint8_t mplsDepthLimit = 32;

/// Whether an Ethernet frame of a common EtherType could begin here.
inline bool looksLikeEthernet(Cursor cursor) {
  if (!cursor.has(ethernetHeaderOctets)) return false;
  const uint16_t type = load16(cursor.data + 12);
  cursor.skip(ethernetHeaderOctets);
  switch (type) {
    case etherType::ipv4:
      return looksLikeIpv4(cursor);
    case etherType::ipv6:
      return looksLikeIpv6(cursor);
    case etherType::arp:
    case etherType::vlan:
    case etherType::serviceVlan:
    case etherType::oldVlan9100:
    case etherType::oldVlan9200:
    case etherType::mplsUnicast:
    case etherType::mplsMulticast:
    case etherType::pppoeDiscovery:
    case etherType::pppoeSession:
    case etherType::lldp:
      return true;
    default:
      return false;
  }
}

/// MPLS does not say what it carries, so the payload is guessed as routers do for load balancing (RFC 4928): first
/// nibble 4 or 6 is IP, unless the header contradicts itself and Ethernet of a common EtherType could begin there; 0 is
/// a control word with Ethernet behind it; otherwise Ethernet without control word, if its EtherType is a common one.
/// Anything else, such as an associated channel (RFC 5085), is non-IP.
inline Ignored readMpls(Cursor& cursor, LinkHeaders& link) {
  link.mplsDepth = 0;
  for (bool bottom = false; !bottom;) {
    if (!cursor.has(4)) return Ignored::truncatedLink;
    if (link.mplsDepth == mplsDepthLimit) return Ignored::tooDeep;
    const uint32_t entry = load32(cursor.data);
    bottom = (entry & 0x100) != 0;
    if (link.mplsDepth == 0) link.mplsTopTtl = entry & 0xff;
    if (link.mplsDepth < 3) link.mplsLabels[link.mplsDepth] = entry >> 8;
    ++link.mplsDepth;
    cursor.skip(4);
  }

  if (!cursor.has(1)) return Ignored::truncatedLink;
  const uint8_t nibble = cursor.data[0] >> 4;
  const bool sane = (nibble == 4 && looksLikeIpv4(cursor)) || (nibble == 6 && looksLikeIpv6(cursor));
  if (nibble == 0 && cursor.has(4)) {
    Cursor behindControlWord = cursor;
    behindControlWord.skip(4);
    if (looksLikeEthernet(behindControlWord)) {
      cursor = behindControlWord;
      link.etherType = etherType::transparentEthernet;
      return Ignored::none;
    }
  }
  if (!sane && looksLikeEthernet(cursor)) {
    link.etherType = etherType::transparentEthernet;
    return Ignored::none;
  }
  if (nibble == 4 || nibble == 6) {
    link.etherType = nibble == 4 ? etherType::ipv4 : etherType::ipv6;
    return Ignored::none;
  }
  link.etherType = etherType::mplsUnicast;
  return Ignored::nonIp;
}

}  // namespace flowtap
