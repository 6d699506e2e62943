// The live benchmarks' sender: see usage().
#include <signal.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ethernet_frame.h"
#include "packet_socket.h"
#include "source/capture_list.h"
#include "xdp_generator.h"

namespace {

using bench::fail;
using bench::InterfaceCounters;
using bench::Pace;
using bench::PacketSocket;

constexpr const char* usage =
    R"(usage: send --interface IF [--rate PPS] [--repeat N] FILE...
       send --interface IF --generate --flows N --rate PPS --seconds S [--mode udp|syn|sessions] [--size OCTETS]

Sends packets out of an interface and prints `sent N packets M octets in S s`.

Captures are sent frame by frame, at --rate packets a second (0, the default: as fast as it goes), --repeat times.
Frames of other link types than Ethernet go behind an Ethernet header; those that were cut off are filled up with zeros
to their length on the wire. What cannot be sent (no IP behind another link type, longer than the MTU) is counted.

--generate makes packets of --size octets (60, at most 1514):
  udp       UDP packets of --flows flows in turn; 0 makes every packet a flow of its own
  syn       a flood of TCP SYNs, each from another source
  sessions  the same, but every 16th packet belongs to one of 100 TCP sessions; their exact counts follow as JSON

They are made in the kernel where that is possible (Linux 5.18, root, build/bpf/generator.bpf.o) and else sent with
sendmmsg. The other end of a veth pair takes them only while it has GRO: `ethtool -K IF gro on`.
Neither TCP's nor UDP's checksum is valid, so that GRO leaves the packets apart.
)";

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

/// A decimal number from `least` to `most`.
uint64_t numberOf(std::string_view name, const char* text, uint64_t least, uint64_t most) {
  char* end = nullptr;
  errno = 0;
  const uint64_t value = std::strtoull(text, &end, 10);
  if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && value >= least && value <= most) return value;
  fail(std::string(name) + ": " + text + " is no number from " + std::to_string(least) + " to " + std::to_string(most));
}

uint32_t modeOf(std::string_view text) {
  if (text == "udp") return TRAFFIC_UDP;
  if (text == "syn") return TRAFFIC_SYN;
  if (text == "sessions") return TRAFFIC_SESSIONS;
  fail("--mode: udp, syn or sessions");
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--help") {
      std::fputs(usage, stdout);
      std::exit(0);
    }
    if (name == "--generate") {
      options.generate = true;
      continue;
    }
    if (!name.starts_with("--")) {
      options.files.emplace_back(name);
      continue;
    }
    if (i + 1 == count) fail(std::string(name) + ": unknown, or needs a value; see --help");
    const char* const value = arguments[++i];
    if (name == "--interface") {
      options.interface = value;
    } else if (name == "--object") {
      options.object = value;
    } else if (name == "--rate") {
      options.rate = numberOf(name, value, 0, 1'000'000'000);
    } else if (name == "--repeat") {
      options.repeat = numberOf(name, value, 1, 1'000'000'000);
    } else if (name == "--seconds") {
      options.seconds = numberOf(name, value, 1, 1'000'000);
    } else if (name == "--flows") {
      options.plan.flows = static_cast<uint32_t>(numberOf(name, value, 0, UINT32_MAX));
    } else if (name == "--size") {
      options.plan.octets = static_cast<uint32_t>(numberOf(name, value, TRAFFIC_LEAST_OCTETS, 1514));
    } else if (name == "--mode") {
      options.plan.mode = modeOf(value);
    } else {
      fail(std::string(name) + ": unknown; see --help");
    }
  }
  if (options.interface.empty()) fail("--interface is needed; see --help");
  if (options.generate != options.files.empty()) fail("either --generate or captures; see --help");
  if (options.generate && options.rate == 0) fail("--generate needs --rate");
  return options;
}

/// SIGINT and SIGTERM end sending; what was sent is told all the same.
volatile sig_atomic_t stopped = 0;

void report(const PacketSocket::Outcome& outcome, const Pace& pace) {
  std::printf("sent %" PRIu64 " packets %" PRIu64 " octets in %.3f s\n", outcome.sent, outcome.octets, pace.seconds());
}

void add(PacketSocket::Outcome& to, const PacketSocket::Outcome& more) {
  to.sent += more.sent;
  to.octets += more.octets;
  to.refused += more.refused;
}

class Listener final : public flowtap::SourceListener {
 public:
  void notice(flowtap::SourceNotice notice) override {
    std::fprintf(stderr, "send: %s: %s\n", notice.source.c_str(), notice.text.c_str());
    if (notice.fatal) failed = true;
  }
  uint8_t interfaceSlot(std::string_view, uint16_t, uint32_t) override { return 0; }

