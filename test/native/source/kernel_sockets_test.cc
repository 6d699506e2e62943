// The kernel-side programs on packet sockets, in a network namespace of the test's own: loopback, a tap and a tun
// interface show every way in which a program may see a frame.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <map>
#include <set>
#include <vector>

#include "../../../bpf/capture_settings.h"
#include "../decode/frame.h"
#include "../support/harness.h"
#include "program_run.h"

namespace {

using flowtap::KernelPrograms;
using flowtap::SamplingMode;
using frame::be32;
using frame::ethernet;
using frame::Octets;

constexpr int conversations = 40;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

void bringUp(const char* name) {
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (ioctl(control, SIOCSIFFLAGS, &request) != 0) fail(name);
  close(control);
}

/// A tap or tun interface; what is written to the descriptor is received on it.
int makeTunnel(const char* name, int flags) {
  const int descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return -1;
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(flags);
  if (ioctl(descriptor, TUNSETIFF, &request) != 0) fail(name);
  bringUp(name);
  return descriptor;
}

/// A packet socket of `type` on an interface, which hears all protocols or is only for sending.
enum class Use { hear, send };

class PacketSocket {
 public:
  PacketSocket(const char* interface, int type, Use use)
      : descriptor_(socket(AF_PACKET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    address_.sll_family = AF_PACKET;
    address_.sll_ifindex = static_cast<int>(if_nametoindex(interface));
    if (descriptor_ < 0) fail("packet socket");
    if (use == Use::send) return;
    address_.sll_protocol = htons(ETH_P_ALL);
    if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0) fail("bind");
  }
  PacketSocket(const PacketSocket&) = delete;
  PacketSocket& operator=(const PacketSocket&) = delete;
  ~PacketSocket() { close(descriptor_); }

  void set(int level, int option, int value) const {
    if (setsockopt(descriptor_, level, option, &value, sizeof value) != 0) fail("setsockopt");
  }

  void send(const Octets& octets, uint16_t protocol) const {
    sockaddr_ll to = address_;
    to.sll_protocol = htons(protocol);
    if (sendto(descriptor_, octets.data(), octets.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) {
      fail("sendto");
    }
  }

  /// The next frame of ours, as far as the filter kept it; empty when there is none within a tenth of a second.
  Octets receive() const {
    for (pollfd waiting{descriptor_, POLLIN, 0}; poll(&waiting, 1, 100) > 0;) {
      uint8_t buffer[65536];
      const ssize_t got = recv(descriptor_, buffer, sizeof buffer, 0);
      if (got > 0) return Octets(buffer, static_cast<size_t>(got));
    }
    return {};
  }

 private:
  int descriptor_;
  sockaddr_ll address_{};
};

/// Both directions of conversation `number`, which is also the last octet.
std::vector<Octets> directionsOf(int number) {
  const auto id = static_cast<uint8_t>(number);
  Octets forward = frame::ipv4(6, frame::tcp(40000, 443, 0x18, {}, frame::fill(30, id)));
  Octets reverse = frame::ipv4(6, frame::tcp(443, 40000, 0x18, {}, frame::fill(31, id)));
  forward.replace(12, 8, be32(0x0a000000U + id) + be32(0xc0a80101U));
  reverse.replace(12, 8, be32(0xc0a80101U) + be32(0x0a000000U + id));
  return {forward, reverse};
}

/// Whether a frame ends in the payload of directionsOf(), not the kernel's own neighbour discovery.
bool isOurs(const Octets& octets) {
  constexpr size_t payload = 30;
  return octets.size() > payload && octets.find_last_not_of(octets.back()) < octets.size() - payload;
}

/// Four sockets in a fanout group with the steering program, and which of them got the frames of each conversation.
class Group {
 public:
  explicit Group(const char* interface, const KernelPrograms& programs) {
    static int number = 77;
    ++number;
    for (size_t member = 0; member < members; ++member) {
      const auto& socket = sockets_.emplace_back(std::make_unique<PacketSocket>(interface, SOCK_RAW, Use::hear));
      socket->set(SOL_PACKET, PACKET_FANOUT, number | PACKET_FANOUT_EBPF << 16);
      if (member == 0) socket->set(SOL_PACKET, PACKET_FANOUT_DATA, programs.steering());
    }
  }

