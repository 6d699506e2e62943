// How many frames of each EtherType were not IP.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace flowtap {

/// Counts by EtherType, or nonIpType where there is none. Bounded: the first `capacity` types are told apart.
class NonIpCounts {
 public:
  static constexpr size_t capacity = 64;

  void add(uint16_t type) {
    for (size_t slot = 0; slot < used; ++slot) {
      if (types[slot] == type) {
        ++frames[slot];
        return;
      }
    }
    if (used == capacity) {
      ++others;
      return;
    }
    types[used] = type;
    frames[used] = 1;
    ++used;
  }

  /// Calls `visit(uint16_t type, uint64_t frames)` in ascending order of type. Type 0 is the LLC null service access
  /// point together with all types beyond `capacity`.
  template <typename Visit>
  void each(Visit visit) const {
    std::array<uint8_t, capacity> order{};
    for (size_t slot = 0; slot < used; ++slot) order[slot] = static_cast<uint8_t>(slot);
    std::sort(order.begin(), order.begin() + used, [this](uint8_t a, uint8_t b) { return types[a] < types[b]; });
    const bool nullFirst = used != 0 && types[order[0]] == 0;
    if (others != 0 && !nullFirst) visit(uint16_t{0}, others);
    for (size_t at = 0; at < used; ++at) {
      const size_t slot = order[at];
      visit(types[slot], frames[slot] + (types[slot] == 0 ? others : 0));
    }
  }

 private:
  std::array<uint16_t, capacity> types{};
  std::array<uint64_t, capacity> frames{};
  size_t used = 0;
  uint64_t others = 0;
};

}  // namespace flowtap
