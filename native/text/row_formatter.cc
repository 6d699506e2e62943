#include "text/row_formatter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include "text/address_text.h"
#include "text/time_text.h"

namespace flowtap {

namespace {

/// Digits of an integer with sign and quotes, or of a double.
constexpr size_t longestNumber = 32;
/// The largest integer up to which JavaScript's numbers are exact.
constexpr int64_t exact = int64_t{1} << 53;

size_t partsOf(CellKind kind) {
  return kind == CellKind::address ? 2 : 1;
}

size_t longestCell(const CellColumn& column) {
  if (column.kind == CellKind::address) return longestAddress;
  if (column.kind == CellKind::time || column.kind == CellKind::duration) return longestTime;
  size_t longest = longestNumber;
  for (const std::string& text : column.texts) longest = std::max(longest, text.size());
  return longest;
}

/// Value `row` of an array of integers.
int64_t integerAt(const CellValues& values, size_t row) {
  switch (values.type) {
    case ValueType::int16:
      return static_cast<const int16_t*>(values.values)[row];
    case ValueType::int32:
      return static_cast<const int32_t*>(values.values)[row];
    case ValueType::int64:
      return static_cast<const int64_t*>(values.values)[row];
    case ValueType::float64:
      return 0;
  }
  return 0;
}

double decimalAt(const CellValues& values, size_t row) {
  if (values.type == ValueType::float64) return static_cast<const double*>(values.values)[row];
  return static_cast<double>(integerAt(values, row));
}

char* writeString(const std::string& text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* writeInteger(int64_t value, WideIntegers wide, char* at) {
  if (value >= 0 && value < 10) {
    *at++ = static_cast<char>('0' + value);
    return at;
  }
  const bool quoted = wide == WideIntegers::quoted && (value > exact || value < -exact);
  if (quoted) *at++ = '"';
  at = std::to_chars(at, at + 20, value).ptr;
  if (quoted) *at++ = '"';
  return at;
}

}  // namespace

RowFormatter::RowFormatter(std::vector<CellColumn> columns, LineStyle style)
    : columns_(std::move(columns)), style_(std::move(style)) {
  widest_ = style_.end.size();
  for (const CellColumn& column : columns_) {
    parts_ += partsOf(column.kind);
    widest_ += column.before.size() + std::max(longestCell(column), style_.missing.size());
  }
}

size_t RowFormatter::format(const CellValues* values, size_t count, char* output, int32_t* ends) const {
  char* at = output;
  for (size_t row = 0; row < count; ++row) {
    const CellValues* part = values;
    for (const CellColumn& column : columns_) {
      at = writeString(column.before, at);
      at = formatCell(column, part, row, at);
      part += partsOf(column.kind);
    }
    at = writeString(style_.end, at);
    if (ends != nullptr) ends[row] = static_cast<int32_t>(at - output);
  }
  return static_cast<size_t>(at - output);
}

char* RowFormatter::formatCell(const CellColumn& column, const CellValues* values, size_t row, char* at) const {
  switch (column.kind) {
    case CellKind::integer:
      return writeInteger(integerAt(*values, row), style_.wide, at);
    case CellKind::optional: {
      const int64_t value = integerAt(*values, row);
      return value < 0 ? writeString(style_.missing, at) : writeInteger(value, style_.wide, at);
    }
    case CellKind::decimal: {
      const double value = decimalAt(*values, row);
      return std::isfinite(value) ? std::to_chars(at, at + longestNumber, value).ptr : writeString(style_.missing, at);
    }
    case CellKind::address:
      return writeAddress(static_cast<uint64_t>(integerAt(values[0], row)),
                          static_cast<uint64_t>(integerAt(values[1], row)), at);
    case CellKind::time:
      return writeTime(integerAt(*values, row), at);
    case CellKind::duration:
      return writeDuration(integerAt(*values, row), at);
    case CellKind::text: {
      const int64_t value = integerAt(*values, row);
      const bool listed = value >= 0 && static_cast<uint64_t>(value) < column.texts.size();
      return listed ? writeString(column.texts[static_cast<size_t>(value)], at)
                    : writeInteger(value, WideIntegers::plain, at);
    }
  }
  return at;
}

}  // namespace flowtap
