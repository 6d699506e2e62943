// The two clocks that metering knows.
#pragma once

#include <time.h>

#include <cstdint>

namespace flowtap {

namespace clock {

inline int64_t microseconds(clockid_t id) {
  timespec now{};
  ::clock_gettime(id, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace clock

/// For waiting: never set back. Microseconds since some moment.
inline int64_t monotonicMicroseconds() {
  return clock::microseconds(CLOCK_MONOTONIC);
}

/// What packets are stamped with: microseconds since 1970-01-01 UTC. It may jump, both ways.
inline int64_t wallMicroseconds() {
  return clock::microseconds(CLOCK_REALTIME);
}

}  // namespace flowtap
