// Packets as flows of their own: what is in a row, and which packets make none.
#include "flow/packet_flows.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "../decode/frame.h"
#include "../support/capture.h"
#include "../support/harness.h"
#include "../support/memory_file.h"

namespace {

using namespace flowtap;
using frame::Octets;
using support::Pcap;
using support::Pcapng;

constexpr int64_t noon = 1'600'000'000'000'000;
constexpr int64_t second = 1'000'000;

/// The columns of one read, with rows behind them that must stay as they are.
struct Columns {
  explicit Columns(size_t capacity)
      : wide(7, std::vector<uint64_t>(capacity)),
        ports(2, std::vector<int32_t>(capacity)),
        small(2, std::vector<int16_t>(capacity)) {}

  PacketFlowColumns get() {
    return {wide[0].data(), wide[1].data(),  wide[2].data(),  wide[3].data(),  wide[4].data(), wide[5].data(),
            wide[6].data(), ports[0].data(), ports[1].data(), small[0].data(), small[1].data()};
  }

  std::vector<std::vector<uint64_t>> wide;
  std::vector<std::vector<int32_t>> ports;
  std::vector<std::vector<int16_t>> small;
};

struct Row {
  uint64_t time, sourceHigh, sourceLow, destinationHigh, destinationLow, nextHopLow, octets;
  int32_t sourcePort, destinationPort;
  int16_t protocol, flags;
};

struct Result {
  std::vector<Row> rows;
  PacketFlowCounters counters;
  PacketFlows::State state = PacketFlows::State::more;
  Octets passed;
  Octets rejected;
  std::vector<SourceNotice> notices;

