// Where decoding stands in a frame: every header is read through this, length check first.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace flowtap {

/// The rest of a frame. `remaining` octets may be read at `data`; `wire` octets are there in truth, by the lengths of
/// the frame or of the IP header around them, whatever the capture kept.
struct Cursor {
  const uint8_t* data;
  uint32_t remaining;
  uint32_t wire;

  bool has(uint32_t octets) const { return remaining >= octets; }

  /// Moves past `octets`, of which the caller has checked that they are captured.
  void skip(uint32_t octets) {
    data += octets;
    remaining -= octets;
    wire -= std::min(wire, octets);
  }

  /// Ends the packet after `octets`: what follows is padding or a trailer.
  void limit(uint32_t octets) {
    wire = octets;
    remaining = std::min(remaining, octets);
  }
};

/// Unaligned loads from network byte order.
inline uint16_t load16(const uint8_t* from) {
  return static_cast<uint16_t>(from[0] << 8 | from[1]);
}

inline uint32_t load32(const uint8_t* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

inline uint32_t load24(const uint8_t* from) {
  return static_cast<uint32_t>(from[0]) << 16 | static_cast<uint32_t>(from[1]) << 8 | from[2];
}

}  // namespace flowtap
