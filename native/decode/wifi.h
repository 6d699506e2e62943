// 802.11 data frames (IEEE 802.11 section 9.3.2).
//
//  0                   1
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
// +---+---+-------+-+-+-+-+-+-+-+-+
// |ver|typ|subtype|T|F|m|r|p|m|P|O|   frame control, least significant bit first: To DS, From DS, more fragments,
// +---+---+-------+-+-+-+-+-+-+-+-+   retry, power, more data, Protected, Order
// | duration (2) | address 1 (6) | address 2 (6) | address 3 (6) | sequence control (2) |
// | address 4 (6, with To and From DS) | QoS control (2, subtypes 8-15) | HT control (4, QoS with Order) | LLC …
#pragma once

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"
#include "decode/llc.h"

namespace flowtap {

/// Whether the driver padded the header to a multiple of four octets (radiotap Flags bit 0x20).
enum class WifiPadding : uint8_t { none, toFour };

/// Of an aggregated frame (A-MSDU) the first subframe is read. Later fragments of an MSDU hold no header.
inline Ignored readWifi(Cursor& cursor, LinkHeaders& link, WifiPadding padding) {
  if (!cursor.has(2)) return Ignored::truncatedLink;
  const uint8_t version = cursor.data[0] & 0x03;
  const uint8_t type = (cursor.data[0] >> 2) & 0x03;
  const uint8_t subtype = cursor.data[0] >> 4;
  const bool toDistribution = (cursor.data[1] & 0x01) != 0;
  const bool fromDistribution = (cursor.data[1] & 0x02) != 0;
  const bool isProtected = (cursor.data[1] & 0x40) != 0;
  const bool order = (cursor.data[1] & 0x80) != 0;
  if (version != 0) return Ignored::malformedLink;
  if (type != 2) {
    link.etherType = type == 0 ? nonIpType::wifiManagement : nonIpType::wifiControl;
    return Ignored::nonIp;
  }
  if ((subtype & 0x4) != 0) {
    link.etherType = nonIpType::wifiWithoutData;
    return Ignored::nonIp;
  }
  if (isProtected) {
    link.etherType = nonIpType::wifiEncrypted;
    return Ignored::nonIp;
  }

  const bool qualityOfService = (subtype & 0x8) != 0;
  uint32_t headerOctets = 24;
  if (toDistribution && fromDistribution) headerOctets += 6;
  const uint32_t qosAt = headerOctets;
  if (qualityOfService) headerOctets += order ? 6 : 2;
  if (padding == WifiPadding::toFour) headerOctets = (headerOctets + 3) & ~3U;
  if (!cursor.has(headerOctets)) return Ignored::truncatedLink;
  const uint16_t fragmentNumber = cursor.data[22] & 0x0f;
  if (fragmentNumber != 0) {
    link.etherType = nonIpType::wifiWithoutData;
    return Ignored::nonIp;
  }
  const uint8_t* const address1 = cursor.data + 4;
  const uint8_t* const address2 = cursor.data + 10;
  const uint8_t* const address3 = cursor.data + 16;
  const uint8_t* const address4 = cursor.data + 24;
  link.destinationMac = toDistribution ? address3 : address1;
  link.sourceMac = !fromDistribution ? address2 : toDistribution ? address4 : address3;
  const bool aggregated = qualityOfService && (cursor.data[qosAt] & 0x80) != 0;
  cursor.skip(headerOctets);

  if (aggregated) {  // section 9.3.2.2: destination, source, length
    if (!cursor.has(14)) return Ignored::truncatedLink;
    link.destinationMac = cursor.data;
    link.sourceMac = cursor.data + 6;
    cursor.skip(14);
  }
  return readLlc(cursor, link);
}

}  // namespace flowtap
