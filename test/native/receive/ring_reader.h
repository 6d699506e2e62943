// Reads a ring of datagrams as src/receive/datagrams.ts does.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "receive/datagram_ring.h"

namespace support {

struct ReadDatagram {
  flowtap::DatagramHead head;
  std::basic_string<uint8_t> data;
};

/// The memory of a ring, the ring, and the consumer's place in it.
class RingReader {
 public:
  /// What is smallest still works.
  static constexpr size_t smallest = 2 * flowtap::datagramSize(flowtap::DatagramRing::longest);

  explicit RingReader(size_t capacity = smallest) : memory_(capacity), ring_(memory_.data(), capacity) {}

  flowtap::DatagramRing& ring() { return ring_; }
  const flowtap::DatagramRing& ring() const { return ring_; }

  /// Takes up to `most` datagrams; gaps are passed over.
  std::vector<ReadDatagram> read(size_t most = SIZE_MAX) {
    std::vector<ReadDatagram> taken;
    while (taken.size() < most) {
      const size_t ready = ring_.available();
      if (ready == 0) break;
      size_t read = 0;
      while (read < ready && taken.size() < most && !damaged_) read += readOne(taken);
      if (damaged_) break;
      ring_.release(read);
    }
    return taken;
  }

  /// A datagram had a size that cannot be; nothing is read from there on.
  bool isDamaged() const { return damaged_; }

 private:
  size_t readOne(std::vector<ReadDatagram>& taken) {
    uint32_t start[2];
    std::memcpy(start, &memory_[position_], sizeof start);
    const size_t size = start[0];
    if (size < 8 || size % 8 != 0 || size > memory_.size() - position_) {
      damaged_ = true;
      return 0;
    }
    if (start[1] != flowtap::DatagramHead::skipped) {
      ReadDatagram& made = taken.emplace_back();
      std::memcpy(&made.head, &memory_[position_], sizeof made.head);
      made.data.assign(&memory_[position_] + sizeof made.head, made.head.octets);
    }
    position_ = (position_ + size) % memory_.size();
    return size;
  }

  std::vector<uint8_t> memory_;
  flowtap::DatagramRing ring_;
  size_t position_ = 0;
  bool damaged_ = false;
};

}  // namespace support
