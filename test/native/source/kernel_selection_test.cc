// How the kernel-side filter selects packets, what it returns of them, and how the programs are loaded.
#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "../support/harness.h"
#include "conversation.h"
#include "program_run.h"

namespace {

using flowtap::KernelPrograms;
using flowtap::SamplingMode;
using frame::client;
using frame::Directions;
using frame::ethernet;
using frame::fill;
using frame::Octets;
using frame::server;
using frame::tcp;
using frame::tcpConversation;
using frame::vlan;

const KernelPrograms& plain() {
  static const auto programs = program::load({.object = program::object, .sampling = {}});
  return *programs;
}

KernelPrograms::Options sampling(SamplingMode mode, uint32_t interval) {
  return {.object = program::object, .sampling = {.mode = mode, .interval = interval}};
}

BEHAVIOUR("systematic sampling takes exactly every Nth packet") {
  const auto programs = program::load(sampling(SamplingMode::systematic, 7));
  const Octets octets = ethernet(0x0800, tcpConversation().forward);
  for (int i = 1; i <= 700; ++i) {
    const uint32_t kept = program::run(programs->filter(), octets.data(), octets.size());
    CHECK_EQUAL(kept, i % 7 == 0 ? 128 : 0);
  }
  CHECK_EQUAL(programs->sampledOut(), 600);
}

BEHAVIOUR("an interval of one takes every packet in all modes") {
  const Octets octets = ethernet(0x0800, tcpConversation().forward);
  for (const SamplingMode mode : {SamplingMode::systematic, SamplingMode::random, SamplingMode::flow}) {
    const auto programs = program::load(sampling(mode, 1));
    for (int i = 0; i < 10; ++i) CHECK_EQUAL(program::run(programs->filter(), octets.data(), octets.size()), 128);
    CHECK_EQUAL(programs->sampledOut(), 0);
  }
}

BEHAVIOUR("threads load programs at the same time, which steer alike") {
  const Octets octets = ethernet(0x0800, tcpConversation().forward);
  const uint32_t expected = program::run(plain().steering(), octets.data(), octets.size());
  uint32_t values[4] = {};
  std::vector<std::thread> threads;
  for (uint32_t& value : values) {
    threads.emplace_back([&value, &octets] {
      const auto programs = program::load({.object = program::object, .sampling = {}});
      value = program::run(programs->steering(), octets.data(), octets.size());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const uint32_t value : values) CHECK_EQUAL(value, expected);
}

BEHAVIOUR("an object that is missing, or none, is one line") {
  const auto errorOf = [](const char* path) {
    std::string error;
    CHECK(KernelPrograms::load({.object = path, .sampling = {}}, error) == nullptr);
    CHECK_EQUAL(error.find('\n'), std::string::npos);
    return error;
  };
  CHECK_EQUAL(errorOf("nowhere.bpf.o"), "nowhere.bpf.o: No such file or directory");
  CHECK(errorOf("Makefile").starts_with("Makefile: is no object of kernel-side programs"));
  CHECK(errorOf("build/bpf/generator.bpf.o").starts_with("build/bpf/generator.bpf.o: has no program "));
}

BEHAVIOUR("random sampling takes about one in N, and counts the others") {
  const auto programs = program::load(sampling(SamplingMode::random, 4));
  const Octets octets = ethernet(0x0800, tcpConversation().forward);
  constexpr int packets = 8000;
  int taken = 0;
  for (int i = 0; i < packets; ++i) taken += program::run(programs->filter(), octets.data(), octets.size()) != 0;
  CHECK(taken > 1768 && taken < 2232);  // 2000, standard deviation 39; six of them
  CHECK_EQUAL(programs->sampledOut(), packets - taken);
}

BEHAVIOUR("flow sampling takes whole conversations, one in N of those on every thread") {
  const auto programs = program::load(sampling(SamplingMode::flow, 4));
  constexpr int conversations = 4000;
  int taken = 0;
  int ofFirstMember = 0;
  for (int i = 0; i < conversations; ++i) {
    const Directions each = tcpConversation(static_cast<uint16_t>(10000 + i));
    const Octets forward = ethernet(0x0800, each.forward);
    const Octets reverse = ethernet(0x8100, vlan(1, 0x0800, each.reverse));
    const uint32_t kept = program::run(programs->filter(), forward.data(), forward.size());
    CHECK_EQUAL(program::run(programs->filter(), reverse.data(), reverse.size()), kept);
    taken += kept != 0;
    ofFirstMember += kept != 0 && program::run(programs->steering(), forward.data(), forward.size()) % 2 == 0;
  }
  CHECK(taken > 836 && taken < 1164);                                       // 1000, standard deviation 27
  CHECK(ofFirstMember > taken / 2 - 95 && ofFirstMember < taken / 2 + 95);  // half, standard deviation 16
  CHECK_EQUAL(programs->sampledOut(), 2 * (conversations - taken));
}

BEHAVIOUR("a super-packet tells how many segments it stands for") {
  const auto filtered = [](const Octets& payload, program::Segments segments) {
    const Octets octets = ethernet(0x0800, frame::ipv4(client, server, 6, tcp(40000, 443, 0x18, {}, payload)));
    const uint32_t kept = program::run(plain().filter(), octets.data(), octets.size(), segments);
    return KernelPrograms::segmentsOf(std::min(kept, static_cast<uint32_t>(octets.size())), 128);
  };
  CHECK_EQUAL(filtered(fill(500), {}), 1);
  CHECK_EQUAL(filtered(fill(2000), {.count = 4, .size = 500}), 4);
  CHECK_EQUAL(filtered(fill(1), {.count = 1, .size = 1}), 1);
  // Where nobody has counted: by the length behind TCP's header.
  CHECK_EQUAL(filtered(fill(2000), {.count = 0, .size = 500}), 4);
  CHECK_EQUAL(filtered(fill(2001), {.count = 0, .size = 500}), 5);
  // The frame that is too short to say it is one packet, never a wrong number.
  CHECK_EQUAL(filtered(fill(89), {.count = 2, .size = 45}), 1);
  CHECK_EQUAL(filtered(fill(160), {.count = 5, .size = 32}), 5);
}

}  // namespace

int main() {
  if (program::skips("kernel-side selection of packets")) return 0;
  return harness::runAll();
}
