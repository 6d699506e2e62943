// What the live benchmarks' sender is asked to do.
#pragma once

#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "../bpf/traffic.h"
#include "pace.h"
#include "packet_socket.h"

namespace bench {

/// The command line; see usage in send.cc.
struct Options {
  std::string interface;
  std::vector<std::string> files;
  std::string object = "build/bpf/generator.bpf.o";
  uint64_t rate = 0;
  uint64_t repeat = 1;
  uint64_t seconds = 10;
  bool generate = false;
  traffic_plan plan = {.packets = 0, .mode = TRAFFIC_UDP, .flows = 0, .octets = 60, .interface_index = 0};
};

/// Set by SIGINT and SIGTERM: they end sending, and what was sent is told all the same.
inline volatile std::sig_atomic_t stopped = 0;

inline void report(const PacketSocket::Outcome& outcome, const Pace& pace) {
  std::printf("sent %" PRIu64 " packets %" PRIu64 " octets in %.3f s\n", outcome.sent, outcome.octets, pace.seconds());
}

inline void add(PacketSocket::Outcome& to, const PacketSocket::Outcome& more) {
  to.sent += more.sent;
  to.octets += more.octets;
  to.refused += more.refused;
}

}  // namespace bench
