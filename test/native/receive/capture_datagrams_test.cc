// The datagrams of captures, every packet of which is in one counter.
#include "receive/capture_datagrams.h"

#include <string>
#include <vector>

#include "../decode/frame.h"
#include "../support/capture.h"
#include "../support/harness.h"
#include "../support/memory_file.h"
#include "ring_reader.h"

namespace {

using namespace flowtap;
using frame::Octets;
using support::Pcap;
using support::Pcapng;
using support::RingReader;

constexpr int64_t noon = 1'600'000'000'000'000;
constexpr uint16_t moreFragments = 0x2000;

struct Read {
  std::vector<support::ReadDatagram> datagrams;
  CaptureDatagramCounters counters;
  std::vector<SourceNotice> notices;
};

uint64_t accounted(const CaptureDatagramCounters& counters) {
  return counters.datagramPackets + counters.notUdp + counters.truncated + counters.incomplete + counters.undecodable;
}

/// Reads a capture to its end, through a ring of `capacity`.
Read readAll(const Octets& capture, size_t capacity = RingReader::smallest) {
  const support::MemoryFile file(capture);
  RingReader reader(capacity);
  CaptureDatagrams datagrams(file.path(), reader.ring());
  Read result;
  for (bool more = true; more;) {
    more = datagrams.read();
    for (auto& each : reader.read()) result.datagrams.push_back(std::move(each));
  }
  result.counters = datagrams.counters();
  result.notices = datagrams.takeNotices();
  CHECK(!reader.isDamaged());
  CHECK_EQUAL(accounted(result.counters), result.counters.packets);
  CHECK_EQUAL(result.counters.datagrams, result.datagrams.size());
  return result;
}

Octets udpOver4(const Octets& payload) {
  return frame::ethernet(0x0800, frame::ipv4(17, frame::udp(5000, 2055, payload)));
}

/// A datagram's fragments of `each` octets over IPv4.
std::vector<Octets> fragments4(const Octets& datagram, size_t each, uint16_t identification = 1) {
  std::vector<Octets> made;
  for (size_t at = 0; at < datagram.size(); at += each) {
    const Octets part = datagram.substr(at, each);
    const bool more = at + each < datagram.size();
    const auto field = static_cast<uint16_t>(at / 8 | (more ? moreFragments : 0));
    made.push_back(
        frame::ethernet(0x0800, frame::ipv4(17, part, {.identification = identification, .fragmentation = field})));
  }
  return made;
}

/// The same over IPv6.
std::vector<Octets> fragments6(const Octets& datagram, size_t each, uint32_t identification = 1) {
  std::vector<Octets> made;
  for (size_t at = 0; at < datagram.size(); at += each) {
    const Octets part = datagram.substr(at, each);
    const uint32_t more = at + each < datagram.size() ? 1 : 0;
    const Octets header = Octets{17, 0} + frame::be16(static_cast<uint32_t>(at) | more) + frame::be32(identification);
    made.push_back(frame::ethernet(0x86dd, frame::ipv6(44, header + part)));
  }
  return made;
}

Octets counting(size_t octets) {
  Octets made(octets, 0);
  for (size_t at = 0; at < octets; ++at) made[at] = static_cast<uint8_t>(at * 7 + at / 256);
  return made;
}

BEHAVIOUR("datagrams of IPv4 and IPv6 come with sender, ports and the capture's time") {
  Pcap pcap;
  pcap.add(udpOver4({1, 2, 3}), noon + 5);
  pcap.add(frame::ethernet(0x86dd, frame::ipv6(17, frame::udp(6000, 4739, {4, 5}))), noon + 6);
  pcap.add(frame::ethernet(0x8100, frame::vlan(12, 0x0800, frame::ipv4(17, frame::udp(1, 2, {6})))));
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.datagrams.size(), 3);
  CHECK(read.datagrams.at(0).data == (Octets{1, 2, 3}));
  CHECK_EQUAL(read.datagrams.at(0).head.time, static_cast<double>(noon + 5));
  CHECK_EQUAL(read.datagrams.at(0).head.sourcePort, 5000);
  CHECK_EQUAL(read.datagrams.at(0).head.destinationPort, 2055);
  CHECK(Octets(read.datagrams.at(0).head.sourceAddress, 16) == frame::hex("00000000 00000000 0000ffff c0000201"));
  CHECK(Octets(read.datagrams.at(1).head.sourceAddress, 16) == frame::hex("20010db8 00000000 00000000 00000001"));
  CHECK(read.datagrams.at(2).data == (Octets{6}));
  CHECK_EQUAL(read.counters.datagramPackets, 3);
  CHECK_EQUAL(read.counters.octets, 6);
}

