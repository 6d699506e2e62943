// TCP (RFC 9293 section 3.1).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------------------------------+-------------------------------+
// |          source port          |       destination port        |
// +-------------------------------+-------------------------------+
// |                        sequence number                        |
// +---------------------------------------------------------------+
// |                     acknowledgment number                     |
// +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
// | offset|  rsv  |C|E|U|A|P|R|S|F|            window             |
// +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
// |           checksum            |        urgent pointer         |
// +-------------------------------+-------------------------------+
// |                           options …                           |
// +---------------------------------------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/packet.h"
#include "decode/ports.h"

namespace flowtap {

inline constexpr uint32_t tcpHeaderOctets = 20;

inline void readTcp(const Cursor& cursor, Packet& packet) {
  if (!cursor.has(tcpHeaderOctets)) [[unlikely]] {
    readPorts(cursor, packet);
    return;
  }
  packet.sourcePort = load16(cursor.data);
  packet.destinationPort = load16(cursor.data + 2);
  packet.tcpSequence = load32(cursor.data + 4);
  packet.tcpFlags = cursor.data[13];
  packet.flags |= packetFlag::tcpHeader;
}

/// Notes one option. `octets` is its length with kind and length octet, and as many are captured at `option`.
inline void readTcpOption(const uint8_t* option, uint32_t octets, Packet& packet) {
  switch (option[0]) {
    case 2:  // RFC 9293
      if (octets != 4) break;
      packet.tcpOptions |= tcpOption::maximumSegmentSize;
      packet.tcpMaximumSegmentSize = load16(option + 2);
      return;
    case 3:  // RFC 7323
      if (octets != 3) break;
      packet.tcpOptions |= tcpOption::windowScale;
      packet.tcpWindowScale = option[2];
      return;
    case 4:  // RFC 2018
      packet.tcpOptions |= tcpOption::sackPermitted;
      return;
    case 5:
      packet.tcpOptions |= tcpOption::sack;
      return;
    case 8:  // RFC 7323
      packet.tcpOptions |= tcpOption::timestamps;
      return;
    case 30:  // RFC 8684: subtype in the upper four bits
      if (octets < 3 || option[2] >> 4 != 0) break;
      packet.tcpOptions |= tcpOption::mptcpCapable;
      return;
    case 34:  // RFC 7413
      packet.tcpOptions |= tcpOption::fastOpen;
      return;
    default:
      break;
  }
  packet.tcpOptions |= tcpOption::other;
}

/// Fills the TCP fields of line 1, which the caller has zeroed. Does nothing unless the fixed header was captured.
inline void readTcpDetail(Cursor cursor, Packet& packet) {
  if (!cursor.has(tcpHeaderOctets)) return;
  const uint8_t* const header = cursor.data;
  const uint32_t headerOctets = (header[12] >> 4) * 4U;
  packet.tcpAcknowledgement = load32(header + 8);
  packet.tcpWindow = load16(header + 14);
  packet.tcpUrgent = (header[13] & 0x20) != 0 && load16(header + 18) != 0 ? 1 : 0;
  if (headerOctets < tcpHeaderOctets || headerOctets > cursor.wire) return;
  packet.payloadOctets = cursor.wire - headerOctets;

  const uint32_t end = std::min(headerOctets, cursor.remaining);
  for (uint32_t at = tcpHeaderOctets; at < end;) {
    const uint8_t kind = header[at];
    if (kind == 0) break;  // end of option list
    if (kind == 1) {       // no operation
      ++at;
      continue;
    }
    if (at + 2 > end) break;
    const uint8_t octets = header[at + 1];
    if (octets < 2 || at + octets > end) break;
    readTcpOption(header + at, octets, packet);
    at += octets;
  }
}

}  // namespace flowtap
