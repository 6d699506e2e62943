// The first header of a frame, by the capture's link type (https://www.tcpdump.org/linktypes.html).
#pragma once

#include "decode/cooked.h"
#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/hdlc.h"
#include "decode/link_headers.h"
#include "decode/loopback.h"
#include "decode/ppp.h"
#include "decode/radiotap.h"
#include "decode/wifi.h"

namespace flowtap {

namespace linkType {
inline constexpr uint16_t null = 0;
inline constexpr uint16_t ethernet = 1;
inline constexpr uint16_t ppp = 9;
inline constexpr uint16_t rawBsd = 12;      // DLT_RAW of most systems, seen in files that kept it
inline constexpr uint16_t rawOpenBsd = 14;  // DLT_RAW of OpenBSD
inline constexpr uint16_t pppSerial = 50;
inline constexpr uint16_t pppEther = 51;
inline constexpr uint16_t raw = 101;
inline constexpr uint16_t ciscoHdlc = 104;
inline constexpr uint16_t wifi = 105;
inline constexpr uint16_t loop = 108;
inline constexpr uint16_t cooked = 113;
inline constexpr uint16_t radiotap = 127;
inline constexpr uint16_t perPacketInformation = 192;
inline constexpr uint16_t ipv4 = 228;
inline constexpr uint16_t ipv6 = 229;
inline constexpr uint16_t cooked2 = 276;
}  // namespace linkType

/// IP without a link layer: the version is all there is to tell.
inline Ignored readRaw(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(1)) return Ignored::truncatedIp;
  const uint8_t version = cursor.data[0] >> 4;
  if (version != 4 && version != 6) return Ignored::malformedIp;
  link.etherType = version == 4 ? etherType::ipv4 : etherType::ipv6;
  return Ignored::none;
}

/// Reads every link type but Per-Packet Information.
inline Ignored readPlainLinkType(uint32_t type, Cursor& cursor, LinkHeaders& link) {
  switch (type) {
    case linkType::ethernet:
      return readEthernet(cursor, link);
    case linkType::null:
    case linkType::loop:
      return readLoopback(cursor, link);
    case linkType::raw:
    case linkType::rawBsd:
    case linkType::rawOpenBsd:
      return readRaw(cursor, link);
    case linkType::ipv4:
      link.etherType = etherType::ipv4;
      return Ignored::none;
    case linkType::ipv6:
      link.etherType = etherType::ipv6;
      return Ignored::none;
    case linkType::ppp:
    case linkType::pppSerial:
      return readSerial(cursor, link);
    case linkType::pppEther:
      return readPppoe(cursor, link);
    case linkType::ciscoHdlc:
      return readCiscoHdlc(cursor, link);
    case linkType::cooked:
      return readCooked(cursor, link);
    case linkType::cooked2:
      return readCooked2(cursor, link);
    case linkType::wifi:
      return readWifi(cursor, link, WifiPadding::none);
    case linkType::radiotap:
      return readRadiotap(cursor, link);
    default:
      return Ignored::unknownLinkType;
  }
}

/// Per-Packet Information (CACE PPI specification 1.0.1): little-endian, another link type behind it.
///
/// +---------+-------+--------+-----------+- - - - -
/// | version | flags | length | link type | fields …    1, 1, 2 and 4 octets
/// +---------+-------+--------+-----------+- - - - -
inline Ignored readPerPacketInformation(Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(8)) return Ignored::truncatedLink;
  const uint8_t version = cursor.data[0];
  const uint16_t length = loadLittle16(cursor.data + 2);
  const uint32_t type = loadLittle32(cursor.data + 4);
  if (version != 0 || length < 8) return Ignored::malformedLink;
  if (!cursor.has(length)) return Ignored::truncatedLink;
  cursor.skip(length);
  return readPlainLinkType(type, cursor, link);
}

inline Ignored readLinkType(uint16_t type, Cursor& cursor, LinkHeaders& link) {
  if (type == linkType::perPacketInformation) return readPerPacketInformation(cursor, link);
  return readPlainLinkType(type, cursor, link);
}

/// Whether there is a decoder for a link type at all: a frame without octets is then truncated, not unknown.
inline bool isDecodedLinkType(uint16_t type) {
  if (type == linkType::perPacketInformation) return true;
  const uint8_t nothing[1] = {};
  Cursor cursor{nothing, 0, 0};
  LinkHeaders link{};
  return readPlainLinkType(type, cursor, link) != Ignored::unknownLinkType;
}

}  // namespace flowtap
