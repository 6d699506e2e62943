// Hand-made frames: octets from hexadecimal text, headers around payloads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace frame {

using Octets = std::basic_string<uint8_t>;

/// "45 00" -> two octets; white space is for the reader.
inline Octets hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  Octets octets;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n') continue;
    if (high < 0) {
      high = digit(c);
    } else {
      octets.push_back(static_cast<uint8_t>(high << 4 | digit(c)));
      high = -1;
    }
  }
  return octets;
}

inline Octets be16(uint32_t value) {
  return {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
}
inline Octets be32(uint32_t value) {
  return be16(value >> 16) + be16(value);
}
inline Octets fill(size_t octets, uint8_t value = 0) {
  return Octets(octets, value);
}

inline Octets tcp(uint16_t source, uint16_t destination, uint8_t flags, const Octets& options = {},
                  const Octets& payload = {}) {
  const auto offset = static_cast<uint8_t>((20 + options.size()) / 4 << 4);
  return be16(source) + be16(destination) + be32(0x01020304) + be32(0x0a0b0c0d) + Octets{offset, flags} +
         hex("7210 0000 0000") + options + payload;
}

inline Octets udp(uint16_t source, uint16_t destination, const Octets& payload = {}) {
  return be16(source) + be16(destination) + be16(static_cast<uint32_t>(8 + payload.size())) + be16(0) + payload;
}

/// 192.0.2.1 -> 198.51.100.2, TTL 64, TOS 0xb8.
struct Ipv4 {
  uint32_t totalLength = UINT32_MAX;  // by the payload
  uint16_t identification = 0x1234;
  uint16_t fragmentation = 0;  // flags and offset / 8
  Octets options = {};
};

inline Octets ipv4(uint8_t protocol, const Octets& payload, const Ipv4& with = {}) {
  const size_t header = 20 + with.options.size();
  const uint32_t length =
      with.totalLength != UINT32_MAX ? with.totalLength : static_cast<uint32_t>(header + payload.size());
  return Octets{static_cast<uint8_t>(0x40 | header / 4), 0xb8} + be16(length) + be16(with.identification) +
         be16(with.fragmentation) + Octets{64, protocol} + be16(0) + hex("c0000201 c6336402") + with.options + payload;
}

/// 2001:db8::1 -> 2001:db8::2, hop limit 63, traffic class 0x28.
inline Octets ipv6(uint8_t nextHeader, const Octets& payload, uint32_t payloadLength = UINT32_MAX) {
  const uint32_t length = payloadLength != UINT32_MAX ? payloadLength : static_cast<uint32_t>(payload.size());
  return hex("62800000") + be16(length) + Octets{nextHeader, 63} + hex("20010db8 00000000 00000000 00000001") +
         hex("20010db8 00000000 00000000 00000002") + payload;
}

/// 02:00:00:00:00:01 -> 02:00:00:00:00:02.
inline Octets ethernet(uint16_t type, const Octets& payload) {
  return hex("020000000002 020000000001") + be16(type) + payload;
}

/// The end of inner frames' addresses differs, so that a test sees whose MAC it got.
inline Octets innerEthernet(uint16_t type, const Octets& payload) {
  return hex("0200000000bb 0200000000aa") + be16(type) + payload;
}

inline Octets vlan(uint16_t vlanId, uint16_t type, const Octets& payload) {
  return be16(vlanId | 0xe000U) + be16(type) + payload;
}

inline Octets mpls(uint32_t label, bool bottom, const Octets& payload) {
  return be32(label << 12 | 5U << 9 | (bottom ? 0x100U : 0U) | 253U) + payload;
}

}  // namespace frame