  uint64_t rejectedFor(Rejected reason) const { return counters.rejected[static_cast<size_t>(reason)]; }
};

PacketFlowOptions everything() {
  PacketFlowOptions options;
  options.before = INT64_MAX;
  options.takeIpv6 = true;
  return options;
}

Result readAll(const Octets& capture, PacketFlowOptions options = everything(), size_t capacity = PacketFlows::batch) {
  const support::MemoryFile file(capture);
  options.capture = file.path();
  PacketFlows flows(std::move(options));
  Columns columns(capacity);
  Result result;
  while (result.state == PacketFlows::State::more) {
    size_t rows = SIZE_MAX;
    result.state = flows.read(columns.get(), capacity, rows);
    CHECK(rows <= capacity);
    for (size_t at = 0; at < std::min(rows, capacity); ++at)
      result.rows.push_back({columns.wide[0][at], columns.wide[1][at], columns.wide[2][at], columns.wide[3][at],
                             columns.wide[4][at], columns.wide[5][at], columns.wide[6][at], columns.ports[0][at],
                             columns.ports[1][at], columns.small[0][at], columns.small[1][at]});
    if (result.state == PacketFlows::State::end) {
      flows.passed().finish();
      flows.rejected().finish();
    }
    for (const uint8_t each : flows.passed().take()) result.passed.push_back(each);
    for (const uint8_t each : flows.rejected().take()) result.rejected.push_back(each);
  }
  result.counters = flows.counters();
  result.notices = flows.takeNotices();
  if (result.state == PacketFlows::State::end) {
    const auto& rejected = result.counters.rejected;
    const uint64_t accounted =
        std::accumulate(rejected.begin(), rejected.end(), result.counters.flows + result.counters.outside);
    CHECK_EQUAL(accounted, result.counters.packets);
    CHECK_EQUAL(result.counters.flows, result.rows.size());
  }
  return result;
}

Octets over4(uint8_t protocol, const Octets& payload, const frame::Ipv4& with = {}) {
  return frame::ethernet(0x0800, frame::ipv4(protocol, payload, with));
}

BEHAVIOUR("a packet is a row of its time, addresses, ports, protocol, octets and flags") {
  Pcap pcap;
  pcap.add(over4(6, frame::tcp(40000, 443, 0x12)), noon + 7);
  const Result result = readAll(pcap.octets);
  CHECK_EQUAL(result.rows.size(), 1);
  const Row& row = result.rows.at(0);
  CHECK_EQUAL(row.time, noon + 7);
  CHECK_EQUAL(row.sourceHigh, 0);
  CHECK_EQUAL(row.sourceLow, 0xffffc0000201U);
  CHECK_EQUAL(row.destinationLow, 0xffffc6336402U);
  CHECK_EQUAL(row.nextHopLow, 0xffff00000000U);
  CHECK_EQUAL(row.octets, 40);
  CHECK_EQUAL(row.sourcePort, 40000);
  CHECK_EQUAL(row.destinationPort, 443);
  CHECK_EQUAL(row.protocol, 6);
  CHECK_EQUAL(row.flags, 0x12);
}

BEHAVIOUR("IPv6 packets are rows where they are taken, with :: as next hop") {
  Pcap pcap;
  pcap.add(frame::ethernet(0x86dd, frame::ipv6(17, frame::udp(65535, 53))));
  const Result result = readAll(pcap.octets);
  CHECK_EQUAL(result.rows.size(), 1);
  CHECK_EQUAL(result.rows.at(0).sourceHigh, 0x20010db800000000U);
  CHECK_EQUAL(result.rows.at(0).sourceLow, 1);
  CHECK_EQUAL(result.rows.at(0).nextHopLow, 0);
  CHECK_EQUAL(result.rows.at(0).sourcePort, 65535);
  PacketFlowOptions options = everything();
  options.takeIpv6 = false;
  const Result without = readAll(pcap.octets, options);
  CHECK_EQUAL(without.rows.size(), 0);
  CHECK_EQUAL(without.rejectedFor(Rejected::ipv6), 1);
}

BEHAVIOUR("ICMP has type and code where the destination port is") {
  Pcap pcap;
  pcap.add(over4(1, frame::hex("0301 0000 00000000")));
  const Result result = readAll(pcap.octets);
  CHECK_EQUAL(result.rows.at(0).sourcePort, 0);
  CHECK_EQUAL(result.rows.at(0).destinationPort, 3 * 256 + 1);
}

BEHAVIOUR("the window takes its first microsecond and not the one behind its last") {
  Pcap pcap;
  for (const int64_t offset : {-1, 0, 1, 99, 100}) pcap.add(over4(17, frame::udp(1, 2)), noon + offset);
  PacketFlowOptions options = everything();
  options.from = noon;
  options.before = noon + 100;
  const Result result = readAll(pcap.octets, options);
  CHECK_EQUAL(result.rows.size(), 3);
  CHECK_EQUAL(result.counters.outside, 2);
}

BEHAVIOUR("fragments are all taken, or the first ones, or none") {
  Pcap pcap;
  pcap.add(over4(17, frame::udp(7, 8, frame::fill(8)), {.fragmentation = 0x2000}));
  pcap.add(over4(17, frame::fill(8), {.fragmentation = 2}));
  pcap.add(over4(17, frame::udp(7, 8)));
  for (const auto& [choice, taken] :
       {std::pair{FragmentChoice::all, 3}, {FragmentChoice::first, 2}, {FragmentChoice::none, 1}}) {
    PacketFlowOptions options = everything();
    options.fragments = choice;
    const Result result = readAll(pcap.octets, options);
    CHECK_EQUAL(result.rows.size(), taken);
    CHECK_EQUAL(result.rejectedFor(Rejected::fragment), 3 - taken);
  }
  // Each packet stands for itself: the later one has no ports.
  CHECK_EQUAL(readAll(pcap.octets).rows.at(1).sourcePort, 0);
}

BEHAVIOUR("packets whose ports, flags or types were not captured are incomplete where that matters") {
  const struct {
    uint8_t protocol;
    Octets payload;
    size_t enough;  // octets of it that tell flows apart
  } cases[] = {{6, frame::tcp(1, 2, 2), 20},
               {17, frame::udp(1, 2, frame::fill(8)), 4},
               {1, frame::hex("0800 0000 00010001"), 2}};
  PacketFlowOptions options = everything();
  options.rejectIncomplete = true;
  for (const auto& each : cases) {
    const Octets whole = over4(each.protocol, each.payload);
    const auto wire = static_cast<uint32_t>(whole.size());
    for (size_t kept = 0; kept <= each.payload.size(); ++kept) {
      Pcap pcap;
      pcap.add(whole.substr(0, 14 + 20 + kept), noon, wire);
      const Result result = readAll(pcap.octets, options);
      CHECK_EQUAL(result.rejectedFor(Rejected::incomplete), kept < each.enough ? 1 : 0);
      CHECK_EQUAL(readAll(pcap.octets).rows.size(), 1);
    }
  }
}

BEHAVIOUR("what is no IP and what is malformed are told apart") {
  Pcap pcap;
  pcap.add(frame::ethernet(0x0806, frame::fill(28)));
  pcap.add(frame::ethernet(0x0800, frame::hex("45 00")));
  pcap.add(frame::ethernet(0x0800, frame::fill(40)));
  pcap.add({});
  const Result result = readAll(pcap.octets);
  CHECK_EQUAL(result.rejectedFor(Rejected::notIp), 1);
  CHECK_EQUAL(result.rejectedFor(Rejected::malformed), 3);
  CHECK_EQUAL(readAll(Pcap(147).add(frame::fill(60)).octets).rejectedFor(Rejected::notIp), 1);
}

BEHAVIOUR("times that no number of JavaScript's holds are malformed") {
  Pcapng pcapng;
  const Octets packet = over4(17, frame::udp(1, 2));
  pcapng.interface(1);
  for (const uint64_t time : {uint64_t{1} << 53, UINT64_MAX, uint64_t{INT64_MAX}, (uint64_t{1} << 53) - 1, uint64_t{0}})
    pcapng.add(0, packet, time);
  PacketFlowOptions options = everything();
  const Result result = readAll(pcapng.octets, options);
  CHECK_EQUAL(result.rows.size(), 2);
  CHECK_EQUAL(result.rejectedFor(Rejected::malformed) + result.counters.outside, 3);
}

BEHAVIOUR("passed and rejected packets are captures that read as the first one did") {
  Pcap pcap;
  for (int each = 0; each < 500; ++each) {
    const int64_t time = noon + each * second;
    const Octets packet =
        each % 3 == 0 ? frame::ethernet(0x0806, frame::fill(28)) : over4(17, frame::udp(1, 2, frame::fill(50)));
    pcap.add(packet.substr(0, 60), time, static_cast<uint32_t>(packet.size()));
  }
  PacketFlowOptions options = everything();
  options.keepPassed = options.keepRejected = true;
  const Result result = readAll(pcap.octets, options);
  const Result passed = readAll(result.passed);
  const Result rejected = readAll(result.rejected);
  CHECK_EQUAL(passed.counters.packets, result.counters.flows);
  CHECK_EQUAL(passed.rows.size(), result.rows.size());
  for (size_t at = 0; at < std::min(passed.rows.size(), result.rows.size()); ++at) {
    CHECK_EQUAL(passed.rows[at].time, result.rows[at].time);
    CHECK_EQUAL(passed.rows[at].octets, result.rows[at].octets);
  }
  CHECK_EQUAL(rejected.counters.packets, 167);
  CHECK_EQUAL(rejected.rejectedFor(Rejected::notIp), 167);
}

BEHAVIOUR("without packets the captures of passed and rejected ones are empty, and captures") {
  PacketFlowOptions options = everything();
  options.keepPassed = options.keepRejected = true;
  const Result result = readAll(Pcap().octets, options);
  for (const Octets& each : {result.passed, result.rejected}) {
    CHECK_EQUAL(each.size(), 24);
    CHECK(readAll(each).notices.empty());
  }
}

BEHAVIOUR("packets of two link types do not go into one capture") {
  Pcapng pcapng;
  pcapng.interface(1).interface(101);
  pcapng.add(0, over4(17, frame::udp(1, 2)), 1).add(1, frame::ipv4(17, frame::udp(1, 2)), 2);
  CHECK_EQUAL(readAll(pcapng.octets).rows.size(), 2);
  PacketFlowOptions options = everything();
  options.keepPassed = true;
  CHECK_EQUAL(readAll(pcapng.octets, options).state, PacketFlows::State::mixedLinkTypes);
}

BEHAVIOUR("large packets that are kept are handed over before they take memory without bound") {
  Pcap pcap;
  const Octets packet = over4(17, frame::udp(1, 2, frame::fill(60'000)));
  for (int each = 0; each < 300; ++each) pcap.add(packet);
  const support::MemoryFile file(pcap.octets);
  PacketFlowOptions options = everything();
  options.capture = file.path();
  options.keepPassed = true;
  PacketFlows flows(options);
  Columns columns(4096);
  size_t total = 0;
  for (auto state = PacketFlows::State::more; state == PacketFlows::State::more;) {
    size_t rows = 0;
    state = flows.read(columns.get(), 4096, rows);
    const size_t octets = flows.passed().take().size();
    CHECK(octets < (1 << 20) + PacketFlows::batch * (packet.size() + 16) + 24);
    total += octets;
  }
  CHECK_EQUAL(total, 24 + 300 * (packet.size() + 16));
}

BEHAVIOUR("a capture cut anywhere is whole rows and sums that add up") {
  Pcap pcap;
  for (int each = 0; each < 8; ++each) pcap.add(over4(17, frame::udp(1, 2, frame::fill(20))), noon + each);
  const size_t record = (pcap.octets.size() - 24) / 8;
  for (size_t length = 0; length <= pcap.octets.size(); ++length) {
    const Result result = readAll(pcap.octets.substr(0, length));
    CHECK_EQUAL(result.rows.size(), length < 24 ? 0 : (length - 24) / record);
  }
}

}  // namespace

int main() {
  return harness::runAll();
}
