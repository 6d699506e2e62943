// Geneve (RFC 8926 section 3.4).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +---+-----------+-+-+-----------+-------------------------------+
// |Ver|options /4 |O|C|   rsvd.   |         protocol type         |
// +---+-----------+-+-+-----------+---------------+---------------+
// |        virtual network identifier (VNI)       |   reserved    |
// |                           options …                           |
// +---------------------------------------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/link_headers.h"

namespace flowtap {

inline bool openGeneve(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(8)) return false;
  const uint8_t version = cursor.data[0] >> 6;
  const uint32_t headerOctets = 8U + (cursor.data[0] & 0x3f) * 4U;
  const bool isControl = (cursor.data[1] & 0x80) != 0;
  if (version != 0 || isControl || !cursor.has(headerOctets)) return false;
  tunnel.kind = Tunnel::geneve;
  link.etherType = load16(cursor.data + 2);
  tunnel.id = load24(cursor.data + 4);
  cursor.skip(headerOctets);
  return link.etherType >= etherType::first;
}

}  // namespace flowtap