BEHAVIOUR("every packet that is no datagram is counted by why") {
  Pcap pcap;
  pcap.add(frame::ethernet(0x0800, frame::ipv4(6, frame::tcp(1, 2, 2))));
  pcap.add(frame::ethernet(0x0806, frame::fill(28)));
  pcap.add(frame::ethernet(0x0800, frame::hex("45 00")));
  pcap.add(udpOver4(frame::fill(100)).substr(0, 60), noon, 142);
  pcap.add(fragments4(frame::udp(1, 2, frame::fill(100)), 64)[0]);
  pcap.add({});
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.counters.packets, 6);
  CHECK_EQUAL(read.counters.notUdp, 1);
  CHECK_EQUAL(read.counters.undecodable, 3);
  CHECK_EQUAL(read.counters.truncated, 1);
  CHECK_EQUAL(read.counters.incomplete, 1);
}

BEHAVIOUR("the UDP header says where the data ends, unless it lies") {
  const auto claiming = [](uint32_t length, const Octets& payload) {
    Octets udp = frame::udp(1, 2, payload);
    udp.replace(4, 2, frame::be16(length));
    return frame::ethernet(0x0800, frame::ipv4(17, udp));
  };
  Pcap pcap;
  pcap.add(claiming(8 + 10, frame::fill(30)));
  pcap.add(claiming(8, frame::fill(30)));
  for (const uint32_t lie : {0U, 7U, 8 + 31U, 65535U}) pcap.add(claiming(lie, frame::fill(30)));
  // Shorter than the header, whatever it says.
  pcap.add(frame::ethernet(0x0800, frame::ipv4(17, frame::udp(1, 2).substr(0, 7))));
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.datagrams.size(), 2);
  CHECK_EQUAL(read.datagrams.at(0).data.size(), 10);
  CHECK_EQUAL(read.datagrams.at(1).data.size(), 0);
  CHECK_EQUAL(read.counters.undecodable, 5);
}

BEHAVIOUR("a datagram cut off at any octet is one datagram or one counted packet") {
  const Octets whole = udpOver4(counting(50));
  for (size_t length = 0; length <= whole.size(); ++length) {
    Pcap pcap;
    pcap.add(whole.substr(0, length), noon, static_cast<uint32_t>(whole.size()));
    const Read read = readAll(pcap.octets);
    CHECK_EQUAL(read.counters.packets, 1);
    CHECK_EQUAL(read.datagrams.size(), length == whole.size() ? 1 : 0);
    if (length >= 14 + 20 && length < whole.size()) CHECK_EQUAL(read.counters.truncated, 1);
  }
}

BEHAVIOUR("fragments are put together whichever comes first, and count as many packets") {
  const Octets data = counting(4000);
  const Octets datagram = frame::udp(5000, 9995, data);
  for (const auto& fragments : {fragments4(datagram, 1480), fragments6(datagram, 1440)}) {
    for (const bool backwards : {false, true}) {
      Pcap pcap;
      for (size_t at = 0; at < fragments.size(); ++at)
        pcap.add(fragments[backwards ? fragments.size() - 1 - at : at], noon + static_cast<int64_t>(at));
      const Read read = readAll(pcap.octets);
      CHECK_EQUAL(read.datagrams.size(), 1);
      CHECK(read.datagrams.at(0).data == data);
      CHECK_EQUAL(read.datagrams.at(0).head.sourcePort, 5000);
      CHECK_EQUAL(read.datagrams.at(0).head.time, static_cast<double>(noon + 2));
      CHECK_EQUAL(read.counters.datagramPackets, 3);
    }
  }
}

BEHAVIOUR("an IPv6 fragment that is all of its datagram is one by itself") {
  Pcap pcap;
  pcap.add(fragments6(frame::udp(1, 2, {9}), 100).at(0));
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.datagrams.size(), 1);
  CHECK_EQUAL(read.counters.datagramPackets, 1);
}

BEHAVIOUR("equal identifications of other VLANs and other families are other datagrams") {
  const Octets datagram = frame::udp(1, 2, counting(200));
  const auto first = fragments4(datagram, 104);
  Pcap pcap;
  pcap.add(first[0]);
  pcap.add(frame::ethernet(0x8100, frame::vlan(7, 0x0800, first[1].substr(14))));
  pcap.add(fragments6(datagram, 104)[1]);
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.datagrams.size(), 0);
  CHECK_EQUAL(read.counters.incomplete, 3);
}

