// Hands datagrams from a receiving thread to JavaScript through one fixed piece of memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace flowtap {

/// What stands before each datagram; src/receive/datagrams.ts reads it. Host byte order, `octets` of data follow, and
/// the next head at the next multiple of 8.
struct DatagramHead {
  uint32_t size;              // of head and data, a multiple of 8
  uint32_t octets;            // of data; `skipped` where the ring begins again
  double time;                // of arrival, microseconds since 1970
  uint8_t sourceAddress[16];  // IPv4 as ::ffff:a.b.c.d
  uint16_t sourcePort;
  uint16_t destinationPort;
  uint32_t reserved;

  static constexpr uint32_t skipped = UINT32_MAX;
};
static_assert(sizeof(DatagramHead) == 40);

/// Octets that a datagram takes with its head.
constexpr size_t datagramSize(size_t octets) {
  return (sizeof(DatagramHead) + octets + 7) & ~size_t{7};
}

/// Single-producer, single-consumer ring of octets over memory that the consumer owns. A datagram lies in one piece.
class DatagramRing {
 public:
  /// Data of the longest UDP datagram there is, jumbograms aside.
  static constexpr size_t longest = 65535;

  /// `capacity` is a multiple of 8 and has room for two of the longest datagrams.
  DatagramRing(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}

  // ---- producer

  /// Datagrams that fit for certain, however long they are.
  size_t space() {
    const uint64_t used = written_ - released_.load(std::memory_order_acquire);
    // A datagram that does not fit before the end of the memory leaves a gap there.
    const size_t free = capacity_ - static_cast<size_t>(used);
    const size_t each = datagramSize(longest);
    return free < each ? 0 : (free - each) / each;
  }

  /// Adds a datagram; only while `space()` is above zero. Sizes in `head` are filled in.
  void put(DatagramHead head, const uint8_t* data, size_t octets) {
    const size_t size = datagramSize(octets);
    size_t at = static_cast<size_t>(written_ % capacity_);
    if (capacity_ - at < size) {
      const uint32_t gap[2] = {static_cast<uint32_t>(capacity_ - at), DatagramHead::skipped};
      std::memcpy(memory_ + at, gap, sizeof gap);
      written_ += capacity_ - at;
      at = 0;
    }
    head.size = static_cast<uint32_t>(size);
    head.octets = static_cast<uint32_t>(octets);
    std::memcpy(memory_ + at, &head, sizeof head);
    if (octets > 0) std::memcpy(memory_ + at + sizeof head, data, octets);
    written_ += size;
  }

  /// Shows everything written to the consumer. False when there is nothing new.
  bool publish() {
    if (published_.load(std::memory_order_relaxed) == written_) return false;
    published_.store(written_, std::memory_order_release);
    return true;
  }

  /// Octets that the consumer has not given back.
  size_t used() const { return static_cast<size_t>(written_ - released_.load(std::memory_order_relaxed)); }

  // ---- consumer

  /// Octets that lie in one piece at the consumer's position: whole datagrams and gaps.
  size_t available() const {
    const uint64_t released = released_.load(std::memory_order_relaxed);
    const auto ready = static_cast<size_t>(published_.load(std::memory_order_acquire) - released);
    const size_t toEnd = capacity_ - static_cast<size_t>(released % capacity_);
    return ready < toEnd ? ready : toEnd;
  }

  /// Gives the first `octets` back to the producer.
  void release(size_t octets) { released_.fetch_add(octets, std::memory_order_release); }

 private:
  uint8_t* memory_;
  size_t capacity_;
  uint64_t written_ = 0;  // producer's own
  alignas(64) std::atomic<uint64_t> published_ = 0;
  alignas(64) std::atomic<uint64_t> released_ = 0;
};

}  // namespace flowtap
