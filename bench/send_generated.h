// Traffic after a plan, made in the kernel or here.
#pragma once

#include <algorithm>

#include "send_options.h"
#include "xdp_generator.h"

namespace bench {

/// What was sent less what the interface dropped behind our back, which is told.
inline void subtractDrops(PacketSocket::Outcome& outcome, uint32_t dropped, uint64_t octetsEach) {
  if (dropped == 0) return;
  std::fprintf(stderr, "send: the interface dropped %u of %" PRIu64 " packets\n", dropped, outcome.sent);
  outcome.sent -= std::min<uint64_t>(outcome.sent, dropped);
  outcome.octets -= std::min<uint64_t>(outcome.octets, dropped * octetsEach);
}

/// What a meter has to find of the sessions after `packets` packets of the plan.
inline void printSessions(const traffic_plan& plan, uint64_t packets) {
  std::printf("{\"packets\":%" PRIu64 ",\"sessions\":[", packets);
  for (uint32_t session = 0; session < TRAFFIC_SESSION_COUNT; ++session) {
    uint64_t counts[2] = {};
    uint64_t octets[2] = {};
    traffic_packet first{};
    traffic_session(&plan, 0, session, &first);
    const uint64_t steps = traffic_session_packets(packets, session);
    for (uint64_t step = 0; step < steps; ++step) {
      traffic_packet packet{};
      traffic_session(&plan, step, session, &packet);
      ++counts[step & 1];
      octets[step & 1] += packet.total_length;
    }
    const auto address = [](uint32_t value) {
      return std::to_string(value >> 24) + '.' + std::to_string(value >> 16 & 255) + '.' +
             std::to_string(value >> 8 & 255) + '.' + std::to_string(value & 255);
    };
    std::printf("%s{\"source\":\"%s\",\"sourcePort\":%u,\"destination\":\"%s\",\"destinationPort\":%u,",
                session > 0 ? "," : "", address(first.source).c_str(), first.source_port,
                address(first.destination).c_str(), first.destination_port);
    std::printf("\"packets\":%" PRIu64 ",\"octets\":%" PRIu64 ",\"reversePackets\":%" PRIu64
                ",\"reverseOctets\":%" PRIu64 "}",
                counts[0], octets[0], counts[1], octets[1]);
  }
  std::printf("]}\n");
}

/// The plan's frames by way of the kernel's generator. False when it does not work here, having sent nothing.
inline bool generateInKernel(const Options& options, const traffic_plan& plan, Pace& pace,
                             PacketSocket::Outcome& outcome) {
  constexpr uint64_t probe = 16;
  constexpr uint64_t most = 4096;
  std::string error;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  const auto generator = XdpGenerator::load(options.object, plan, error);
  while (error.empty() && outcome.sent < plan.packets && stopped == 0) {
    const uint64_t wanted = std::min<uint64_t>(pace.due(outcome.sent == 0 ? probe : most), plan.packets - outcome.sent);
    const uint64_t made = generator->run(wanted, error);
    if (outcome.sent == 0 && error.empty() && InterfaceCounters::of(options.interface).sent == before.sent) {
      error = options.interface + " takes no live frames (GRO at the other end of a veth pair?)";
      break;
    }
    pace.sent(made);
    outcome.sent += made;
    outcome.octets += made * plan.octets;
  }
  if (!error.empty() && outcome.sent > 0) fail(error);
  if (!error.empty()) std::fprintf(stderr, "send: not from the kernel but with sendmmsg: %s\n", error.c_str());
  return error.empty();
}

inline void generateInUserSpace(const traffic_plan& plan, PacketSocket& socket, Pace& pace,
                                PacketSocket::Outcome& outcome) {
  constexpr uint64_t batch = 64;
  std::vector<std::vector<uint8_t>> frames;
  for (uint64_t number = 0; number < plan.packets && stopped == 0;) {
    const uint64_t due = pace.due(std::min<uint64_t>(batch, plan.packets - number));
    frames.resize(due, std::vector<uint8_t>(plan.octets));
    for (std::vector<uint8_t>& frame : frames) traffic_write(&plan, number++, frame.data());
    add(outcome, socket.send(frames));
    pace.sent(due);
  }
}

inline int generate(const Options& options, PacketSocket& socket) {
  traffic_plan plan = options.plan;
  plan.packets = options.rate * options.seconds;
  plan.interface_index = static_cast<uint32_t>(socket.interfaceIndex());
  PacketSocket::Outcome outcome;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  Pace pace(options.rate);
  if (!generateInKernel(options, plan, pace, outcome)) {
    pace = Pace(options.rate);
    generateInUserSpace(plan, socket, pace, outcome);
  }
  const uint64_t planned = outcome.sent;
  const uint32_t dropped = InterfaceCounters::of(options.interface).dropped - before.dropped;
  subtractDrops(outcome, dropped, plan.octets);
  report(outcome, pace);
  if (plan.mode != TRAFFIC_SESSIONS) return 0;
  if (dropped > 0) fail("the sessions' counts are not known, because of the drops");
  printSessions(plan, planned);
  return 0;
}

}  // namespace bench
