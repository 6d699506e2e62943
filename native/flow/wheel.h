// Lazy timing wheel: which flows may have timed out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "flow/memory.h"

namespace flowtap {

/// Buckets of entry numbers, one bucket per tick of 2^18 microseconds (262 ms). A packet never touches the wheel: when
/// an entry's bucket comes up the table looks whether it is still due and schedules it again if not. References to
/// entries that ended early stay behind and are recognised by FlowEntry::dueTick; the table sweeps them out when they
/// outnumber the live ones, so memory stays in proportion to live flows.
class TimingWheel {
 public:
  static constexpr int tickShift = 18;
  static constexpr int64_t buckets = 8192;  // 35 minutes: longer waits are scheduled in steps

  static constexpr int64_t tickOf(int64_t time) { return time >> tickShift; }

  /// @param maxReferences the most references that will ever be filed at once
  explicit TimingWheel(size_t maxReferences) : chunks_(maxReferences / Chunk::capacity + 3 * buckets) {}

  bool ok() const { return chunks_.ok(); }

  /// Sets the first tick that has not been processed. Only while the wheel is empty.
  void start(int64_t tick) { cursor_ = tick; }
  /// The first tick whose bucket has not been emptied.
  int64_t cursor() const { return cursor_; }
  void advanceCursor() { ++cursor_; }
  /// The first tick from the cursor on whose bucket holds a reference. Only while there is one.
  int64_t oldest() {
    oldest_ = std::max(oldest_, cursor_);
    while (buckets_[oldest_ & (buckets - 1)].head == 0) ++oldest_;
    return oldest_;
  }
  uint64_t references() const { return references_; }

  /// The tick under which an entry that is due at `tick` has to be filed now.
  int64_t place(int64_t tick) const {
    if (tick < cursor_) return cursor_;
    return tick - cursor_ >= buckets ? cursor_ + buckets - 1 : tick;
  }

  /// Files an entry under a tick that `place` gave.
  void add(int64_t tick, uint32_t entry) {
    Bucket& bucket = buckets_[tick & (buckets - 1)];
    if (bucket.tail == 0 || chunks_[bucket.tail].used == Chunk::capacity) {
      const uint32_t chunk = newChunk();
      if (bucket.tail == 0) {
        bucket.head = chunk;
      } else {
        chunks_[bucket.tail].next = chunk;
      }
      bucket.tail = chunk;
    }
    Chunk& chunk = chunks_[bucket.tail];
    chunk.entries[chunk.used++] = entry;
    ++references_;
    oldest_ = std::min(oldest_, tick);
  }

  /// Takes the oldest reference out of a tick's bucket; 0 when the bucket is empty.
  uint32_t take(int64_t tick) {
    Bucket& bucket = buckets_[tick & (buckets - 1)];
    if (bucket.head == 0) return 0;
    Chunk& chunk = chunks_[bucket.head];
    const uint32_t entry = chunk.entries[chunk.taken++];
    --references_;
    if (chunk.taken == chunk.used) {
      const uint32_t emptied = bucket.head;
      bucket.head = chunk.next;
      if (bucket.head == 0) bucket.tail = 0;
      chunk.used = 0;
      chunk.taken = 0;
      chunk.next = freeChunk_;
      freeChunk_ = emptied;
    }
    return entry;
  }

  /// The reference that `take` would return next, to prefetch it; 0 when the bucket is empty.
  uint32_t peek(int64_t tick) const {
    const Bucket& bucket = buckets_[tick & (buckets - 1)];
    return bucket.head == 0 ? 0 : chunks_[bucket.head].entries[chunks_[bucket.head].taken];
  }

  /// Keeps only the references for which `keep(tick, entry)` holds.
  template <typename Keep>
  void sweep(Keep keep) {
    std::vector<uint32_t> kept;
    for (int64_t tick = cursor_; tick < cursor_ + buckets; ++tick) {
      if (buckets_[tick & (buckets - 1)].head == 0) continue;
      kept.clear();
      while (const uint32_t entry = take(tick))
        if (keep(tick, entry)) kept.push_back(entry);
      for (const uint32_t entry : kept) add(tick, entry);
    }
  }

 private:
  struct Chunk {
    static constexpr uint32_t capacity = 60;
    uint32_t next;
    uint16_t used;
    uint16_t taken;
    uint32_t entries[capacity];
  };
  struct Bucket {
    uint32_t head;
    uint32_t tail;
  };

  uint32_t newChunk() {
    if (freeChunk_ == 0) return ++lastChunk_;
    const uint32_t chunk = freeChunk_;
    freeChunk_ = chunks_[chunk].next;
    chunks_[chunk].next = 0;
    return chunk;
  }

  Bucket buckets_[buckets] = {};
  LazyArray<Chunk> chunks_;  // chunk 0 means none
  uint32_t lastChunk_ = 0;
  uint32_t freeChunk_ = 0;
  int64_t cursor_ = 0;
  int64_t oldest_ = 0;  // no bucket between cursor_ and this one holds a reference
  uint64_t references_ = 0;
};

}  // namespace flowtap
