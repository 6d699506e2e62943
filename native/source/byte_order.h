// Integers of capture files, which are written in the byte order of the host that captured.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace flowtap {

enum class ByteOrder : uint8_t { little, big };

/// The 16-bit unsigned integer at `at`, which need not be aligned.
inline uint16_t load16(const uint8_t* at, ByteOrder order) {
  return static_cast<uint16_t>(order == ByteOrder::little ? at[0] | at[1] << 8 : at[0] << 8 | at[1]);
}

/// The 32-bit unsigned integer at `at`, which need not be aligned.
inline uint32_t load32(const uint8_t* at, ByteOrder order) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  const ByteOrder host = std::endian::native == std::endian::little ? ByteOrder::little : ByteOrder::big;
  return order == host ? value : __builtin_bswap32(value);
}

/// The 64-bit unsigned integer at `at`, which need not be aligned.
inline uint64_t load64(const uint8_t* at, ByteOrder order) {
  const uint64_t first = load32(at, order);
  const uint64_t second = load32(at + 4, order);
  return order == ByteOrder::little ? second << 32 | first : first << 32 | second;
}

}  // namespace flowtap
