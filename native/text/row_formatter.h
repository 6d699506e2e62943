// Rows of columns as lines of text: CSV, JSON, or cells without anything between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

/// One cell of a line.
struct CellColumn {
  CellKind kind = CellKind::integer;
  std::string before;  // stands before the cell
  std::vector<std::string> texts;
};

/// How integers beyond 2^53 are written, which JavaScript cannot hold exactly.
enum class WideIntegers : uint8_t { plain, quoted };

struct LineStyle {
  std::string end;      // stands behind the last cell
  std::string missing;  // what a missing value shows
  WideIntegers wide = WideIntegers::plain;
};

enum class ValueType : uint8_t { int16, int32, int64, float64 };

/// The values of a run of rows, one behind the other.
struct CellValues {
  ValueType type;
  const void* values;
};

class RowFormatter {
 public:
  RowFormatter(std::vector<CellColumn> columns, LineStyle style);

  /// Arrays of values that a run of rows has: two for an address, one for others.
  [[nodiscard]] size_t parts() const { return parts_; }

  /// Octets that no line exceeds.
  [[nodiscard]] size_t widest() const { return widest_; }

  /// Writes `count` lines and returns their octets. There must be room for `count * widest()`. When `ends` is given, it
  /// gets the octets up to the end of each line.
  size_t format(const CellValues* values, size_t count, char* output, int32_t* ends = nullptr) const;

 private:
  char* formatCell(const CellColumn& column, const CellValues* values, size_t row, char* at) const;

  std::vector<CellColumn> columns_;
  LineStyle style_;
  size_t parts_ = 0;
  size_t widest_ = 0;
};

}  // namespace flowtap
