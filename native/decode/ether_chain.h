// From an EtherType down to IP: VLAN tags, MPLS, PPPoE, LLC, bridged Ethernet, in whatever order they are stacked.
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/link_headers.h"
#include "decode/llc.h"
#include "decode/mpls.h"
#include "decode/ppp.h"
#include "decode/vlan.h"

namespace flowtap {

/// Headers below IP that are followed in one frame (a label stack counts as one).
inline constexpr int linkDepthLimit = 16;

/// Follows `link.etherType` until it is IPv4 or IPv6 at the cursor.
inline Ignored followToIp(Cursor& cursor, LinkHeaders& link) {
  for (int depth = 0; depth < linkDepthLimit; ++depth) {
    Ignored ignored = Ignored::none;
    switch (link.etherType) {
      case etherType::ipv4:
      case etherType::ipv6:
        return Ignored::none;
      case etherType::vlan:
      case etherType::serviceVlan:
      case etherType::oldVlan9100:
      case etherType::oldVlan9200:
        ignored = readVlan(cursor, link);
        break;
      case etherType::mplsUnicast:
      case etherType::mplsMulticast:
        ignored = readMpls(cursor, link);
        break;
      case etherType::pppoeSession:
        ignored = readPppoe(cursor, link);
        break;
      case etherType::ppp:
        ignored = readPpp(cursor, link);
        break;
      case etherType::transparentEthernet:
        ignored = readEthernet(cursor, link);
        break;
      default:
        if (link.etherType >= etherType::first) return Ignored::nonIp;
        ignored = readLlc(cursor, link);
    }
    if (ignored != Ignored::none) return ignored;
  }
  return Ignored::tooDeep;
}

}  // namespace flowtap
