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

size_t longestCell(CellKind kind, const std::vector<PaddedText>& texts) {
  if (kind == CellKind::address) return longestAddress;
  if (kind == CellKind::time || kind == CellKind::duration) return longestTime;
  size_t longest = longestNumber;
  for (const PaddedText& text : texts) longest = std::max(longest, text.size());
  return longest;
}

template <typename Value>
Value valueAt(const void* values, size_t row) {
  Value value;
  std::memcpy(&value, static_cast<const char*>(values) + row * sizeof value, sizeof value);
  return value;
}

int64_t integerAt(ValueType type, const void* values, size_t row) {
  if (type == ValueType::int16) return valueAt<int16_t>(values, row);
  if (type == ValueType::int32) return valueAt<int32_t>(values, row);
  return valueAt<int64_t>(values, row);
}

char* writeInteger(int64_t value, WideIntegers wide, char* at) {
  if (value >= 0 && value < 10) {
    *at++ = static_cast<char>('0' + value);
    return at;
  }
  if (value >= 0 && value <= UINT32_MAX) return std::to_chars(at, at + 10, static_cast<uint32_t>(value)).ptr;
  const bool quoted = wide == WideIntegers::quoted && (value > exact || value < -exact);
  if (quoted) *at++ = '"';
  at = std::to_chars(at, at + 20, value).ptr;
  if (quoted) *at++ = '"';
  return at;
}

}  // namespace

PaddedText::PaddedText(std::string text) : text_(std::move(text)) {
  std::memcpy(head_.data(), text_.data(), std::min(text_.size(), padding));
}

char* PaddedText::write(char* at) const {
  std::memcpy(at, head_.data(), padding);
  if (text_.size() > padding) std::memcpy(at, text_.data(), text_.size());
  return at + text_.size();
}

RowFormatter::RowFormatter(std::vector<CellColumn> columns, LineStyle style)
    : end_(std::move(style.end)), missing_(std::move(style.missing)), wide_(style.wide) {
  widest_ = end_.size() + PaddedText::padding;
  for (CellColumn& column : columns) {
    Cell& cell = cells_.emplace_back(Cell{column.kind, column.type, PaddedText(std::move(column.before)), {}});
    for (std::string& text : column.texts) cell.texts.emplace_back(std::move(text));
    parts_.insert(parts_.end(), partsOf(cell.kind), cell.type);
    widest_ += cell.before.size() + std::max(longestCell(cell.kind, cell.texts), missing_.size());
  }
}

size_t RowFormatter::format(const void* const* values, size_t first, size_t count, char* output, int32_t* ends) const {
  TimeWriter times;
  char* at = output;
  for (size_t row = first; row < first + count; ++row) {
    const void* const* part = values;
    for (const Cell& cell : cells_) {
      at = cell.before.write(at);
      at = formatCell(cell, part, row, times, at);
      part += partsOf(cell.kind);
    }
    at = end_.write(at);
    if (ends != nullptr) ends[row - first] = static_cast<int32_t>(at - output);
  }
  return static_cast<size_t>(at - output);
}

char* RowFormatter::formatCell(const Cell& cell, const void* const* values, size_t row, TimeWriter& times,
                               char* at) const {
  switch (cell.kind) {
    case CellKind::integer:
      return writeInteger(integerAt(cell.type, *values, row), wide_, at);
    case CellKind::optional: {
      const int64_t value = integerAt(cell.type, *values, row);
      return value < 0 ? missing_.write(at) : writeInteger(value, wide_, at);
    }
    case CellKind::decimal: {
      const auto value = valueAt<double>(*values, row);
      return std::isfinite(value) ? std::to_chars(at, at + longestNumber, value).ptr : missing_.write(at);
    }
    case CellKind::address:
      return writeAddress(valueAt<uint64_t>(values[0], row), valueAt<uint64_t>(values[1], row), at);
    case CellKind::time:
      return times.write(valueAt<int64_t>(*values, row), at);
    case CellKind::duration:
      return writeDuration(valueAt<int64_t>(*values, row), at);
    case CellKind::text: {
      const int64_t value = integerAt(cell.type, *values, row);
      const bool listed = value >= 0 && static_cast<uint64_t>(value) < cell.texts.size();
      return listed ? cell.texts[static_cast<size_t>(value)].write(at) : writeInteger(value, WideIntegers::plain, at);
    }
  }
  return at;
}

}  // namespace flowtap
