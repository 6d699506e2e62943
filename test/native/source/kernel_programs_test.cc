// kernel_programs_test [CAPTURE...]: how the kernel-side program steers hand-made frames, and all packets of captures.
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "../../../bench/ethernet_frame.h"
#include "../support/harness.h"
#include "conversation.h"
#include "decode/decoder.h"
#include "program_run.h"
#include "source/capture_list.h"

namespace {

using flowtap::KernelPrograms;
using flowtap::Tunnel;
using frame::client;
using frame::Directions;
using frame::ethernet;
using frame::fill;
using frame::hex;
using frame::innerEthernet;
using frame::ipv4;
using frame::ipv6;
using frame::mpls;
using frame::Octets;
using frame::server;
using frame::tcp;
using frame::tcpConversation;
using frame::udp;
using frame::vlan;

constexpr uint32_t opened = 1U << static_cast<int>(Tunnel::ipv4InIpv4) | 1U << static_cast<int>(Tunnel::ipv4InIpv6) |
                            1U << static_cast<int>(Tunnel::ipv6InIpv4) | 1U << static_cast<int>(Tunnel::ipv6InIpv6) |
                            1U << static_cast<int>(Tunnel::gre) | 1U << static_cast<int>(Tunnel::vxlan);

const KernelPrograms& opening() {
  static const auto programs = program::load({.object = program::object, .sampling = {}, .decapsulate = opened});
  return *programs;
}

const KernelPrograms& plain() {
  static const auto programs = program::load({.object = program::object, .sampling = {}});
  return *programs;
}

uint32_t steer(const Octets& octets, const KernelPrograms& programs = opening()) {
  return program::run(programs.steering(), octets.data(), octets.size());
}

template <typename Wrap>
void expectOneValue(const char* name, Wrap wrap) {
  const Directions conversation = tcpConversation();
  const uint32_t forward = steer(wrap(conversation.forward, client, server));
  if (forward != steer(wrap(conversation.reverse, server, client))) {
    std::printf("%s: directions differ\n", name);
    ++harness::failedChecks();
  }
  if (forward != steer(ethernet(0x0800, conversation.forward))) {
    std::printf("%s: not the value of the conversation inside\n", name);
    ++harness::failedChecks();
  }
}

Octets pppoe(const Octets& packet) {
  return hex("1100 0001 0000 0021") + packet;
}

Octets vxlan(const Octets& inner, uint16_t port = 4789) {
  return udp(static_cast<uint16_t>(50000 + inner.size()), port, hex("08000000 00002a00") + inner);
}

BEHAVIOUR("both directions steer alike behind tags, labels and PPPoE, and as they do without") {
  expectOneValue("Ethernet", [](const Octets& packet, auto, auto) { return ethernet(0x0800, packet); });
  expectOneValue("VLAN", [](const Octets& packet, auto, auto) { return ethernet(0x8100, vlan(7, 0x0800, packet)); });
  expectOneValue("QinQ", [](const Octets& packet, auto, auto) {
    return ethernet(0x88a8, vlan(100, 0x8100, vlan(7, 0x0800, packet)));
  });
  expectOneValue("MPLS", [](const Octets& packet, uint32_t source, auto) {
    return ethernet(0x8847, mpls(source & 0xff, false, mpls(17, false, mpls(18, true, packet))));
  });
  expectOneValue("MPLS pseudowire", [](const Octets& packet, auto, auto) {
    return ethernet(0x8847, mpls(17, true, innerEthernet(0x0800, packet)));
  });
  expectOneValue("MPLS pseudowire with control word", [](const Octets& packet, auto, auto) {
    return ethernet(0x8847, mpls(17, true, hex("00000001") + innerEthernet(0x0800, packet)));
  });
  expectOneValue("PPPoE", [](const Octets& packet, auto, auto) { return ethernet(0x8864, pppoe(packet)); });
  expectOneValue("PPPoE in QinQ", [](const Octets& packet, auto, auto) {
    return ethernet(0x88a8, vlan(1, 0x8100, vlan(2, 0x8864, pppoe(packet))));
  });
  expectOneValue("SNAP", [](const Octets& packet, auto, auto) {
    return ethernet(static_cast<uint16_t>(8 + packet.size()), hex("aaaa03 000000 0800") + packet);
  });
}

BEHAVIOUR("both directions steer alike in tunnels, and as they do without") {
  // Outer endpoints of the two directions have nothing in common: what is inside must decide.
  const auto outer4 = [](uint32_t source, uint8_t protocol, const Octets& payload) {
    return ethernet(0x0800, ipv4(source + 1000, source + 2000, protocol, payload));
  };
  const auto outer6 = [](uint32_t source, uint8_t protocol, const Octets& payload) {
    return ethernet(0x86dd, ipv6(source + 1000, source + 2000, protocol, payload));
  };
  const char* const headers[] = {"0000", "8000", "2000", "1000", "b000"};
  for (const char* const flags : headers) {
    const Octets first = hex(flags);
    const size_t optional = 4 * static_cast<size_t>(__builtin_popcount(first[0] & 0xb0));
    expectOneValue("GRE", [&](const Octets& packet, uint32_t source, auto) {
      return outer4(source, 47, first + hex("0800") + fill(optional, 0x42) + packet);
    });
    expectOneValue("transparent Ethernet in GRE", [&](const Octets& packet, uint32_t source, auto) {
      return outer6(source, 47, first + hex("6558") + fill(optional, 0x42) + innerEthernet(0x0800, packet));
    });
  }
  expectOneValue("PPTP", [&](const Octets& packet, uint32_t source, auto) {
    return outer4(source, 47, hex("3081 880b 0020 0001 00000007 00000003 ff03 0021") + packet);
  });
  expectOneValue("ERSPAN type II", [&](const Octets& packet, uint32_t source, auto) {
    return outer4(source, 47, hex("1000 88be 00000007 1001 0001 00000000") + innerEthernet(0x0800, packet));
  });
  expectOneValue("4in4", [&](const Octets& packet, uint32_t source, auto) { return outer4(source, 4, packet); });
  expectOneValue("4in6", [&](const Octets& packet, uint32_t source, auto) { return outer6(source, 4, packet); });
  expectOneValue("VXLAN", [&](const Octets& packet, uint32_t source, auto) {
    return outer4(source, 17, vxlan(innerEthernet(0x0800, packet)));
  });
  expectOneValue("VXLAN with tags outside and inside", [&](const Octets& packet, uint32_t source, auto) {
    const Octets inside = vxlan(innerEthernet(0x8100, vlan(9, 0x0800, packet)), 8472);
    return ethernet(0x8100, vlan(5, 0x86dd, ipv6(source, source + 1, 17, inside)));
  });
  expectOneValue("4in6 in GRE in VXLAN", [&](const Octets& packet, uint32_t source, auto) {
    const Octets gre = hex("0000 86dd") + ipv6(source, 1, 4, packet);
    return outer4(source, 17, vxlan(innerEthernet(0x0800, ipv4(source, 2, 47, gre))));
  });
  const Octets there = ipv6(1, 2, 6, tcp(40000, 443, 0x10));
  const Octets back = ipv6(2, 1, 6, tcp(443, 40000, 0x10));
  CHECK_EQUAL(steer(outer4(7, 41, there)), steer(outer4(9, 41, back)));
  CHECK_EQUAL(steer(outer6(7, 41, there)), steer(ethernet(0x86dd, back)));
}

BEHAVIOUR("tunnels that are not to be opened steer by their outer addresses") {
  const Directions one = tcpConversation(40000);
  const Directions other = tcpConversation(40001);
  const auto gre = [](const Octets& packet) { return ethernet(0x0800, ipv4(1, 2, 47, hex("0000 0800") + packet)); };
  CHECK(steer(gre(one.forward)) != steer(gre(other.forward)));
  CHECK_EQUAL(steer(gre(one.forward), plain()), steer(gre(other.reverse), plain()));
}

BEHAVIOUR("all fragments of a datagram steer as the rest of their conversation") {
  const uint32_t whole = steer(ethernet(0x0800, ipv4(client, server, 17, udp(5353, 53, fill(10)))));
  CHECK_EQUAL(steer(ethernet(0x0800, ipv4(client, server, 17, udp(5353, 53, fill(10)), 0x2000))), whole);
  CHECK_EQUAL(steer(ethernet(0x0800, ipv4(client, server, 17, fill(16, 0x99), 0x2003))), whole);
  CHECK_EQUAL(steer(ethernet(0x0800, ipv4(server, client, 17, fill(16, 0x99), 0x0005))), whole);

  const uint32_t whole6 = steer(ethernet(0x86dd, ipv6(1, 2, 17, udp(5353, 53, fill(10)))));
  const Octets first = hex("11 00 0001 00000007") + udp(5353, 53, fill(8));
  CHECK_EQUAL(steer(ethernet(0x86dd, ipv6(1, 2, 44, first))), whole6);
  // The later fragment of a datagram that has options before UDP: it names them, not UDP.
  CHECK_EQUAL(steer(ethernet(0x86dd, ipv6(1, 2, 44, hex("3c 00 0010 00000007") + fill(8, 0x99)))), whole6);
  CHECK_EQUAL(steer(ethernet(0x86dd, ipv6(1, 2, 0, hex("11 00 0104 00000000") + udp(1, 2, fill(8))))), whole6);

  // A TCP segment in fragments: none of them counts ports, for the later ones have none.
  const uint32_t head = steer(ethernet(0x0800, ipv4(client, server, 6, tcp(40000, 443, 0x18), 0x2000)));
  CHECK_EQUAL(steer(ethernet(0x0800, ipv4(client, server, 6, fill(40, 0x11), 0x0003))), head);

  // A tunnel's datagram in fragments: by the outer addresses, all of them.
  const Octets inside = vxlan(innerEthernet(0x0800, tcpConversation().forward));
  const uint32_t outside = steer(ethernet(0x0800, ipv4(client, server, 17, inside, 0x2000)));
  CHECK_EQUAL(steer(ethernet(0x0800, ipv4(client, server, 17, fill(40, 0x11), 0x0003))), outside);
}

BEHAVIOUR("conversations are shared out evenly") {
  constexpr int conversations = 4000;
  int members[4] = {};
  int tcpMembers[4] = {};
  for (int i = 0; i < conversations; ++i) {
    const auto host = static_cast<uint32_t>(i);
    ++members[steer(ethernet(0x0800, ipv4(0x0a000000 + host, server, 17, udp(5353, 53)))) % 4];
    ++tcpMembers[steer(ethernet(0x0800, tcpConversation(static_cast<uint16_t>(10000 + i)).forward)) % 4];
  }
  for (int member = 0; member < 4; ++member) {  // 1000 each, standard deviation 27; six of them
    CHECK(members[member] > 836 && members[member] < 1164);
    CHECK(tcpMembers[member] > 836 && tcpMembers[member] < 1164);
  }
}

BEHAVIOUR("frames without IP and frames that are cut off steer somewhere") {
  const Octets arp = ethernet(0x0806, fill(28));
  CHECK_EQUAL(steer(arp), steer(ethernet(0x0806, fill(46, 1))));
  const Octets deep = ethernet(
      0x8100, vlan(1, 0x0800, ipv4(1, 2, 47, hex("0000 6558") + innerEthernet(0x0800, tcpConversation().forward))));
  std::set<uint32_t> values;
  for (size_t octets = 15; octets <= deep.size(); ++octets) values.insert(steer(deep.substr(0, octets)));
  CHECK(values.size() >= 3);  // by type, by outer addresses, by inner addresses
  Octets labels;
  for (int i = 0; i < 40; ++i) labels += mpls(static_cast<uint32_t>(16 + i), false, {});
  steer(ethernet(0x8847, labels));
}

class Listener final : public flowtap::SourceListener {
 public:
  void notice(flowtap::SourceNotice) override {}
  uint8_t interfaceSlot(std::string_view, uint16_t, uint32_t) override { return 0; }
};

using Conversation = std::tuple<std::set<std::string>, uint8_t>;

/// What the decoder takes for one conversation: endpoints in no order, and the protocol. Fragments go by address, as
/// their protocol may not be known.
Conversation conversationOf(const flowtap::Packet& packet) {
  const bool isFragment = (packet.flags & flowtap::packetFlag::fragment) != 0;
  const bool withPorts = packet.protocol == 6 && !isFragment && (packet.sourcePort | packet.destinationPort) != 0;
  const auto end = [withPorts](const uint8_t(&address)[16], uint16_t port) {
    return std::string(reinterpret_cast<const char*>(address), sizeof address) +
           (withPorts ? std::to_string(port) : "");
  };
  const uint8_t protocol = withPorts ? 6 : 0;
  return {{end(packet.sourceAddress, packet.sourcePort), end(packet.destinationAddress, packet.destinationPort)},
          protocol};
}

/// Checks that every conversation of a capture steers to one value, and counts the packets looked at.
void checkCapture(const char* path, uint32_t decapsulate, const KernelPrograms& programs, size_t& packets) {
  Listener listener;
  flowtap::CaptureList capture({path}, listener);
  flowtap::Decoder decoder({.decapsulate = decapsulate});
  std::map<Conversation, uint32_t> values;
  std::vector<uint8_t> octets;
  flowtap::RawPacket batch[64];
  for (auto state = flowtap::PacketSource::State::more; state != flowtap::PacketSource::State::end;) {
    size_t count = 0;
    state = capture.read(batch, 64, count);
    for (size_t i = 0; i < count; ++i) {
      flowtap::Packet packet;
      if (!bench::toEthernet(batch[i], octets) || octets.size() < 15) continue;
      if (decoder.decode(batch[i], packet) != flowtap::Ignored::none) continue;
      const uint32_t value = program::run(programs.steering(), octets.data(), octets.size());
      const auto [known, isNew] = values.emplace(conversationOf(packet), value);
      if (!isNew && known->second != value) {
        std::printf("%s: a packet at %lld us steers to another thread than its conversation\n", path,
                    static_cast<long long>(packet.time));
        ++harness::failedChecks();
      }
      ++packets;
    }
  }
}

std::vector<const char*> captures;

BEHAVIOUR("in captures, packets that the decoder takes for one conversation steer alike") {
  size_t packets = 0;
  for (const char* const path : captures) {
    checkCapture(path, 0, plain(), packets);
    checkCapture(path, opened, opening(), packets);
  }
  if (captures.empty()) {
    std::fprintf(stderr, "\n*** SKIPPED: no captures were named, so none were steered ***\n\n");
  } else {
    CHECK(packets > 0);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (program::skips("kernel-side programs")) return 0;
  captures.assign(arguments + 1, arguments + count);
  return harness::runAll();
}
