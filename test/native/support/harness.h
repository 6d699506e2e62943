// A test program of named behaviours: CHECK notes what failed, the closing line counts.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace harness {

struct Behaviour {
  const char* name;
  std::function<void()> run;
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
  Register(const char* name, std::function<void()> run) { behaviours().push_back({name, std::move(run)}); }
};

/// Runs every behaviour; the exit status is 1 when one failed.
inline int runAll() {
  int failed = 0;
  for (const Behaviour& each : behaviours()) {
    failedChecks() = 0;
    each.run();
    if (failedChecks() > 0) {
      ++failed;
      std::printf("FAILED: %s\n", each.name);
    }
  }
  std::printf("%zu passed, %d failed\n", behaviours().size() - static_cast<size_t>(failed), failed);
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

#define CHECK_EQUAL(actual, expected)                                                                        \
  do {                                                                                                       \
    const auto actualValue = static_cast<long long>(actual);                                                 \
    const auto expectedValue = static_cast<long long>(expected);                                             \
    if (actualValue != expectedValue) {                                                                      \
      ++harness::failedChecks();                                                                             \
      std::printf("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #actual, actualValue, expectedValue); \
    }                                                                                                        \
  } while (false)

#define BEHAVIOUR_JOIN(a, b) a##b
#define BEHAVIOUR_AT(line, text)                                                                          \
  static void BEHAVIOUR_JOIN(behaviour, line)();                                                          \
  static const harness::Register BEHAVIOUR_JOIN(registered, line)(text, BEHAVIOUR_JOIN(behaviour, line)); \
  static void BEHAVIOUR_JOIN(behaviour, line)()
#define BEHAVIOUR_LINE(line, text) BEHAVIOUR_AT(line, text)
#define BEHAVIOUR(text) BEHAVIOUR_LINE(__LINE__, text)
