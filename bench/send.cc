// The live benchmarks' sender: see usage.
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "send_captures.h"
#include "send_generated.h"
#include "send_options.h"

namespace {

using bench::fail;
using bench::Options;

constexpr const char* usage =
    R"(usage: send --interface IF [--rate PPS] [--repeat N] FILE...
       send --interface IF --generate --flows N --rate PPS --seconds S [--mode udp|syn|sessions] [--size OCTETS]

Sends packets out of an interface and prints `sent N packets M octets in S s`.

Captures are sent frame by frame, at --rate packets a second (0, the default: as fast as it goes), --repeat times.
Frames of other link types than Ethernet go behind an Ethernet header; those that were cut off are filled up with zeros
to their length on the wire. What cannot be sent (no IP behind another link type, longer than the MTU and one VLAN tag)
is counted: give both ends of a veth pair a larger MTU.

--generate makes packets of --size octets (60, at most 1514):
  udp       UDP packets of --flows flows in turn; 0 makes every packet a flow of its own
  syn       a flood of TCP SYNs, each from another source
  sessions  the same, but every 16th packet belongs to one of 100 TCP sessions; their exact counts follow as JSON

They are made in the kernel where that is possible (Linux 5.18, root, build/bpf/generator.bpf.o) and else sent with
sendmmsg. The other end of a veth pair takes them only while it has GRO: `ethtool -K IF gro on`.
Neither TCP's nor UDP's checksum is valid, so that GRO leaves the packets apart.
)";

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

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  for (const int number : {SIGINT, SIGTERM}) signal(number, [](int) { bench::stopped = 1; });
  bench::PacketSocket socket(options.interface);
  return options.generate ? bench::generate(options, socket) : bench::sendCaptures(options, socket);
}
