// VXLAN (RFC 7348) and its generic protocol extension (draft-ietf-nvo3-vxlan-gpe).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+---+-+-+-+-+-------------------------------+---------------+
// |R|R|Ver|I|P|B|O|           reserved            | next protocol |   VXLAN proper: of the flags I alone
// +-+-+---+-+-+-+-+-------------------------------+---------------+
// |       VXLAN network identifier (VNI)          |   reserved    |
// +-----------------------------------------------+---------------+
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Begins both kinds: checks the I flag and takes the VNI.
inline bool readVni(const Cursor& cursor, Encapsulation& tunnel) {
  if (!cursor.has(8) || (cursor.data[0] & 0x08) == 0) return false;
  tunnel.kind = Tunnel::vxlan;
  tunnel.id = load24(cursor.data + 4);
  return true;
}

inline bool openVxlan(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!readVni(cursor, tunnel)) return false;
  link.etherType = etherType::transparentEthernet;
  cursor.skip(8);
  return true;
}

inline bool openVxlanGpe(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!readVni(cursor, tunnel)) return false;
  const uint8_t version = (cursor.data[0] >> 4) & 0x03;
  const bool hasNextProtocol = (cursor.data[0] & 0x04) != 0;
  const bool isOperations = (cursor.data[0] & 0x01) != 0;
  const uint8_t nextProtocol = hasNextProtocol ? cursor.data[3] : 3;
  if (version != 0 || isOperations) return false;
  cursor.skip(8);
  switch (nextProtocol) {
    case 1:
      link.etherType = etherType::ipv4;
      return true;
    case 2:
      link.etherType = etherType::ipv6;
      return true;
    case 3:
      link.etherType = etherType::transparentEthernet;
      return true;
    case 5:
      link.etherType = etherType::mplsUnicast;
      return true;
    default:
      return false;
  }
}

}  // namespace flowtap