  /// Reads everything and checks it: `frames` of each conversation at one member, and more than one member in use.
  void expectApart(size_t frames, const char* file, int line) const {
    std::map<int, std::set<size_t>> membersOf;
    std::map<int, size_t> framesOf;
    std::set<size_t> used;
    for (size_t member = 0; member < members; ++member) {
      for (Octets octets = sockets_[member]->receive(); !octets.empty(); octets = sockets_[member]->receive()) {
        if (!isOurs(octets)) continue;
        membersOf[octets.back()].insert(member);
        ++framesOf[octets.back()];
        used.insert(member);
      }
    }
    for (int each = 1; each <= conversations; ++each) {
      harness::equal(framesOf[each], frames, "frames of a conversation", file, line);
      harness::equal(membersOf[each].size(), 1, "members with a conversation", file, line);
    }
    if (used.size() < 2) harness::equal(used.size(), members, "members in use", file, line);
  }

 private:
  static constexpr size_t members = 4;
  std::vector<std::unique_ptr<PacketSocket>> sockets_;
};

#define EXPECT_APART(group, frames) (group).expectApart((frames), __FILE__, __LINE__)

/// struct virtio_net_hdr, whose header C++ does not take: it names a member `class`.
struct OffloadHeader {
  uint8_t flags = 1;    // the checksum is still to be made
  uint8_t gsoType = 1;  // TCP over IPv4
  uint16_t headerOctets = 54;
  uint16_t segmentSize = 0;
  uint16_t checksumStart = 34;
  uint16_t checksumOffset = 16;
};

int tap = -1;
int tun = -1;

void writeTo(int descriptor, const Octets& octets) {
  if (write(descriptor, octets.data(), octets.size()) < 0) fail("write");
}

BEHAVIOUR("frames of loopback steer alike where they are sent and where they are received") {
  const auto programs = program::load({.object = program::object, .sampling = {}});
  const Group group("lo", *programs);
  const PacketSocket sender("lo", SOCK_RAW, Use::send);
  for (int each = 1; each <= conversations; ++each) {
    for (const Octets& packet : directionsOf(each)) {
      sender.send(ethernet(0x0800, packet), ETH_P_IP);
      sender.send(ethernet(0x8100, frame::vlan(5, 0x0800, packet)), ETH_P_8021Q);
    }
  }
  EXPECT_APART(group, 2 * 2 * 2);  // directions, frames of each, sent and received
}

BEHAVIOUR("tags that the kernel strips, and those and labels that it leaves, steer as none do") {
  if (tap < 0) return;
  const auto programs = program::load({.object = program::object, .sampling = {}});
  const Group group("tap0", *programs);
  const PacketSocket sender("tap0", SOCK_RAW, Use::send);
  for (int each = 1; each <= conversations; ++each) {
    for (const Octets& packet : directionsOf(each)) {
      const Octets tagged = frame::vlan(5, 0x0800, packet);
      const std::pair<uint16_t, Octets> frames[] = {{ETH_P_IP, ethernet(0x0800, packet)},
                                                    {ETH_P_8021Q, ethernet(0x8100, tagged)},
                                                    {ETH_P_8021AD, ethernet(0x88a8, frame::vlan(9, 0x8100, tagged))},
                                                    {ETH_P_MPLS_UC, ethernet(0x8847, frame::mpls(16, true, packet))}};
      for (const auto& [protocol, octets] : frames) {
        writeTo(tap, octets);
        sender.send(octets, protocol);
      }
    }
  }
  EXPECT_APART(group, 2 * 4 * 2);
}

BEHAVIOUR("an interface without link header steers by the same conversations") {
  if (tun < 0) return;
  const auto programs = program::load({.object = program::object, .sampling = {}});
  const Group group("tun0", *programs);
  const PacketSocket sender("tun0", SOCK_RAW, Use::send);
  for (int each = 1; each <= conversations; ++each) {
    for (const Octets& packet : directionsOf(each)) {
      writeTo(tun, packet);
      sender.send(packet, ETH_P_IP);
    }
  }
  EXPECT_APART(group, 2 * 2);
}

BEHAVIOUR("flow sampling selects the same conversations with and without link header in sight") {
  const auto programs =
      program::load({.object = program::object, .sampling = {.mode = SamplingMode::flow, .interval = 2}});
  std::set<int> taken[2];
  const PacketSocket sockets[] = {{"lo", SOCK_RAW, Use::hear}, {"lo", SOCK_DGRAM, Use::hear}};
  for (const PacketSocket& socket : sockets) socket.set(SOL_SOCKET, SO_ATTACH_BPF, programs->filter());
  const PacketSocket sender("lo", SOCK_RAW, Use::send);
  for (int each = 1; each <= conversations; ++each) sender.send(ethernet(0x0800, directionsOf(each)[0]), ETH_P_IP);
  size_t frames = 0;
  for (int i = 0; i < 2; ++i) {
    for (Octets octets = sockets[i].receive(); !octets.empty(); octets = sockets[i].receive()) {
      taken[i].insert(octets.back());
      ++frames;
    }
  }
  CHECK(taken[0] == taken[1]);
  CHECK(!taken[0].empty() && taken[0].size() < conversations);
  CHECK_EQUAL(frames, 2 * taken[0].size());  // once on each socket, though loopback shows a packet twice
  CHECK_EQUAL(programs->sampledOut(), 2 * (conversations - taken[0].size()));
}

BEHAVIOUR("the filter keeps the snapshot length, and of a super-packet as much more as it has segments") {
  const int offloading = makeTunnel("tap1", IFF_TAP | IFF_NO_PI | IFF_VNET_HDR);
  if (offloading < 0) return;
  const auto programs = program::load({.object = program::object, .sampling = {}, .snapshotLength = 96});
  const PacketSocket hearing("tap1", SOCK_RAW, Use::hear);
  hearing.set(SOL_SOCKET, SO_ATTACH_BPF, programs->filter());
  const auto receivedOf = [&](size_t payload, uint16_t segmentSize) {
    const Octets octets = ethernet(0x0800, frame::ipv4(6, frame::tcp(1, 2, 0x10, {}, frame::fill(payload))));
    OffloadHeader header;
    header.segmentSize = segmentSize;
    if (segmentSize == 0) header.flags = header.gsoType = 0;
    writeTo(offloading, Octets(reinterpret_cast<const uint8_t*>(&header), sizeof header) + octets);
    Octets kept;
    do kept = hearing.receive();
    while (kept.size() > 13 && kept[12] != 0x08);  // the kernel's own neighbour discovery
    return static_cast<uint32_t>(kept.size());
  };
  CHECK_EQUAL(receivedOf(10, 0), 64);
  CHECK_EQUAL(receivedOf(1000, 0), 96);
  CHECK_EQUAL(receivedOf(5000, 1000), 96 + 5 * CAPTURE_SEGMENT_STEP);
  CHECK_EQUAL(receivedOf(60001, 1000), 96 + 61 * CAPTURE_SEGMENT_STEP);
  CHECK_EQUAL(KernelPrograms::segmentsOf(receivedOf(60001, 1000), 96), 61);
  close(offloading);
}

}  // namespace

int main() {
  if (program::skips("kernel-side programs on sockets")) return 0;
  if (unshare(CLONE_NEWNET) != 0) {
    std::fprintf(stderr, "\n*** SKIPPED: kernel-side programs on sockets: %s ***\n\n", std::strerror(errno));
    return 0;
  }
  bringUp("lo");
  tap = makeTunnel("tap0", IFF_TAP | IFF_NO_PI);
  tun = makeTunnel("tun0", IFF_TUN | IFF_NO_PI);
  if (tap < 0) std::fprintf(stderr, "\n*** SKIPPED: tap and tun interfaces: /dev/net/tun cannot be opened ***\n\n");
  return harness::runAll();
}
