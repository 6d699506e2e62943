// Rows as text: every kind of cell, gaps, and lines of several cells.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "../support/harness.h"
#include "text/address_text.h"
#include "text/row_formatter.h"
#include "text/time_text.h"

namespace {

using namespace flowtap;

constexpr int64_t second = 1'000'000;

std::string address(uint64_t hi, uint64_t lo) {
  char text[longestAddress + PaddedText::padding];
  return {text, writeAddress(hi, lo, text)};
}

std::string time(int64_t microseconds) {
  char text[longestTime + PaddedText::padding];
  return {text, TimeWriter().write(microseconds, text)};
}

std::string duration(int64_t microseconds) {
  char text[longestTime];
  return {text, writeDuration(microseconds, text)};
}

/// The lines of some rows, in memory that has exactly the room that is asked for.
std::string lines(const RowFormatter& formatter, const std::vector<const void*>& values, size_t count,
                  size_t first = 0) {
  std::string text(count * formatter.widest(), '\0');
  text.resize(formatter.format(values.data(), first, count, text.data()));
  return text;
}

BEHAVIOUR("IPv4 addresses are dotted") {
  CHECK_EQUAL(address(0, 0xffff00000000), "0.0.0.0");
  CHECK_EQUAL(address(0, 0xffffffffffff), "255.255.255.255");
  CHECK_EQUAL(address(0, 0xffffc0000201), "192.0.2.1");
  CHECK_EQUAL(address(0, 0xffff0a636409), "10.99.100.9");
}

BEHAVIOUR("IPv6 addresses are as RFC 5952 recommends") {
  CHECK_EQUAL(address(0, 0), "::");
  CHECK_EQUAL(address(0, 1), "::1");
  CHECK_EQUAL(address(0, 0xffff), "::ffff");
  CHECK_EQUAL(address(0x20010db800000000, 1), "2001:db8::1");
  CHECK_EQUAL(address(0x20010db800010001, 0x0001000100010001), "2001:db8:1:1:1:1:1:1");
  CHECK_EQUAL(address(0x20010db800000001, 0x0001000100010001), "2001:db8:0:1:1:1:1:1");
  CHECK_EQUAL(address(0x2001000000000001, 0x0000000000000001), "2001:0:0:1::1");
  CHECK_EQUAL(address(0x20010db800000000, 0x0001000000000001), "2001:db8::1:0:0:1");
  CHECK_EQUAL(address(0xfe80000000000000, 0), "fe80::");
  CHECK_EQUAL(address(~uint64_t{0}, ~uint64_t{0}), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  CHECK_EQUAL(address(0, 0xc0000201), "::192.0.2.1");
}

BEHAVIOUR("times are RFC 3339 in UTC, also before 1970, in leap years and beyond year 9999") {
  CHECK_EQUAL(time(0), "1970-01-01T00:00:00.000000Z");
  CHECK_EQUAL(time(-1), "1969-12-31T23:59:59.999999Z");
  CHECK_EQUAL(time(951'782'400 * second), "2000-02-29T00:00:00.000000Z");
  CHECK_EQUAL(time(1'795'264'229 * second + 123'456), "2026-11-21T12:30:29.123456Z");
  CHECK_EQUAL(time(253'402'300'800 * second), "10000-01-01T00:00:00.000000Z");
  TimeWriter writer;
  char text[longestTime + PaddedText::padding];
  CHECK_EQUAL(std::string(text, writer.write(86'400 * second - 1, text)), "1970-01-01T23:59:59.999999Z");
  CHECK_EQUAL(std::string(text, writer.write(86'400 * second, text)), "1970-01-02T00:00:00.000000Z");
  CHECK(time(std::numeric_limits<int64_t>::min()).size() <= longestTime);
  CHECK(time(std::numeric_limits<int64_t>::max()).size() <= longestTime);
}

BEHAVIOUR("durations are seconds with microseconds") {
  CHECK_EQUAL(duration(0), "0.000000");
  CHECK_EQUAL(duration(5'250'000), "5.250000");
  CHECK_EQUAL(duration(-1'500'000), "-1.500000");
  CHECK_EQUAL(duration(std::numeric_limits<int64_t>::min()), "-9223372036854.775808");
}

BEHAVIOUR("integers of every width print, and those beyond 2^53 stand in quotes when asked for") {
  const std::vector<int16_t> narrow = {0, 9, 10, -1};
  const std::vector<int32_t> middle = {65535, 100000, INT32_MIN, 7};
  const std::vector<int64_t> wide = {int64_t{1} << 53, (int64_t{1} << 53) + 1, INT64_MIN, 5'000'000'000};
  const std::vector<CellColumn> columns = {{CellKind::integer, ValueType::int16, "", {}},
                                           {CellKind::integer, ValueType::int32, " ", {}},
                                           {CellKind::integer, ValueType::int64, " ", {}}};
  const RowFormatter quoted(columns, {"\n", "", WideIntegers::quoted});
  CHECK_EQUAL(lines(quoted, {narrow.data(), middle.data(), wide.data()}, 4),
              "0 65535 9007199254740992\n9 100000 \"9007199254740993\"\n"
              "10 -2147483648 \"-9223372036854775808\"\n-1 7 5000000000\n");
  const RowFormatter plain(columns, {"\n", "", WideIntegers::plain});
  CHECK_EQUAL(lines(plain, {narrow.data(), middle.data(), wide.data()}, 1, 1), "9 100000 9007199254740993\n");
}

BEHAVIOUR("missing values show what the style says") {
  const std::vector<int16_t> types = {-1, 0, 8};
  const std::vector<double> shares = {std::nan(""), 0.1, 1e300};
  const RowFormatter formatter(
      {{CellKind::optional, ValueType::int16, "{", {}}, {CellKind::decimal, ValueType::float64, ",", {}}},
      {"}", "null", WideIntegers::plain});
  CHECK_EQUAL(lines(formatter, {types.data(), shares.data()}, 3), "{null,null}{0,0.1}{8,1e+300}");
}

BEHAVIOUR("numbers stand for texts of a list, long ones too, and for themselves beyond it") {
  const std::vector<int32_t> numbers = {0, 1, 2, 3, -1};
  const std::string longest(100, 'x');
  const RowFormatter formatter({{CellKind::text, ValueType::int32, "", {"S0", "", longest}}},
                               {"\n", "", WideIntegers::plain});
  CHECK_EQUAL(lines(formatter, {numbers.data()}, 5), "S0\n\n" + longest + "\n3\n-1\n");
}

BEHAVIOUR("SiLK's times and durations are milliseconds, with the separators and digits of the style") {
  const std::vector<int64_t> times = {1234396842169, 0, -1, 253402300799999};
  const auto with = [&](CellKind kind, TimeForm form) {
    return lines(RowFormatter({{kind, ValueType::int64, "", {}}}, {"|", "", WideIntegers::plain, form}), {times.data()},
                 4);
  };
  using enum TimeForm::Fraction;
  CHECK_EQUAL(with(CellKind::silkTime, {'/', 'T', milliseconds}),
              "2009/02/12T00:00:42.169|1970/01/01T00:00:00.000|1969/12/31T23:59:59.999|9999/12/31T23:59:59.999|");
  CHECK_EQUAL(with(CellKind::silkTime, {'-', ' ', none}),
              "2009-02-12 00:00:42|1970-01-01 00:00:00|1969-12-31 23:59:59|9999-12-31 23:59:59|");
  CHECK_EQUAL(with(CellKind::seconds, {'/', 'T', milliseconds}), "1234396842.169|0.000|-0.001|253402300799.999|");
  CHECK_EQUAL(with(CellKind::seconds, {'/', 'T', none}), "1234396842|0|-0|253402300799|");
}

BEHAVIOUR("the least and the largest number of milliseconds print, too") {
  const std::vector<int64_t> times = {INT64_MIN, INT64_MAX};
  for (const CellKind kind : {CellKind::silkTime, CellKind::seconds, CellKind::time, CellKind::duration}) {
    const RowFormatter formatter({{kind, ValueType::int64, "", {}}}, {"|", "", WideIntegers::plain});
    CHECK_EQUAL(lines(formatter, {times.data()}, 2).substr(0, 1), "-");
  }
}

BEHAVIOUR("cells are filled up to their width, and longer ones stand as they are") {
  const std::vector<int32_t> numbers = {7, 123456};
  CellColumn column{CellKind::integer, ValueType::int32, "|", {}};
  column.width = 5;
  CHECK_EQUAL(lines(RowFormatter({column}, {"\n", "", WideIntegers::plain}), {numbers.data()}, 2), "|    7\n|123456\n");
}

BEHAVIOUR("the end of each line is told") {
  const std::vector<uint64_t> hi = {0, 0x20010db800000000};
  const std::vector<uint64_t> lo = {0xffff01020304, 1};
  const RowFormatter formatter({{CellKind::address, ValueType::int64, "", {}}}, {"", "", WideIntegers::plain});
  std::string text(2 * formatter.widest(), '\0');
  const void* const values[] = {hi.data(), lo.data()};
  int32_t ends[2] = {};
  CHECK_EQUAL(formatter.format(values, 0, 2, text.data(), ends), 18);
  CHECK_EQUAL(ends[0], 7);
  CHECK_EQUAL(ends[1], 18);
}

}  // namespace

int main() {
  return harness::runAll();
}
