// From the timestamps of pcapng to microseconds since the epoch.
#pragma once

#include <cstdint>

namespace flowtap {

/// The resolution and offset of one pcapng interface (options if_tsresol and if_tsoffset).
///
/// if_tsresol is one octet: units of 10^-v seconds, or with the top bit set 2^-v seconds, v being the lower 7 bits.
class TimestampScale {
 public:
  /// Microseconds and no offset, as the format says where the options are missing.
  TimestampScale() = default;

  TimestampScale(uint8_t resolution, int64_t offsetSeconds);

  /// Microseconds since 1970-01-01 UTC for a timestamp in this scale, truncated towards the past, saturating at the
  /// ends of the type.
  int64_t microseconds(uint64_t units) const {
    switch (step_) {
      case Step::none:
        return finish(units);
      case Step::nanoseconds:  // by far the most frequent one: a constant divisor saves the division
        return finish(units / 1000);
      default:
        return finish(convert(units));
    }
  }

 private:
  enum class Step : uint8_t { none, nanoseconds, multiply, divide, shift };

  uint64_t convert(uint64_t units) const;

  int64_t finish(uint64_t value) const {
    const int64_t time = value <= INT64_MAX ? static_cast<int64_t>(value) : INT64_MAX;
    int64_t moved;
    if (!__builtin_add_overflow(time, offset_, &moved)) return moved;
    return offset_ < 0 ? INT64_MIN : INT64_MAX;
  }

  Step step_ = Step::none;
  uint8_t bits_ = 0;     // Step::shift: units are 2^-bits_ seconds
  uint64_t factor_ = 1;  // Step::multiply and divide; a divisor of 0 stands for one above 64 bits
  int64_t offset_ = 0;   // microseconds
};

}  // namespace flowtap
