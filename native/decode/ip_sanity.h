// Whether octets that nothing announces as IP could be an IP header.
#pragma once

#include "decode/cursor.h"

namespace flowtap {

/// Version, header length and total length agree with each other, as far as they were captured. A length of
/// zero, which an announced header may have, is no sign of IP.
inline bool looksLikeIpv4(const Cursor& cursor) {
  if (!cursor.has(1)) return false;
  const uint32_t headerOctets = (cursor.data[0] & 0x0f) * 4U;
  if (cursor.data[0] >> 4 != 4 || headerOctets < 20) return false;
  if (!cursor.has(4)) return true;
  const uint16_t totalLength = load16(cursor.data + 2);
  return totalLength >= headerOctets && totalLength <= cursor.wire;
}

inline bool looksLikeIpv6(const Cursor& cursor) {
  if (!cursor.has(1) || cursor.data[0] >> 4 != 6) return false;
  if (!cursor.has(6)) return true;
  const uint16_t payloadLength = load16(cursor.data + 4);
  return payloadLength != 0 && payloadLength + 40U <= cursor.wire;
}

}  // namespace flowtap
