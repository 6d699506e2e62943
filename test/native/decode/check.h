// A harness of assertions: one function per behaviour, every failure with its place and both values.
#pragma once

#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

namespace check {

inline int passed = 0;
inline int failed = 0;
inline bool currentFailed = false;

template <typename Value>
std::string text(const Value& value) {
  std::ostringstream out;
  if constexpr (sizeof(Value) == 1) {
    out << static_cast<int>(value);
  } else if constexpr (std::is_enum_v<Value>) {
    out << static_cast<long>(value);
  } else {
    out << value;
  }
  return out.str();
}

template <typename Actual, typename Expected>
void equal(const Actual& actual, const Expected& expected, const char* expression, int line) {
  if (actual == static_cast<Actual>(expected)) return;
  currentFailed = true;
  std::printf("    line %d: %s is %s, expected %s\n", line, expression, text(actual).c_str(),
              text(static_cast<Actual>(expected)).c_str());
}

inline void run(const char* name, void (*behaviour)()) {
  currentFailed = false;
  behaviour();
  if (currentFailed) {
    ++failed;
    std::printf("FAILED %s\n", name);
  } else {
    ++passed;
  }
}

/// Prints the totals and gives the exit status.
inline int finish() {
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace check

#define EQUAL(actual, expected) check::equal((actual), (expected), #actual, __LINE__)
#define RUN(behaviour) check::run(#behaviour, behaviour)
