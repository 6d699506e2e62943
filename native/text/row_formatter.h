// Rows of columns as lines of text: CSV, JSON, or cells without anything between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "text/time_text.h"

namespace flowtap {

/// What a cell shows of its values.
enum class CellKind : uint8_t {
  integer,
  optional,  // an integer; a negative one is missing
  decimal,   // a double in the fewest digits that read back as the same; what is not finite is missing
  address,   // two values, upper and lower 64 bits, ::ffff:a.b.c.d for IPv4
  time,      // microseconds since 1970 UTC, as RFC 3339
  duration,  // microseconds, as seconds with six digits behind the point
  text,      // a number that stands for a text of a list, and for its digits beyond the list
};

enum class ValueType : uint8_t { int16, int32, int64, float64 };

/// Octets of one value.
constexpr size_t widthOf(ValueType type) {
  return type == ValueType::int16 ? 2 : type == ValueType::int32 ? 4 : 8;
}

/// One cell of a line.
struct CellColumn {
  CellKind kind = CellKind::integer;
  ValueType type = ValueType::int64;  // of addresses, times and durations always int64
  std::string before;                 // stands before the cell
  std::vector<std::string> texts;
};

/// How integers beyond 2^53 are written, which JavaScript cannot hold exactly.
enum class WideIntegers : uint8_t { plain, quoted };

struct LineStyle {
  std::string end;      // stands behind the last cell
  std::string missing;  // what a missing value shows
  WideIntegers wide = WideIntegers::plain;
};

/// A text of which the first octets are copied without asking how many there are: most are that short.
class PaddedText {
 public:
  static constexpr size_t padding = 16;

  PaddedText() = default;
  explicit PaddedText(std::string text);

  [[nodiscard]] size_t size() const { return text_.size(); }

  /// Writes the text, and up to `padding` octets behind `at` that mean nothing; returns the end of the text.
  char* write(char* at) const;

 private:
  std::array<char, padding> head_{};
  std::string text_;
};

class RowFormatter {
 public:
  RowFormatter(std::vector<CellColumn> columns, LineStyle style);

  /// Types of the arrays of values that a run of rows has: two arrays for an address, one for others.
  [[nodiscard]] const std::vector<ValueType>& parts() const { return parts_; }

  /// Octets that no line exceeds.
  [[nodiscard]] size_t widest() const { return widest_; }

  /// Writes the lines of `count` rows, `first` the first of them, and returns their octets. `values` has an array for
  /// each part, in the host's order of octets. There must be room for `count * widest()`. When `ends` is given, it gets
  /// the octets up to the end of each line.
  size_t format(const void* const* values, size_t first, size_t count, char* output, int32_t* ends = nullptr) const;

 private:
  /// A column as it is written.
  struct Cell {
    CellKind kind;
    ValueType type;
    PaddedText before;
    std::vector<PaddedText> texts;
  };

  char* formatCell(const Cell& cell, const void* const* values, size_t row, TimeWriter& times, char* at) const;

  std::vector<Cell> cells_;
  PaddedText end_;
  PaddedText missing_;
  WideIntegers wide_;
  std::vector<ValueType> parts_;
  size_t widest_ = 0;
};

}  // namespace flowtap
