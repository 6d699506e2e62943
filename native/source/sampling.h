// Packet selection (RFC 5475): --sample.
#pragma once

#include <cstdint>

namespace flowtap {

enum class SamplingMode : uint8_t {
  systematic,  // every interval-th packet
  random,      // each packet with a chance of one in interval
  flow,        // every packet of one conversation in interval, by a hash that both directions share
};

struct Sampling {
  SamplingMode mode = SamplingMode::systematic;
  uint32_t interval = 1;  // 1 to 2^31 - 1; 1 takes every packet
};

}  // namespace flowtap
