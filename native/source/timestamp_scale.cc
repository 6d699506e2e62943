#include "source/timestamp_scale.h"

namespace flowtap {

namespace {

__extension__ using Wide = unsigned __int128;

/// 10^exponent, or 0 when that does not fit.
uint64_t powerOfTen(unsigned exponent) {
  uint64_t value = 1;
  for (; exponent > 0; exponent--) {
    if (__builtin_mul_overflow(value, uint64_t{10}, &value)) return 0;
  }
  return value;
}

}  // namespace

TimestampScale::TimestampScale(uint8_t resolution, int64_t offsetSeconds) {
  const uint8_t exponent = resolution & 0x7f;
  if ((resolution & 0x80) != 0) {
    step_ = Step::shift;
    bits_ = exponent;
  } else if (exponent < 6) {
    step_ = Step::multiply;
    factor_ = powerOfTen(6u - exponent);
  } else if (exponent == 9) {
    step_ = Step::nanoseconds;
  } else if (exponent > 6) {
    step_ = Step::divide;
    factor_ = powerOfTen(exponent - 6u);
  }
  if (__builtin_mul_overflow(offsetSeconds, int64_t{1'000'000}, &offset_)) {
    offset_ = offsetSeconds < 0 ? INT64_MIN : INT64_MAX;
  }
}

uint64_t TimestampScale::convert(uint64_t units) const {
  switch (step_) {
    case Step::multiply: {
      uint64_t value;
      return __builtin_mul_overflow(units, factor_, &value) ? UINT64_MAX : value;
    }
    case Step::divide:
      return factor_ == 0 ? 0 : units / factor_;
    case Step::shift: {
      const Wide value = static_cast<Wide>(units) * 1'000'000 >> bits_;
      return value <= UINT64_MAX ? static_cast<uint64_t>(value) : UINT64_MAX;
    }
    case Step::nanoseconds:
      return units / 1000;
    case Step::none:
      break;
  }
  return units;
}

}  // namespace flowtap
