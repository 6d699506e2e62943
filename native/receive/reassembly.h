// Puts fragmented datagrams together again (RFC 791 section 3.2, RFC 8200 section 4.5), within fixed bounds.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "decode/fragments.h"

namespace flowtap {

/// One fragment: octets behind the IP headers, where they belong, and whether others follow.
struct FragmentPart {
  const uint8_t* data;
  uint32_t octets;
  uint32_t offset;  // a multiple of 8
  bool more;
};

class Reassembly {
 public:
  /// Datagrams that are being put together at once; the one that was begun first makes room.
  static constexpr size_t most = 64;
  /// Microseconds of capture time after which an incomplete datagram is given up.
  static constexpr int64_t lifetime = 30'000'000;

  struct Whole {
    const uint8_t* data = nullptr;  // valid until the next call; nullptr while parts are missing
    uint32_t octets = 0;
    uint32_t parts = 0;  // fragments that it was made of
  };

  Whole add(const FragmentKey& key, const FragmentPart& part, int64_t time);

  /// Fragments of datagrams that were given up, that overlap or contradict those before them, and that still wait.
  uint64_t incomplete() const { return givenUp_ + waiting_; }

 private:
  static constexpr size_t longest = 65536;

  struct Slot {
    bool used = false;
    FragmentKey key;
    int64_t begun = 0;
    uint32_t end = 0;  // octets of the datagram, once the last fragment is there
    uint32_t units = 0;
    uint32_t parts = 0;
    std::bitset<longest / 8> have;
    std::vector<uint8_t> data;
  };

  static bool contradicts(const Slot& slot, const FragmentPart& part);
  Slot& slotFor(const FragmentKey& key, int64_t time);
  void giveUp(Slot& slot);

  std::vector<Slot> slots_;
  std::vector<uint8_t> whole_;
  uint64_t givenUp_ = 0;
  uint64_t waiting_ = 0;
};

}  // namespace flowtap
