// Times and durations in microseconds as text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace flowtap {

/// Octets that no time and no duration exceeds.
inline constexpr int longestTime = 32;

/// Writes microseconds since 1970 UTC as RFC 3339 with six digits behind the second; years beyond 9999 have more than
/// four digits. Flows of one file share few days, so that the text of the last one is kept.
class TimeWriter {
 public:
  /// Returns the end of the text.
  char* write(int64_t microseconds, char* at);

 private:
  char* writeDay(int64_t day, char* at);

  int64_t day_ = INT64_MIN;
  std::array<char, 16> text_{};  // `2026-11-21T` of that day
  size_t octets_ = 0;
};

/// Writes seconds with six digits behind the point.
char* writeDuration(int64_t microseconds, char* at);

}  // namespace flowtap
