// Hand-made packets between any two hosts, in both directions.
#pragma once

#include <cstdint>

#include "../decode/frame.h"

namespace frame {

/// An IPv4 packet between any two hosts.
inline Octets ipv4(uint32_t source, uint32_t destination, uint8_t protocol, const Octets& payload,
                   uint16_t fragmentation = 0) {
  Octets packet = frame::ipv4(protocol, payload, {.fragmentation = fragmentation});
  packet.replace(12, 8, be32(source) + be32(destination));
  return packet;
}

/// The same for IPv6: 2001:db8::SOURCE to 2001:db8::DESTINATION.
inline Octets ipv6(uint32_t source, uint32_t destination, uint8_t protocol, const Octets& payload) {
  Octets packet = frame::ipv6(protocol, payload);
  packet.replace(20, 4, be32(source));
  packet.replace(36, 4, be32(destination));
  return packet;
}

inline constexpr uint32_t client = 0x0a000001;
inline constexpr uint32_t server = 0xc0a80102;

/// One direction of a conversation, and the other.
struct Directions {
  Octets forward;
  Octets reverse;
};

inline Directions tcpConversation(uint16_t port = 40000) {
  return {ipv4(client, server, 6, tcp(port, 443, 0x18)), ipv4(server, client, 6, tcp(443, port, 0x10))};
}

}  // namespace frame
