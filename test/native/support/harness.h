// A test program of named behaviours: every failed check says where and both values, the closing line counts.
#pragma once

#include <cstdio>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace harness {

struct Behaviour {
  const char* name;
  void (*run)();
};

inline std::vector<Behaviour>& behaviours() {
  static std::vector<Behaviour> all;
  return all;
}

inline int& failedChecks() {
  static int count = 0;
  return count;
}

struct Register {
  Register(const char* name, void (*run)()) { behaviours().push_back({name, run}); }
};

/// A value as a failed check shows it: octets and enumerations as numbers.
template <typename Value>
std::string text(const Value& value) {
  std::ostringstream out;
  if constexpr (std::is_enum_v<Value>) {
    out << static_cast<long long>(value);
  } else if constexpr (std::is_integral_v<Value> && sizeof(Value) == 1) {
    out << static_cast<int>(value);
  } else {
    out << value;
  }
  return out.str();
}

template <typename Actual, typename Expected>
bool isEqual(const Actual& actual, const Expected& expected) {
  if constexpr (std::is_integral_v<Actual> && std::is_integral_v<Expected> && !std::is_same_v<Actual, bool> &&
                !std::is_same_v<Expected, bool>) {
    return std::cmp_equal(actual, expected);
  } else {
    return actual == expected;
  }
}

/// The check behind CHECK_EQUAL, for functions that check on behalf of a line of their caller.
template <typename Actual, typename Expected>
void equal(const Actual& actual, const Expected& expected, const char* expression, const char* file, int line) {
  if (isEqual(actual, expected)) return;
  ++failedChecks();
  std::printf("%s:%d: %s is %s, not %s\n", file, line, expression, text(actual).c_str(), text(expected).c_str());
}

/// Runs every behaviour; the exit status is 1 when one failed.
inline int runAll() {
  size_t failed = 0;
  for (const Behaviour& each : behaviours()) {
    failedChecks() = 0;
    each.run();
    if (failedChecks() == 0) continue;
    ++failed;
    std::printf("FAILED: %s\n", each.name);
  }
  std::printf("%zu passed, %zu failed\n", behaviours().size() - failed, failed);
  return failed > 0 ? 1 : 0;
}

}  // namespace harness

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      ++harness::failedChecks();                                                \
      std::printf("%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
    }                                                                           \
  } while (false)

#define CHECK_EQUAL(actual, expected) harness::equal((actual), (expected), #actual, __FILE__, __LINE__)

#define BEHAVIOUR_JOIN(a, b) a##b
#define BEHAVIOUR_AT(line, text)                                                                          \
  static void BEHAVIOUR_JOIN(behaviour, line)();                                                          \
  static const harness::Register BEHAVIOUR_JOIN(registered, line)(text, BEHAVIOUR_JOIN(behaviour, line)); \
  static void BEHAVIOUR_JOIN(behaviour, line)()
#define BEHAVIOUR_LINE(line, text) BEHAVIOUR_AT(line, text)
#define BEHAVIOUR(text) BEHAVIOUR_LINE(__LINE__, text)
