// Packet selection in user space.
#pragma once

#include <sys/random.h>

#include <cstdint>
#include <cstring>

#include "decode/packet.h"
#include "source/sampling.h"

namespace flowtap {

/// Chooses packets as RFC 5475 describes: systematic count-based (section 5.1), n-out-of-N random as independent
/// choices (section 5.2.2), or hash-based on the flow (section 6.2). Not thread-safe.
class Sampler {
 public:
  explicit Sampler(Sampling sampling) : sampling_(sampling) {
    // Fails only before the system has gathered entropy; any seed that is not zero will do then.
    if (::getrandom(&state_, sizeof state_, GRND_NONBLOCK) != sizeof state_ || state_ == 0) state_ = 0x9e3779b97f4a7c15;
    seed_ = state_;
  }

  /// Whether the next packet is taken, as far as that can be said before it is decoded.
  bool takes() {
    switch (sampling_.mode) {
      case SamplingMode::systematic:
        if (++passed_ < sampling_.interval) return false;
        passed_ = 0;
        return true;
      case SamplingMode::random:
        return next() % sampling_.interval == 0;
      case SamplingMode::flow:
        break;
    }
    return true;
  }

  /// Whether a decoded packet is taken: every packet of a conversation or none.
  bool takes(const Packet& packet) const {
    return sampling_.mode != SamplingMode::flow || hash(packet) % sampling_.interval == 0;
  }

 private:
  static uint64_t mix(uint64_t value) {  // the finaliser of splitmix64
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
  }

  uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15); }

  uint64_t ofEnd(const uint8_t (&address)[16], uint16_t port) const {
    uint64_t words[2];
    std::memcpy(words, address, sizeof words);
    return mix(mix(words[0] ^ seed_) ^ words[1] ^ static_cast<uint64_t>(port) << 48);
  }

  /// The same for both directions: the ends add up.
  uint64_t hash(const Packet& packet) const {
    return mix(ofEnd(packet.sourceAddress, packet.sourcePort) +
               ofEnd(packet.destinationAddress, packet.destinationPort) + packet.protocol);
  }

  Sampling sampling_;
  uint32_t passed_ = 0;
  uint64_t state_ = 0;
  uint64_t seed_ = 0;
};

}  // namespace flowtap
