// Hash index of the flow table: {hash, entry} slots with linear probing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "flow/memory.h"

namespace flowtap {

/// Finds entries by hash. Deletion shifts the rest of the cluster back, so there are no tombstones and look-ups never
/// slow down with age. Entry numbers start at 1; 0 marks an empty slot.
class FlowIndex {
 public:
  struct Slot {
    uint32_t hash;
    uint32_t entry;
  };

  explicit FlowIndex(uint32_t maxEntries) : slots_(smallest), mask_(smallest - 1), maxEntries_(maxEntries) {}

  bool ok() const { return slots_.ok(); }
  void prefetch(uint32_t hash) const { __builtin_prefetch(&slots_[hash & mask_]); }

  /// The entry of the first slot whose hash agrees, or 0: a guess for prefetching, to be verified by `find`.
  uint32_t candidate(uint32_t hash) const {
    for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.entry == 0 || slot.hash == hash) return slot.entry;
    }
  }

  /// The entry for which `same(entry)` holds, or 0.
  template <typename Same>
  uint32_t find(uint32_t hash, Same same) const {
    for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.entry == 0) return 0;
      if (slot.hash == hash && same(slot.entry)) return slot.entry;
    }
  }

  /// Adds an entry that is not in the index. False when there is no memory to grow.
  bool insert(uint32_t hash, uint32_t entry) {
    if ((used_ + 1) * 2 > mask_ + 1 && !grow()) return false;
    place(hash, entry);
    ++used_;
    return true;
  }

  /// Removes an entry that is in the index.
  void erase(uint32_t hash, uint32_t entry) {
    size_t hole = hash & mask_;
    while (slots_[hole].entry != entry) hole = (hole + 1) & mask_;
    for (size_t at = (hole + 1) & mask_; slots_[at].entry != 0; at = (at + 1) & mask_) {
      // A slot may move into the hole unless its home lies behind the hole.
      const size_t home = slots_[at].hash & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = Slot{0, 0};
    --used_;
  }

  size_t used() const { return used_; }
  size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  // Starts in the second-level cache and doubles at half full: probes stay near 1.5 slots, and a table of few flows
  // stays small enough to be found in cache.
  static constexpr size_t smallest = 4096;

  void place(uint32_t hash, uint32_t entry) {
    size_t at = hash & mask_;
    while (slots_[at].entry != 0) at = (at + 1) & mask_;
    slots_[at] = Slot{hash, entry};
  }

  bool grow() {
    // Past the ceiling the table is as large as it will ever need: let it fill to more than half instead.
    if (slots_.size() >= static_cast<size_t>(maxEntries_) * 2) return used_ + 1 < slots_.size();
    LazyArray<Slot> bigger(slots_.size() * 2);
    if (!bigger.ok()) return used_ + 1 < slots_.size();
    slots_.swap(bigger);
    mask_ = slots_.size() - 1;
    for (size_t at = 0; at < bigger.size(); ++at)
      if (bigger[at].entry != 0) place(bigger[at].hash, bigger[at].entry);
    return true;
  }

  LazyArray<Slot> slots_;
  size_t mask_;
  size_t used_ = 0;
  uint32_t maxEntries_;
};

}  // namespace flowtap
