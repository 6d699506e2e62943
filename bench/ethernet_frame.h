// Frames of any link type as Ethernet frames, for sending and for programs that know Ethernet only.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "decode/link_type.h"
#include "source/packet_source.h"

namespace bench {

/// Puts `packet` into `frame` as an Ethernet frame: as it is, or where its link type is another, what follows the link
/// headers behind an Ethernet header (02:00:00:00:00:01 to 02:00:00:00:00:02). Where nothing of IP's kind follows there
/// is no frame: false.
inline bool toEthernet(const flowtap::RawPacket& packet, std::vector<uint8_t>& frame) {
  if (packet.linkType == flowtap::linkType::ethernet) {
    frame.assign(packet.data, packet.data + packet.capturedLength);
    return packet.capturedLength >= flowtap::ethernetHeaderOctets;
  }
  flowtap::Cursor cursor{packet.data, packet.capturedLength, packet.capturedLength};
  flowtap::LinkHeaders link{};
  if (flowtap::readLinkType(packet.linkType, cursor, link) != flowtap::Ignored::none) return false;
  if (link.etherType < flowtap::etherType::first || link.etherType == flowtap::etherType::transparentEthernet) {
    return false;
  }
  static constexpr uint8_t addresses[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
  frame.assign(addresses, addresses + sizeof addresses);
  frame.push_back(static_cast<uint8_t>(link.etherType >> 8));
  frame.push_back(static_cast<uint8_t>(link.etherType));
  frame.insert(frame.end(), cursor.data, cursor.data + cursor.remaining);
  return true;
}

}  // namespace bench
