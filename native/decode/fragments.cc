// Ports of later fragments: a bounded table of the first fragments seen.
#include "decode/fragments.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace flowtap {

namespace {

constexpr uint32_t ways = 4;
constexpr uint32_t maximumEntries = 1U << 24;

/// Mixes by folded 128-bit multiplication; with a secret seed nobody can aim fragments at one set.
uint64_t fold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t hashOf(const FragmentKey& key, uint64_t seed) {
  uint64_t words[6] = {};
  std::memcpy(words, &key, sizeof key);
  uint64_t hash = seed ^ 0x9e3779b97f4a7c15;
  for (uint64_t word : words) hash = fold(hash ^ word, 0xd6e8feb86659fd93) ^ seed;
  return fold(hash, 0xa0761d6478bd642f);
}

}  // namespace

struct FragmentTable::Entry {
  FragmentKey key;
  FragmentPorts ports;
  uint8_t used;
  int64_t time;

  /// Within the lifetime of the first fragment, whichever way the capture's clock jumps.
  bool isAlive(int64_t now) const {
    const uint64_t age = static_cast<uint64_t>(now) - static_cast<uint64_t>(time);
    const uint64_t distance = std::min(age, uint64_t{0} - age);
    return used != 0 && distance <= static_cast<uint64_t>(lifetime);
  }
};

FragmentTable::FragmentTable(uint32_t entries, uint64_t seedValue)
    : capacity(entries == 0 ? 0 : std::bit_ceil(std::clamp(entries, ways, maximumEntries))), seed(seedValue) {
  static_assert(sizeof(Entry) == entryOctets);
}

FragmentTable::Entry* FragmentTable::setOf(const FragmentKey& key) {
  if (table == nullptr) {
    table.reset(static_cast<Entry*>(std::calloc(capacity, sizeof(Entry))));
    if (table == nullptr) {
      capacity = 0;
      return nullptr;
    }
  }
  return &table[(hashOf(key, seed) & (capacity / ways - 1)) * ways];
}

void FragmentTable::remember(const FragmentKey& key, const FragmentPorts& ports, int64_t time) {
  if (capacity == 0) return;
  Entry* const set = setOf(key);
  if (set == nullptr) return;
  Entry* place = &set[0];
  for (Entry* entry = set; entry < set + ways; ++entry) {
    if (entry->used != 0 && std::memcmp(&entry->key, &key, sizeof key) == 0) {
      place = entry;
      break;
    }
    if (place->isAlive(time) && (!entry->isAlive(time) || entry->time < place->time)) place = entry;
  }
  *place = Entry{key, ports, 1, time};
}

const FragmentPorts* FragmentTable::find(const FragmentKey& key, int64_t time) {
  if (capacity == 0 || table == nullptr) return nullptr;
  Entry* const set = setOf(key);
  for (Entry* entry = set; entry < set + ways; ++entry) {
    if (entry->isAlive(time) && std::memcmp(&entry->key, &key, sizeof key) == 0) return &entry->ports;
  }
  return nullptr;
}

}  // namespace flowtap
