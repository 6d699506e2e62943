#include "text/time_text.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>

namespace flowtap {

namespace {

constexpr int64_t second = 1'000'000;
constexpr int64_t secondsADay = 86400;

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

/// A point and three digits.
char* writeThree(uint32_t value, char* at) {
  *at++ = '.';
  *at++ = static_cast<char>('0' + value / 100);
  return writePair(value % 100, at);
}

/// A quotient rounded down, and what is left.
struct Parts {
  int64_t whole;
  uint32_t rest;
};

Parts divide(int64_t value, int64_t by) {
  const int64_t rest = value % by;
  return rest < 0 ? Parts{value / by - 1, static_cast<uint32_t>(rest + by)}
                  : Parts{value / by, static_cast<uint32_t>(rest)};
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
    *end++ = form_.date;
    end = writePair(date.month, end);
    *end++ = form_.date;
    end = writePair(date.day, end);
    *end++ = form_.join;
    octets_ = static_cast<size_t>(end - text_.data());
    day_ = day;
  }
  std::memcpy(at, text_.data(), text_.size());
  return at + octets_;
}

char* TimeWriter::writeSecond(int64_t seconds, char* at) {
  const Parts parts = divide(seconds, secondsADay);
  at = writeDay(parts.whole, at);
  const uint32_t rest = parts.rest;
  at = writePair(rest / 3600, at);
  *at++ = ':';
  at = writePair(rest / 60 % 60, at);
  *at++ = ':';
  return writePair(rest % 60, at);
}

char* TimeWriter::write(int64_t microseconds, char* at) {
  const Parts parts = divide(microseconds, second);
  at = writeSecond(parts.whole, at);
  *at++ = '.';
  at = writeSix(parts.rest, at);
  *at++ = 'Z';
  return at;
}

char* TimeWriter::writeSilk(int64_t milliseconds, char* at) {
  const Parts parts = divide(milliseconds, 1000);
  at = writeSecond(parts.whole, at);
  return form_.fraction == TimeForm::Fraction::none ? at : writeThree(parts.rest, at);
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

char* writeSeconds(int64_t milliseconds, TimeForm::Fraction fraction, char* at) {
  auto magnitude = static_cast<uint64_t>(milliseconds);
  if (milliseconds < 0) {
    *at++ = '-';
    magnitude = ~magnitude + 1;
  }
  at = std::to_chars(at, at + 20, magnitude / 1000).ptr;
  return fraction == TimeForm::Fraction::none ? at : writeThree(static_cast<uint32_t>(magnitude % 1000), at);
}

}  // namespace flowtap
