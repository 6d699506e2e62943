// Ports of later fragments: a bounded table of the first fragments seen (RFC 791 section 3.2, RFC 8200 section 4.5).
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace flowtap {

/// What tells fragments of one datagram from those of another. Hashed and compared as octets: no padding.
struct FragmentKey {
  uint8_t sourceAddress[16];
  uint8_t destinationAddress[16];
  uint32_t identification;
  uint32_t tunnelId;
  uint16_t vlanId;
  uint8_t protocol;  // 0 for IPv6, whose fragments may name different next headers
  uint8_t version;   // 4 or 6
};
static_assert(sizeof(FragmentKey) == 44);

/// What only the first fragment says.
struct FragmentPorts {
  uint16_t source;
  uint16_t destination;
  uint8_t protocol;
};

/// Set-associative: a datagram may stand in one of four neighbouring entries and displaces the oldest of them. The
/// ceiling is fixed; memory is taken at the first fragment and touched entry by entry.
class FragmentTable {
 public:
  /// Octets per entry.
  static constexpr size_t entryOctets = 64;
  /// How long an entry serves, in microseconds of packet time.
  static constexpr int64_t lifetime = 30'000'000;

  /// `entries` is rounded up to a power of two, at least 4 and at most 2^24; 0 keeps nothing.
  FragmentTable(uint32_t entries, uint64_t seed);

  /// Stores the ports of a first fragment at `time`, microseconds since the epoch.
  void remember(const FragmentKey& key, const FragmentPorts& ports, int64_t time);

  /// The ports remembered for a later fragment, or nullptr.
  const FragmentPorts* find(const FragmentKey& key, int64_t time);

 private:
  struct Entry;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  Entry* setOf(const FragmentKey& key);

  std::unique_ptr<Entry[], Free> table;
  uint32_t capacity;
  uint64_t seed;
};

}  // namespace flowtap