BEHAVIOUR("a datagram of lying length that fragments make is counted with all of them") {
  Octets datagram = frame::udp(1, 2, counting(200));
  datagram.replace(4, 2, frame::be16(5000));
  Pcap pcap;
  for (const Octets& each : fragments4(datagram, 104)) pcap.add(each);
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.counters.undecodable, 2);
  CHECK_EQUAL(read.counters.datagramPackets, 0);
}

BEHAVIOUR("a flood of fragments that nothing completes is counted, and real datagrams pass through it") {
  const Octets datagram = frame::udp(5000, 2055, counting(3000));
  Pcap pcap;
  constexpr uint16_t flood = 3000;
  for (uint16_t each = 2; each < flood; ++each) pcap.add(fragments4(frame::fill(64), 32, each)[each % 2], noon);
  for (const Octets& each : fragments4(datagram, 1480)) pcap.add(each, noon);
  for (uint16_t each = 2; each < flood; ++each) pcap.add(fragments4(frame::fill(64), 32, each)[each % 2], noon);
  const Read read = readAll(pcap.octets);
  CHECK_EQUAL(read.datagrams.size(), 1);
  CHECK_EQUAL(read.counters.datagramPackets, 3);
  CHECK_EQUAL(read.counters.incomplete, 2 * (flood - 2));
}

BEHAVIOUR("packets of a time that is no date are undecodable, fragments among them") {
  const auto fragments = fragments4(frame::udp(1, 2, counting(200)), 104);
  constexpr uint64_t beyond = uint64_t{1} << 53;
  Pcapng pcapng;
  pcapng.interface(1).add(0, fragments[0], 0).add(0, fragments[1], UINT64_MAX).add(0, fragments[1], beyond - 1);
  pcapng.add(0, udpOver4({1}), beyond).add(0, udpOver4({1}), beyond - 1);
  const Read read = readAll(pcapng.octets);
  CHECK_EQUAL(read.counters.undecodable, 2);
  CHECK_EQUAL(read.counters.incomplete, 2);
  CHECK_EQUAL(read.datagrams.size(), 1);
  CHECK_EQUAL(read.datagrams.at(0).head.time, static_cast<double>(beyond - 1));
}

BEHAVIOUR("a full ring ends a reading that goes on where it was") {
  Pcap pcap;
  constexpr int count = 50;
  for (int each = 0; each < count; ++each) pcap.add(udpOver4(Octets(1000, static_cast<uint8_t>(each))));
  const support::MemoryFile file(pcap.octets);
  RingReader reader;
  CaptureDatagrams datagrams(file.path(), reader.ring());
  for (int each = 0; each < count; ++each) {
    CHECK(datagrams.read());
    CHECK(datagrams.read());  // nothing has been given back: nothing more is read
    const auto read = reader.read();
    CHECK(read.size() == 1 && read.at(0).data == Octets(1000, static_cast<uint8_t>(each)));
  }
  CHECK(!datagrams.read());
  CHECK_EQUAL(datagrams.counters().datagrams, count);
}

BEHAVIOUR("packets of interfaces that the capture does not describe, and of unknown links, are undecodable") {
  Pcapng pcapng;
  pcapng.interface(1).interface(147).add(0, udpOver4({1}), 1).add(1, udpOver4({2}), 2).add(9, udpOver4({3}), 3);
  const Read read = readAll(pcapng.octets);
  CHECK_EQUAL(read.datagrams.size(), 1);
  CHECK_EQUAL(read.counters.packets, 3);
  CHECK_EQUAL(read.counters.undecodable, 2);
  CHECK(!read.notices.empty());
}

BEHAVIOUR("what is no capture has no datagrams and says why") {
  const Read read = readAll(frame::fill(100, 'x'));
  CHECK_EQUAL(read.counters.packets, 0);
  CHECK(!read.notices.empty() && read.notices.at(0).fatal);
  RingReader reader;
  CaptureDatagrams missing("/nowhere/at/all", reader.ring());
  CHECK(!missing.read());
  CHECK_EQUAL(missing.takeNotices().size(), 1);
  CHECK(missing.takeNotices().empty());
}

}  // namespace

int main() {
  return harness::runAll();
}
