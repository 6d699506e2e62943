// GTP-U (3GPP TS 29.281 section 5.1).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-----+-+-+-+-+-+---------------+-------------------------------+
// |Ver=1|T|0|E|S|N| message type  |            length             |
// +-----+-+-+-+-+-+---------------+-------------------------------+
// |            tunnel endpoint identifier (TEID)                  |
// +-------------------------------+---------------+---------------+
// |   sequence number (any of ESN)|  N-PDU number |next extension |
// +---------------+---------------+---------------+---------------+
// |  length / 4   |         extension header content …   | next … |   while the next extension is not 0
// +---------------+--------------------------------------+--------+
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/link_headers.h"

namespace flowtap {

/// Extension headers that are followed.
inline constexpr int gtpuExtensionLimit = 16;

/// Opens user data (message type 255, G-PDU) that is IP.
inline bool openGtpu(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(8)) return false;
  const uint8_t flags = cursor.data[0];
  const uint8_t messageType = cursor.data[1];
  if ((flags & 0xf0) != 0x30 || messageType != 255) return false;
  tunnel.kind = Tunnel::gtpu;
  tunnel.id = load32(cursor.data + 4);
  cursor.skip(8);
  if ((flags & 0x07) != 0) {
    if (!cursor.has(4)) return false;
    const bool hasExtension = (flags & 0x04) != 0;
    uint8_t nextExtension = hasExtension ? cursor.data[3] : 0;
    cursor.skip(4);
    for (int count = 0; nextExtension != 0; ++count) {
      if (count == gtpuExtensionLimit || !cursor.has(4)) return false;
      const uint32_t octets = cursor.data[0] * 4U;
      if (octets == 0 || !cursor.has(octets)) return false;
      nextExtension = cursor.data[octets - 1];
      cursor.skip(octets);
    }
  }
  return nameIpVersion(cursor, link);
}

}  // namespace flowtap
