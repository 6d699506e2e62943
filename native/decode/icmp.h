// ICMP (RFC 792, 950, 8335) and ICMPv6 (RFC 4443, 4620, 8335).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +---------------+---------------+-------------------------------+
// |     type      |     code      |           checksum            |
// +---------------+---------------+-------------------------------+
// |          identifier           |        sequence number        |   queries and replies
// +-------------------------------+-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/ip_header.h"

namespace flowtap {

/// What stands in the port fields of an ICMP packet.
struct IcmpKey {
  uint16_t sourcePort;
  uint16_t destinationPort;
  uint16_t identifier;  // 0 where the type has none
};

namespace icmp {

enum class Role : uint8_t { other, query, reply };

struct Kind {
  Role role;
  uint8_t queryType;     // the query's type, for both directions
  uint8_t identifierAt;  // octet of the identifier
};

/// Router solicitation and advertisement are multicast on one side, neighbour and listener discovery too: no pairs.
inline Kind kindOf(uint8_t protocol, uint8_t type) {
  if (protocol == ipProtocol::icmp) {
    switch (type) {
      case 8:
        return {Role::query, 8, 4};  // echo
      case 0:
        return {Role::reply, 8, 4};
      case 13:
        return {Role::query, 13, 4};  // timestamp
      case 14:
        return {Role::reply, 13, 4};
      case 15:
        return {Role::query, 15, 4};  // information
      case 16:
        return {Role::reply, 15, 4};
      case 17:
        return {Role::query, 17, 4};  // address mask
      case 18:
        return {Role::reply, 17, 4};
      case 42:
        return {Role::query, 42, 4};  // extended echo
      case 43:
        return {Role::reply, 42, 4};
      default:
        return {Role::other, type, 0};
    }
  }
  switch (type) {
    case 128:
      return {Role::query, 128, 4};  // echo
    case 129:
      return {Role::reply, 128, 4};
    case 139:
      return {Role::query, 139, 8};  // node information: the nonce, RFC 4620 section 4
    case 140:
      return {Role::reply, 139, 8};
    case 160:
      return {Role::query, 160, 4};  // extended echo
    case 161:
      return {Role::reply, 160, 4};
    default:
      return {Role::other, type, 0};
  }
}

}  // namespace icmp

/// The flow key of an ICMP (`protocol` 1) or ICMPv6 (58) message whose first two octets are captured.
///
/// Query and reply pair by identifier (for node information: by the first 16 bits of the nonce). A query has
/// sourcePort = identifier, destinationPort = query type << 8; the reply has the same two swapped, so that it is the
/// exact reverse direction of the query's flow. All other messages are flows of their own with sourcePort 0,
/// destinationPort = type << 8 | code. An identifier the capture cut off is 0.
inline IcmpKey icmpKey(uint8_t protocol, Cursor message) {
  const uint8_t type = message.data[0];
  const uint8_t code = message.data[1];
  const icmp::Kind kind = icmp::kindOf(protocol, type);
  if (kind.role == icmp::Role::other) return {0, static_cast<uint16_t>(type << 8 | code), 0};
  uint16_t identifier = 0;
  if (message.has(kind.identifierAt + 2U)) identifier = load16(message.data + kind.identifierAt);
  const auto typePort = static_cast<uint16_t>(kind.queryType << 8);
  if (kind.role == icmp::Role::query) return {identifier, typePort, identifier};
  return {typePort, identifier, identifier};
}

/// Octets before the message body that count as header.
inline constexpr uint32_t icmpHeaderOctets = 8;

inline void readIcmp(Cursor cursor, uint8_t protocol, Packet& packet) {
  if (!cursor.has(2)) return;
  const IcmpKey key = icmpKey(protocol, cursor);
  packet.sourcePort = key.sourcePort;
  packet.destinationPort = key.destinationPort;
  packet.tcpSequence = static_cast<uint32_t>(key.identifier) << 16 | load16(cursor.data);
  packet.flags |= packetFlag::icmp;
}

}  // namespace flowtap
