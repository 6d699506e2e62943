// Times and durations in microseconds as text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace flowtap {

/// Octets that no time and no duration exceeds.
inline constexpr int longestTime = 32;

/// What stands between the numbers of a time, and how many digits SiLK's times have behind the second.
struct TimeForm {
  char date = '-';
  char join = 'T';
  enum class Fraction : uint8_t { none, milliseconds } fraction = Fraction::milliseconds;
};

/// Writes times; years beyond 9999 have more than four digits. Flows of one file share few days, so that the text of
/// the last one is kept.
class TimeWriter {
 public:
  explicit TimeWriter(TimeForm form = {}) : form_(form) {}

  /// Writes microseconds since 1970 UTC with six digits behind the second and a Z: RFC 3339 when the form is the
  /// default. Returns the end of the text.
  char* write(int64_t microseconds, char* at);

  /// Writes milliseconds since 1970 UTC as SiLK does.
  char* writeSilk(int64_t milliseconds, char* at);

 private:
  /// Date and time of day up to the whole second.
  char* writeSecond(int64_t seconds, char* at);
  char* writeDay(int64_t day, char* at);

  TimeForm form_;
  int64_t day_ = INT64_MIN;
  std::array<char, 16> text_{};  // `2026-11-21T` of that day
  size_t octets_ = 0;
};

/// Writes seconds with six digits behind the point.
char* writeDuration(int64_t microseconds, char* at);

/// Writes milliseconds as seconds: whole, or with three digits behind the point.
char* writeSeconds(int64_t milliseconds, TimeForm::Fraction fraction, char* at);

}  // namespace flowtap
