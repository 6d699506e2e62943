#include "text/time_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace flowtap {

namespace {

constexpr int64_t second = 1'000'000;
constexpr int64_t day = 86400 * second;

constexpr std::array<char, 200> makePairs() {
  std::array<char, 200> pairs{};
  for (size_t k = 0; k < 100; ++k) {
    pairs[2 * k] = static_cast<char>('0' + k / 10);
    pairs[2 * k + 1] = static_cast<char>('0' + k % 10);
  }
  return pairs;
}

constexpr std::array<char, 200> pairs = makePairs();

char* writePair(uint32_t value, char* at) {
  std::memcpy(at, &pairs[2 * value], 2);
  return at + 2;
}

char* writeSix(uint32_t value, char* at) {
  at = writePair(value / 10000, at);
  at = writePair(value / 100 % 100, at);
  return writePair(value % 100, at);
}

struct Date {
  int64_t year;
  uint32_t month;
  uint32_t day;
};

/// Gregorian date of a day counted from 1970: eras of 400 years, years that begin in March.
Date dateOf(int64_t days) {
  constexpr int64_t era = 146097;
  const int64_t shifted = days + 719468;
  const int64_t eras = (shifted >= 0 ? shifted : shifted - (era - 1)) / era;
  const auto dayOfEra = static_cast<uint32_t>(shifted - eras * era);
  const uint32_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const uint32_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const uint32_t march = (5 * dayOfYear + 2) / 153;
  const uint32_t month = march < 10 ? march + 3 : march - 9;
  return {static_cast<int64_t>(yearOfEra) + eras * 400 + (month <= 2 ? 1 : 0), month,
          dayOfYear - (153 * march + 2) / 5 + 1};
}

char* writeYear(int64_t year, char* at) {
  if (year >= 0 && year <= 9999) {
    at = writePair(static_cast<uint32_t>(year) / 100, at);
    return writePair(static_cast<uint32_t>(year) % 100, at);
  }
  return std::to_chars(at, at + 8, year).ptr;
}

}  // namespace

char* TimeWriter::writeDay(int64_t day, char* at) {
  if (day != day_) {
    const Date date = dateOf(day);
    char* end = writeYear(date.year, text_.data());
    *end++ = '-';
    end = writePair(date.month, end);
    *end++ = '-';
    end = writePair(date.day, end);
    *end++ = 'T';
    octets_ = static_cast<size_t>(end - text_.data());
    day_ = day;
  }
  std::memcpy(at, text_.data(), text_.size());
  return at + octets_;
}

char* TimeWriter::write(int64_t microseconds, char* at) {
  int64_t days = microseconds / day;
  int64_t rest = microseconds % day;
  if (rest < 0) {
    rest += day;
    --days;
  }
  at = writeDay(days, at);
  const auto seconds = static_cast<uint32_t>(rest / second);
  at = writePair(seconds / 3600, at);
  *at++ = ':';
  at = writePair(seconds / 60 % 60, at);
  *at++ = ':';
  at = writePair(seconds % 60, at);
  *at++ = '.';
  at = writeSix(static_cast<uint32_t>(rest % second), at);
  *at++ = 'Z';
  return at;
}

char* writeDuration(int64_t microseconds, char* at) {
  auto magnitude = static_cast<uint64_t>(microseconds);
  if (microseconds < 0) {
    *at++ = '-';
    magnitude = ~magnitude + 1;
  }
  at = std::to_chars(at, at + 20, magnitude / second).ptr;
  *at++ = '.';
  return writeSix(static_cast<uint32_t>(magnitude % second), at);
}

}  // namespace flowtap
