#include "source/packet_filter.h"

#include <mutex>
#include <utility>

#include "source/libpcap.h"

namespace flowtap {

namespace {

/// Compiles into `program` and says what went wrong; empty when nothing did.
std::string compile(const std::string& expression, uint16_t linkType, bpf_program& program) {
  const Libpcap& pcap = libpcap();
  if (!pcap.error.empty()) return "filters need libpcap: " + pcap.error;
  // The compiler kept its state in globals before libpcap 1.8.
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  constexpr int snapshotLength = 262144;  // what an accepting program returns: anything but 0
  pcap_t* const handle = pcap.openDead(dltOf(linkType), snapshotLength);
  if (handle == nullptr) return "libpcap cannot be started";
  std::string error;
  constexpr int optimize = 1;
  if (pcap.compile(handle, &program, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) != 0) {
    error = pcap.getError(handle);
    if (error.empty()) error = "libpcap does not accept the filter";
  }
  pcap.close(handle);
  return error;
}

// A hostile capture must not make us keep a program for each of 65536 link types.
constexpr size_t mostPrograms = 64;

}  // namespace

struct PacketFilter::Program {
  explicit Program(uint16_t type) : linkType(type) {}
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (usable) libpcap().freeCode(&code);
  }

  uint16_t linkType;
  bool usable = false;
  bpf_program code{};
};

PacketFilter::PacketFilter(std::string expression, SourceListener& listener)
    : expression_(std::move(expression)), listener_(listener) {}

PacketFilter::~PacketFilter() = default;

bool PacketFilter::matches(const RawPacket& packet) {
  if (latest_ == nullptr || latest_->linkType != packet.linkType) latest_ = &programFor(packet.linkType);
  return latest_->usable &&
         libpcap().run(latest_->code.bf_insns, packet.data, packet.wireLength, packet.capturedLength) != 0;
}

const PacketFilter::Program& PacketFilter::programFor(uint16_t linkType) {
  for (const auto& program : programs_) {
    if (program->linkType == linkType) return *program;
  }
  if (programs_.size() == mostPrograms) programs_.erase(programs_.begin());
  Program& program = *programs_.emplace_back(std::make_unique<Program>(linkType));
  const std::string error = compile(expression_, linkType, program.code);
  program.usable = error.empty();
  if (!program.usable) {
    listener_.notice({.source = "filter",
                      .offset = 0,
                      .text = "matches no packet of link type " + std::to_string(linkType) + ": " + error,
                      .fatal = false});
  }
  return program;
}

std::string PacketFilter::check(const std::string& expression, uint16_t linkType) {
  bpf_program program{};
  std::string error = compile(expression, linkType, program);
  if (error.empty()) libpcap().freeCode(&program);
  return error;
}

std::string PacketFilter::check(const std::string& expression) {
  constexpr uint16_t ethernet = 1;
  constexpr uint16_t others[] = {
      101,  // raw IP
      113,  // Linux cooked
      276,  // Linux cooked version 2
      105,  // 802.11
      127,  // 802.11 with radiotap header
      9,    // PPP
  };
  std::string error = check(expression, ethernet);
  if (error.empty()) return error;
  for (const uint16_t linkType : others) {
    if (check(expression, linkType).empty()) return "";
  }
  return error;
}

}  // namespace flowtap
