// When packets are due.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>

namespace bench {

inline int64_t nanosecondsNow() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

inline void sleepUntil(int64_t nanoseconds) {
  const timespec until{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

/// A rate kept by absolute times, so that neither sleeping nor sending adds up to a drift. What could not be sent for
/// more than 20 ms is given up, lest a pause be followed by a burst.
class Pace {
 public:
  /// `rate` in packets a second; 0 for as fast as it goes.
  explicit Pace(uint64_t rate) : rate_(rate), start_(nanosecondsNow()), first_(start_) {}

  /// Waits until packets are due and says how many: at most `most`, and at a rate about those of half a millisecond.
  uint64_t due(uint64_t most) {
    if (rate_ == 0) return most;
    constexpr int64_t slice = 500'000;
    constexpr int64_t longestDelay = 20'000'000;
    int64_t ahead = timeOf(sent_ + 1) - nanosecondsNow();
    if (ahead > 0) sleepUntil(nanosecondsNow() + std::max(ahead, slice));
    ahead = timeOf(sent_ + 1) - nanosecondsNow();
    if (ahead < -longestDelay) start_ += -longestDelay - ahead;
    const auto elapsed = static_cast<double>(nanosecondsNow() - start_);
    const auto allowed = static_cast<uint64_t>(elapsed * static_cast<double>(rate_) * 1e-9);
    return std::clamp<uint64_t>(allowed > sent_ ? allowed - sent_ : 0, 1, most);
  }

  void sent(uint64_t packets) { sent_ += packets; }

  double seconds() const { return static_cast<double>(nanosecondsNow() - first_) * 1e-9; }

 private:
  int64_t timeOf(uint64_t packet) const {
    return start_ + static_cast<int64_t>(static_cast<double>(packet) * 1e9 / static_cast<double>(rate_));
  }

  uint64_t rate_;
  uint64_t sent_ = 0;
  int64_t start_;
  int64_t first_;
};

}  // namespace bench
