// IPv4 (RFC 791).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------+-------+---------------+-------------------------------+
// |version|  IHL  |type of service|         total length          |
// +-------+-------+---------------+-----+-------------------------+
// |        identification         |0|D|M|     fragment offset     |
// +---------------+---------------+-----+-------------------------+
// |      TTL      |   protocol    |        header checksum        |
// +---------------+---------------+-------------------------------+
// |                        source address                         |
// |                      destination address                      |
// |                           options …                           |
// +---------------------------------------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ip_header.h"

namespace flowtap {

/// A total length of zero stands for segments the network card was to cut (TSO): the frame's length counts then.
/// A total length beyond the frame is believed. Options the capture cut off leave nothing at the cursor.
[[gnu::always_inline]] inline Ignored readIpv4(Cursor& cursor, IpHeader& ip) {
  if (!cursor.has(20)) return Ignored::truncatedIp;
  const uint8_t* const header = cursor.data;
  const uint32_t headerOctets = (header[0] & 0x0f) * 4U;
  if (header[0] >> 4 != 4 || headerOctets < 20) return Ignored::malformedIp;
  uint32_t totalLength = load16(header + 2);
  if (totalLength == 0) [[unlikely]]
    totalLength = cursor.wire;
  if (totalLength < headerOctets) return Ignored::malformedIp;
  const uint16_t fragmentation = load16(header + 6);

  ip.classOfService = header[1];
  ip.octets = totalLength;
  ip.identification = load16(header + 4);
  ip.flags = 0;
  if ((fragmentation & 0x1fff) != 0) {
    ip.flags = packetFlag::fragment | packetFlag::laterFragment;
  } else if ((fragmentation & 0x2000) != 0) {
    ip.flags = packetFlag::fragment;
  }
  ip.ttl = header[8];
  ip.protocol = header[9];
  ip.source = header + 12;
  ip.destination = header + 16;
  cursor.limit(totalLength);
  cursor.skip(std::min(headerOctets, cursor.remaining));
  cursor.wire = totalLength - headerOctets;
  return Ignored::none;
}

}  // namespace flowtap