  bool failed = false;
};

/// What was sent less what the interface dropped behind our back, which is told.
void subtractDrops(PacketSocket::Outcome& outcome, uint32_t dropped, uint64_t octetsEach) {
  if (dropped == 0) return;
  std::fprintf(stderr, "send: the interface dropped %u of %" PRIu64 " packets\n", dropped, outcome.sent);
  outcome.sent -= std::min<uint64_t>(outcome.sent, dropped);
  outcome.octets -= std::min<uint64_t>(outcome.octets, dropped * octetsEach);
}

int sendCaptures(const Options& options, PacketSocket& socket) {
  constexpr size_t batch = 64;
  Listener listener;
  PacketSocket::Outcome outcome;
  uint64_t skipped = 0;
  std::vector<std::vector<uint8_t>> frames;
  std::vector<std::vector<uint8_t>> part;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  Pace pace(options.rate);
  for (uint64_t round = 0; round < options.repeat && stopped == 0; ++round) {
    flowtap::CaptureList captures(options.files, listener);
    flowtap::RawPacket packets[batch];
    for (auto state = flowtap::PacketSource::State::more; state != flowtap::PacketSource::State::end && stopped == 0;) {
      size_t count = 0;
      state = captures.read(packets, batch, count);
      frames.clear();
      for (size_t i = 0; i < count; ++i) {
        std::vector<uint8_t> frame;
        const uint64_t cutOff = packets[i].wireLength - packets[i].capturedLength;
        const bool sendable = bench::toEthernet(packets[i], frame) && frame.size() + cutOff <= socket.longest();
        if (!sendable) {
          ++skipped;
          continue;
        }
        frame.resize(frame.size() + cutOff);
        frames.push_back(std::move(frame));
      }
      for (size_t at = 0; at < frames.size();) {
        const size_t due = pace.due(frames.size() - at);
        part.assign(std::make_move_iterator(frames.begin() + static_cast<ptrdiff_t>(at)),
                    std::make_move_iterator(frames.begin() + static_cast<ptrdiff_t>(at + due)));
        add(outcome, socket.send(part));
        pace.sent(due);
        at += due;
      }
    }
  }
  const uint32_t dropped = InterfaceCounters::of(options.interface).dropped - before.dropped;
  if (dropped > 0) std::fprintf(stderr, "send: the interface dropped %u packets\n", dropped);
  if (skipped + outcome.refused > 0) {
    std::fprintf(stderr, "send: %" PRIu64 " packets cannot be sent\n", skipped + outcome.refused);
  }
  outcome.sent -= std::min<uint64_t>(outcome.sent, dropped);
  report(outcome, pace);
  return listener.failed ? 1 : 0;
}

/// What a meter has to find of the sessions after `packets` packets of the plan.
void printSessions(const traffic_plan& plan, uint64_t packets) {
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
bool generateInKernel(const Options& options, const traffic_plan& plan, Pace& pace, PacketSocket::Outcome& outcome) {
  constexpr uint64_t probe = 16;
  constexpr uint64_t most = 4096;
  std::string error;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  const auto generator = bench::XdpGenerator::load(options.object, plan, error);
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

void generateInUserSpace(const traffic_plan& plan, PacketSocket& socket, Pace& pace, PacketSocket::Outcome& outcome) {
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

int generate(const Options& options, PacketSocket& socket) {
  traffic_plan plan = options.plan;
  plan.packets = options.rate * options.seconds;
  plan.interface_index = static_cast<uint32_t>(socket.interfaceIndex());
  PacketSocket::Outcome outcome;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  Pace pace(options.rate);
  if (!generateInKernel(options, plan, pace, outcome)) generateInUserSpace(plan, socket, pace, outcome);
  const uint64_t planned = outcome.sent;
  const uint32_t dropped = InterfaceCounters::of(options.interface).dropped - before.dropped;
  subtractDrops(outcome, dropped, plan.octets);
  report(outcome, pace);
  if (plan.mode != TRAFFIC_SESSIONS) return 0;
  if (dropped > 0) fail("the sessions' counts are not known, because of the drops");
  printSessions(plan, planned);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  for (const int number : {SIGINT, SIGTERM}) signal(number, [](int) { stopped = 1; });
  PacketSocket socket(options.interface);
  return options.generate ? generate(options, socket) : sendCaptures(options, socket);
}
