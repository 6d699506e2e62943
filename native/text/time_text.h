// Times and durations in microseconds as text.
#pragma once

#include <cstdint>

namespace flowtap {

/// Octets that no time and no duration exceeds.
inline constexpr int longestTime = 32;

/// Writes microseconds since 1970 UTC as RFC 3339 with six digits behind the second; years beyond 9999 have more than
/// four digits. Returns the end of the text.
char* writeTime(int64_t microseconds, char* at);

/// Writes seconds with six digits behind the point.
char* writeDuration(int64_t microseconds, char* at);

}  // namespace flowtap
