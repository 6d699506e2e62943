// Headers that capture drivers put before 802.11 frames: radiotap (https://www.radiotap.org).
//
// +---------+-----+--------+---------+- - - - - - - - - - -+- - - - -
// | version | pad | length | present | present, continued  | fields …    1, 1, 2 and 4 octets, little-endian
// +---------+-----+--------+---------+- - - - - - - - - - -+- - - - -
#pragma once

#include "decode/cursor.h"
#include "decode/link_headers.h"
#include "decode/wifi.h"

namespace flowtap {

inline uint16_t loadLittle16(const uint8_t* from) {
  return static_cast<uint16_t>(from[1] << 8 | from[0]);
}

inline uint32_t loadLittle32(const uint8_t* from) {
  return __builtin_bswap32(load32(from));
}

inline Ignored readRadiotap(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(8)) return Ignored::truncatedLink;
  const uint8_t version = cursor.data[0];
  const uint16_t length = loadLittle16(cursor.data + 2);
  const uint32_t present = loadLittle32(cursor.data + 4);
  if (version != 0 || length < 8) return Ignored::malformedLink;
  if (!cursor.has(length)) return Ignored::truncatedLink;

  WifiPadding padding = WifiPadding::none;
  if ((present & 0x2) != 0) {  // Flags, the second field, behind TSFT if that is there
    uint32_t at = 4;
    while (at + 4 <= length && (loadLittle32(cursor.data + at) & 0x80000000) != 0) at += 4;
    at += 4;
    if ((present & 0x1) != 0) at = ((at + 7) & ~7U) + 8;
    if (at >= length) return Ignored::malformedLink;
    if ((cursor.data[at] & 0x20) != 0) padding = WifiPadding::toFour;
  }
  cursor.skip(length);
  return readWifi(cursor, link, padding);
}

}  // namespace flowtap
