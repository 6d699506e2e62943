// The flow table, packet by packet and against a model that has no wheel, no index and no batches.
#include "flow/table.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "../support/harness.h"
#include "flow/statistics.h"

namespace {

using namespace flowtap;

constexpr int64_t second = 1'000'000;
constexpr int64_t epoch = 1'600'000'000 * second;

/// A table with a ring large enough for a test, and what came out of it.
class Bench {
 public:
  explicit Bench(FlowTableOptions options = {}, size_t capacity = 1 << 16)
      : memory_(capacity * recordStride(options.groups)),
        stride_(recordStride(options.groups)),
        ring_(memory_.data(), capacity, stride_, [] {}),
        table_(withTimeouts(options), ring_) {}

  void add(const Packet& packet) { table_.add(&packet, 1); }

  /// Everything that has come out so far.
  const std::vector<FlowRecord>& records() {
    ring_.publish();
    while (const size_t ready = ring_.available(SIZE_MAX)) {
      for (size_t i = 0; i < ready; ++i) {
        FlowRecord record;
        std::memcpy(&record, memory_.data() + position_ * stride_, sizeof record);
        records_.push_back(record);
        position_ = (position_ + 1) % (memory_.size() / stride_);
      }
      ring_.release(ready);
    }
    return records_;
  }

  const std::vector<FlowRecord>& flushed() {
    while (!table_.flush()) records();
    return records();
  }

  FlowTable& table() { return table_; }

 private:
  static FlowTableOptions withTimeouts(FlowTableOptions options) {
    for (int64_t& idle : options.idleTimeouts)
      if (idle == 0) idle = 15 * second;
    options.seed.words[0] = 0x1234567;
    for (size_t i = 1; i < 6; ++i) options.seed.words[i] = options.seed.words[i - 1] * 6364136223846793005U + 1;
    return options;
  }

  std::vector<uint8_t> memory_;
  size_t stride_;
  RecordRing ring_;
  FlowTable table_;
  std::vector<FlowRecord> records_;
  size_t position_ = 0;
};

Packet packet(int64_t time, uint8_t source, uint8_t destination, uint16_t sourcePort, uint16_t destinationPort,
              uint8_t protocol = 17, uint8_t tcpFlags = 0) {
  Packet made{};
  made.segments = 1;
  made.sourceAddress[10] = made.sourceAddress[11] = 0xff;
  std::memcpy(made.destinationAddress, made.sourceAddress, 16);
  made.sourceAddress[12] = made.destinationAddress[12] = 10;
  made.sourceAddress[15] = source;
  made.destinationAddress[15] = destination;
  made.sourcePort = sourcePort;
  made.destinationPort = destinationPort;
  made.protocol = protocol;
  made.flags = protocol == 6 ? packetFlag::tcpHeader : 0;
  made.tcpFlags = tcpFlags;
  made.time = time;
  made.ipOctets = 100;
  made.linkOctets = 114;
  made.ttl = 64;
  return made;
}

constexpr uint8_t syn = 0x02, ack = 0x10, fin = 0x01, rst = 0x04, psh = 0x08;

BEHAVIOUR("both directions of a conversation are one flow whose source is the first sender") {
  Bench bench;
  bench.add(packet(epoch, 9, 2, 5000, 53));
  bench.add(packet(epoch + 20'000, 2, 9, 53, 5000));
  bench.add(packet(epoch + 30'000, 2, 9, 53, 5000));
  const auto& records = bench.flushed();
  CHECK_EQUAL(records.size(), 1);
  const FlowRecord& flow = records.at(0);
  CHECK_EQUAL(flow.sourceAddress[15], 9);
  CHECK_EQUAL(flow.destinationAddress[15], 2);
  CHECK_EQUAL(flow.sourceTransportPort, 5000);
  CHECK_EQUAL(flow.destinationTransportPort, 53);
  CHECK_EQUAL(flow.packets[0], 1);
  CHECK_EQUAL(flow.packets[1], 2);
  CHECK_EQUAL(flow.octets[1], 200);
  CHECK_EQUAL(flow.linkOverhead[1], 28);
  CHECK_EQUAL(flow.reverseFlowDelta, 20'000);
  CHECK_EQUAL(flow.flowEnd - flow.flowStart, 30'000);
  CHECK(flow.flowEndReason == FlowEndReason::forcedEnd);
}

BEHAVIOUR("unidirectional tables keep each direction as a flow of its own") {
  FlowTableOptions options;
  options.direction = FlowDirection::unidirectional;
  Bench bench(options);
  bench.add(packet(epoch, 9, 2, 5000, 53));
  bench.add(packet(epoch + 1, 2, 9, 53, 5000));
  const auto& records = bench.flushed();
  CHECK_EQUAL(records.size(), 2);
  CHECK_EQUAL(records.at(1).sourceAddress[15], 2);
  CHECK_EQUAL(records.at(1).packets[1], 0);
}

BEHAVIOUR("a flow goes on at exactly the idle timeout and is over one microsecond later") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1, 2));
  bench.add(packet(epoch + 15 * second, 1, 2, 1, 2));
  CHECK_EQUAL(bench.records().size(), 0);
  bench.add(packet(epoch + 30 * second + 1, 1, 2, 1, 2));
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK_EQUAL(bench.records().at(0).packets[0], 2);
  CHECK(bench.records().at(0).flowEndReason == FlowEndReason::idleTimeout);
}

BEHAVIOUR("the wheel ends idle flows when time passes without a packet of theirs") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1, 2));
  bench.add(packet(epoch + 10 * second, 1, 2, 1, 2));
  bench.table().advance(epoch + 24 * second);
  CHECK_EQUAL(bench.records().size(), 0);
  bench.table().advance(epoch + 26 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK(bench.records().at(0).flowEndReason == FlowEndReason::idleTimeout);
  CHECK_EQUAL(bench.table().counters().live, 0);
}

BEHAVIOUR("idle timeouts are kept per protocol") {
  FlowTableOptions options;
  options.idleTimeouts[6] = 60 * second;
  Bench bench(options);
  bench.add(packet(epoch, 1, 2, 1, 2, 6, ack));
  bench.add(packet(epoch, 1, 2, 1, 2, 17));
  bench.table().advance(epoch + 30 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK_EQUAL(bench.records().at(0).protocolIdentifier, 17);
}

BEHAVIOUR("the active timeout ends a flow and marks its continuation") {
  FlowTableOptions options;
  options.activeTimeout = 60 * second;
  Bench bench(options);
  for (int at = 0; at <= 90; at += 10) bench.add(packet(epoch + at * second, 1, 2, 1, 2));
  const auto& records = bench.flushed();
  CHECK_EQUAL(records.size(), 2);
  CHECK(records.at(0).flowEndReason == FlowEndReason::activeTimeout);
  CHECK_EQUAL(records.at(0).packets[0], 7);
  CHECK((records.at(0).attributes[0] & flowAttribute::activeTimeout) != 0);
  CHECK((records.at(0).attributes[0] & flowAttribute::continuation) == 0);
  CHECK((records.at(1).attributes[0] & flowAttribute::continuation) != 0);
  CHECK_EQUAL(records.at(1).packets[0], 3);
}

BEHAVIOUR("the active timeout is met without a packet, and a packet soon after still continues the flow") {
  FlowTableOptions options;
  options.activeTimeout = 20 * second;
  Bench bench(options);
  Packet tagged = packet(epoch, 1, 2, 1, 2);
  tagged.vlanId = 5;
  tagged.serviceVlanId = 6;
  bench.add(tagged);
  tagged.time += 12 * second;
  bench.add(tagged);
  bench.table().advance(epoch + 21 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK(bench.records().at(0).flowEndReason == FlowEndReason::activeTimeout);
  CHECK_EQUAL(bench.table().counters().live, 0);
  tagged = packet(epoch + 25 * second, 2, 1, 2, 1);
  tagged.vlanId = 5;
  tagged.serviceVlanId = 6;
  bench.add(tagged);
  bench.table().advance(epoch + 60 * second);
  CHECK_EQUAL(bench.records().size(), 2);
  CHECK_EQUAL(bench.records().at(1).serviceVlanId, 6);
  CHECK((bench.records().at(1).attributes[0] & flowAttribute::continuation) != 0);
  CHECK_EQUAL(bench.records().at(1).sourceAddress[15], 2);
  CHECK_EQUAL(bench.records().at(1).packets[0], 1);
}

BEHAVIOUR("nothing is reported for a flow that stays silent after its active timeout") {
  FlowTableOptions options;
  options.activeTimeout = 20 * second;
  Bench bench(options);
  bench.add(packet(epoch, 1, 2, 1, 2));
  bench.add(packet(epoch + 12 * second, 1, 2, 1, 2));
  bench.table().advance(epoch + 21 * second);
  bench.table().advance(epoch + 40 * second);
  CHECK_EQUAL(bench.flushed().size(), 1);
  CHECK_EQUAL(bench.table().counters().flows, 1);
}

BEHAVIOUR("packet time that jumps by centuries costs no walk through them") {
  // Tick by tick a single jump would take minutes.
  constexpr int64_t latest = (int64_t{1} << 53) - 1;
  Bench bench;
  for (int jump = 0; jump < 200; ++jump) {
    bench.add(packet(0, 1, 2, 1, 2));
    bench.add(packet(latest, 3, 4, 1, 2));
  }
  CHECK_EQUAL(bench.flushed().size(), 400);
  CHECK_EQUAL(bench.table().counters().clockSteps, 199);
  CHECK_EQUAL(bench.table().counters().ended[static_cast<size_t>(FlowEndReason::idleTimeout)], 200);
}

BEHAVIOUR("a TCP flow ends when both FINs are acknowledged, and by RST") {
  Bench bench;
  uint32_t sequence = 0;
  const auto add = [&](const Packet& of) {
    Packet each = of;
    each.tcpSequence = ++sequence;
    bench.add(each);
  };
  add(packet(epoch, 1, 2, 1000, 80, 6, syn));
  add(packet(epoch + 1, 2, 1, 80, 1000, 6, syn | ack));
  add(packet(epoch + 2, 1, 2, 1000, 80, 6, ack | fin));
  add(packet(epoch + 3, 2, 1, 80, 1000, 6, ack | fin));
  CHECK_EQUAL(bench.records().size(), 0);
  add(packet(epoch + 4, 1, 2, 1000, 80, 6, ack));
  CHECK_EQUAL(bench.records().size(), 1);
  const FlowRecord flow = bench.records().at(0);
  CHECK(flow.flowEndReason == FlowEndReason::endOfFlow);
  CHECK_EQUAL(flow.initialTcpFlags[0], syn);
  CHECK_EQUAL(flow.unionTcpFlags[0], ack | fin);
  CHECK_EQUAL(flow.initialTcpFlags[1], syn | ack);
  bench.add(packet(epoch + 5, 1, 2, 1001, 80, 6, syn));
  bench.add(packet(epoch + 6, 2, 1, 80, 1001, 6, rst | ack));
  CHECK_EQUAL(bench.records().size(), 2);
  CHECK(bench.records().at(1).flowEndReason == FlowEndReason::endOfFlow);
}

BEHAVIOUR("a SYN on a conversation that both sides have finished starts a new flow") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1000, 80, 6, ack | fin));
  bench.add(packet(epoch + 1, 2, 1, 80, 1000, 6, fin));
  bench.add(packet(epoch + 2, 1, 2, 1000, 80, 6, syn));
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK(bench.records().at(0).flowEndReason == FlowEndReason::endOfFlow);
}

BEHAVIOUR("initial flags are those of the lowest sequence number, of equal ones the latest") {
  Bench bench;
  const auto add = [&](int64_t at, uint32_t sequence, uint8_t flags) {
    Packet each = packet(epoch + at, 1, 2, 1000, 80, 6, flags);
    each.tcpSequence = sequence;
    bench.add(each);
  };
  add(0, 5000, ack);
  add(1, 4000, ack | psh);         // overtaken by the one before
  add(2, 4000, ack | psh | fin);   // the latest of equal ones
  add(3, 0x90000000, ack | 0x20);  // another sequence space, not an earlier segment
  const FlowRecord& flow = bench.flushed().at(0);
  CHECK_EQUAL(flow.initialTcpFlags[0], ack | psh | fin);
  CHECK_EQUAL(flow.unionTcpFlags[0], ack | psh | 0x20);
  CHECK_EQUAL(flow.tcpSequence[0], 4000);
}

BEHAVIOUR("packets other than acknowledgements after a FIN are noted") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1000, 80, 6, ack | fin));
  bench.add(packet(epoch + 1, 1, 2, 1000, 80, 6, ack));
  bench.add(packet(epoch + 2, 1, 2, 1000, 80, 6, ack | psh));
  const auto& records = bench.flushed();
  CHECK((records.at(0).attributes[0] & flowAttribute::packetsAfterFin) != 0);
  CHECK((records.at(0).attributes[1] & flowAttribute::packetsAfterFin) == 0);
}

BEHAVIOUR("VLANs tell flows apart unless the key leaves them out") {
  for (const uint32_t parts : {keyPart::vlan, 0U}) {
    FlowTableOptions options;
    options.keyParts = parts;
    Bench bench(options);
    Packet tagged = packet(epoch, 1, 2, 1, 2);
    bench.add(tagged);
    tagged.vlanId = 7;
    bench.add(tagged);
    tagged.serviceVlanId = 9;
    bench.add(tagged);
    CHECK_EQUAL(bench.flushed().size(), parts != 0 ? 3 : 1);
  }
}

BEHAVIOUR("extended keys tell flows apart by TOS, interface, MPLS label and MAC, each in both directions") {
  const auto flows = [](uint32_t part, auto change) {
    FlowTableOptions options;
    options.keyParts = keyPart::vlan | part;
    Bench bench(options);
    Packet there = packet(epoch, 1, 2, 1, 2);
    there.sourceMac[5] = 1;
    there.destinationMac[5] = 2;
    Packet back = packet(epoch, 2, 1, 2, 1);
    back.sourceMac[5] = 2;
    back.destinationMac[5] = 1;
    bench.add(there);
    bench.add(back);
    change(there);
    bench.add(there);
    return bench.flushed().size();
  };
  const auto tos = [](Packet& each) { each.ipClassOfService = 4; };
  const auto interface = [](Packet& each) { each.interface = 3; };
  const auto mpls = [](Packet& each) { each.mplsLabels[0] = 77 << 4; };
  const auto mac = [](Packet& each) { each.sourceMac[0] = 6; };
  CHECK_EQUAL(flows(0, tos), 1);
  CHECK_EQUAL(flows(keyPart::tos, tos), 2);
  CHECK_EQUAL(flows(keyPart::interface, interface), 2);
  CHECK_EQUAL(flows(keyPart::mpls, mpls), 2);
  CHECK_EQUAL(flows(keyPart::mac, mac), 2);
  CHECK_EQUAL(flows(keyPart::mac, tos), 1);
}

BEHAVIOUR("at the ceiling the flow that has been idle longest ends early") {
  FlowTableOptions options;
  options.maxFlows = 3;
  Bench bench(options);
  for (uint8_t host = 1; host <= 3; ++host) bench.add(packet(epoch + host * second, host, 99, 1, 2));
  bench.add(packet(epoch + 5 * second, 1, 99, 1, 2));  // the oldest is active again
  bench.add(packet(epoch + 6 * second, 4, 99, 1, 2));
  CHECK_EQUAL(bench.records().size(), 1);
  CHECK_EQUAL(bench.records().at(0).sourceAddress[15], 2);
  CHECK(bench.records().at(0).flowEndReason == FlowEndReason::lackOfResources);
  CHECK_EQUAL(bench.table().counters().live, 3);
  CHECK_EQUAL(bench.table().counters().peak, 3);
}

BEHAVIOUR("time that jumps back beyond the idle timeout ends all flows and metering goes on") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1, 2));
  bench.add(packet(epoch - 3600 * second, 3, 4, 1, 2));
  bench.add(packet(epoch - 3599 * second, 3, 4, 1, 2));
  CHECK_EQUAL(bench.records().size(), 1);
  bench.table().advance(epoch - 3500 * second);
  CHECK_EQUAL(bench.records().size(), 2);
  CHECK_EQUAL(bench.records().at(1).packets[0], 2);
  CHECK_EQUAL(bench.table().counters().clockSteps, 1);
}

BEHAVIOUR("packets that are a little out of order widen the flow instead of splitting it") {
  Bench bench;
  bench.add(packet(epoch + 500, 1, 2, 1, 2));
  bench.add(packet(epoch + 700, 2, 1, 2, 1));
  bench.add(packet(epoch + 100, 1, 2, 1, 2));
  const auto& records = bench.flushed();
  CHECK_EQUAL(records.size(), 1);
  CHECK_EQUAL(records.at(0).flowStart, epoch + 100);
  CHECK_EQUAL(records.at(0).flowEnd, epoch + 700);
  CHECK_EQUAL(records.at(0).reverseFlowDelta, 600);
}

BEHAVIOUR("a table that keeps flows when the ring is full flushes in pieces and loses none") {
  FlowTableOptions options;
  options.whenRingIsFull = WhenRingIsFull::keep;
  Bench bench(options, 128);
  for (uint16_t port = 1; port <= 1000; ++port) {
    bench.add(packet(epoch, 1, 2, port, 2));
  }
  CHECK_EQUAL(bench.flushed().size(), 1000);
  CHECK_EQUAL(bench.table().counters().lostPackets, 0);
}

BEHAVIOUR("while the ring is full packets go on being counted, in their old flow, and records come out later") {
  FlowTableOptions options;
  options.whenRingIsFull = WhenRingIsFull::keep;
  Bench bench(options, 16);
  // Flows that end at once fill the ring.
  for (uint16_t port = 1; port <= 16; ++port) bench.add(packet(epoch, 1, 2, port, 80, 6, rst));
  bench.add(packet(epoch, 1, 2, 1000, 80, 6, syn));
  bench.add(packet(epoch + 60 * second, 1, 2, 1000, 80, 6, psh));        // the idle timeout has passed
  bench.add(packet(epoch + 61 * second, 1, 2, 1000, 80, 6, rst | ack));  // the end of the flow
  for (int turn = 0; turn < 4; ++turn) {
    bench.records();
    bench.table().advance(epoch + (90 + turn) * second);
  }
  const auto& records = bench.records();
  CHECK_EQUAL(records.size(), 17);
  const auto late = std::find_if(records.begin(), records.end(), [](const FlowRecord& each) {
    return each.sourceTransportPort == 1000 || each.destinationTransportPort == 1000;
  });
  CHECK_EQUAL(late->packets[0], 3);
  CHECK(late->flowEndReason == FlowEndReason::endOfFlow);
  CHECK_EQUAL(bench.table().counters().lostPackets, 0);
}

BEHAVIOUR("a packet that finds table and ring full is counted as lost, with its octets, and nothing else is") {
  FlowTableOptions options;
  options.whenRingIsFull = WhenRingIsFull::keep;
  options.maxFlows = 4;
  Bench bench(options, 16);
  uint64_t added = 0;
  for (uint16_t port = 1; port <= 40; ++port, ++added) bench.add(packet(epoch, 1, 2, port, 53));
  const FlowTableCounters counters = bench.table().counters();
  CHECK(counters.lostPackets > 0);
  CHECK_EQUAL(counters.lostOctets, counters.lostPackets * 100);
  uint64_t counted = 0;
  for (const FlowRecord& record : bench.flushed()) counted += record.packets[0];
  CHECK_EQUAL(counted + counters.lostPackets, added);
}

BEHAVIOUR("a clock that is set back while the ring is full ends the flows of before as soon as there is room") {
  FlowTableOptions options;
  options.whenRingIsFull = WhenRingIsFull::keep;
  Bench bench(options, 16);
  for (uint16_t port = 1; port <= 100; ++port) bench.add(packet(epoch, 1, 2, port, 53));
  bench.add(packet(epoch - 3600 * second, 3, 4, 1, 2));
  CHECK_EQUAL(bench.table().counters().clockSteps, 1);
  for (int turn = 0; turn < 20; ++turn) {
    bench.records();
    bench.table().advance(epoch - 3600 * second);
  }
  bench.add(packet(epoch - 3599 * second, 3, 4, 1, 3));
  bench.table().advance(epoch - 3500 * second);
  CHECK_EQUAL(bench.records().size(), 102);
  CHECK_EQUAL(bench.table().counters().live, 0);
  CHECK_EQUAL(bench.table().counters().clockSteps, 1);
}

BEHAVIOUR("a clock that is set back on a silent wire ends the flows, and those that follow expire by the new time") {
  Bench bench;
  bench.add(packet(epoch, 1, 2, 1, 2));
  bench.table().advance(epoch - 3600 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  bench.add(packet(epoch - 3600 * second, 1, 2, 1, 2));
  bench.table().advance(epoch - 3580 * second);
  CHECK_EQUAL(bench.records().size(), 2);
}

BEHAVIOUR("shorter timeouts hold at once for the flows in the table, longer ones too") {
  Bench bench;
  std::array<int64_t, 256> idle{};
  bench.add(packet(epoch, 1, 2, 1, 2));
  idle.fill(2 * second);
  bench.table().setTimeouts(1800 * second, idle);
  bench.table().advance(epoch + 3 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  bench.add(packet(epoch + 3 * second, 1, 2, 1, 2));
  idle.fill(60 * second);
  bench.table().setTimeouts(1800 * second, idle);
  bench.table().advance(epoch + 40 * second);
  CHECK_EQUAL(bench.records().size(), 1);
  for (int again = 0; again < 50; ++again) bench.table().setTimeouts(1800 * second, idle);
  bench.table().advance(epoch + 64 * second);
  CHECK_EQUAL(bench.records().size(), 2);
}

BEHAVIOUR("a super-packet counts as the packets that were on the wire") {
  Bench bench;
  Packet large = packet(epoch, 1, 2, 1, 80, 6, ack);
  large.segments = 44;
  large.ipOctets = 66'000;
  large.linkOctets = 66'616;
  bench.add(large);
  const FlowRecord& flow = bench.flushed().at(0);
  CHECK_EQUAL(flow.packets[0], 44);
  CHECK_EQUAL(flow.octets[0], 66'000);
  CHECK_EQUAL(flow.linkOverhead[0], 616);
}

BEHAVIOUR("flows of a full table are reported by the active timeout or earlier, however long they may be idle") {
  FlowTableOptions options;
  options.maxFlows = 1000;
  options.activeTimeout = second;
  Bench bench(options);
  // A hundred new flows a second fill the table; none of them has a second packet.
  constexpr int64_t pause = second / 100;
  for (int64_t at = 0; at < 3000; ++at) bench.add(packet(epoch + at * pause, 1, 2, static_cast<uint16_t>(at + 1), 53));
  const FlowTableCounters counters = bench.table().counters();
  CHECK_EQUAL(counters.flows, 3000);
  CHECK(counters.live <= 150);  // those of the latest second, and of the wheel's tick
}

BEHAVIOUR("references of flows that ended early do not pile up in the wheel") {
  FlowTableOptions options;
  options.maxFlows = 16;
  Bench bench(options);
  // Every flow is ended by RST at once: a wheel that kept their references for 15 s would need a million of them.
  for (int at = 0; at < 1'000'000; ++at) {
    bench.add(packet(epoch + at, 1, 2, static_cast<uint16_t>(at), 80, 6, rst));
    if (at % 10'000 == 0) bench.records();
  }
  CHECK_EQUAL(bench.records().size(), 1'000'000);
}

BEHAVIOUR("segments are told apart as retransmitted or out of order") {
  FlowTableOptions options;
  options.groups = statisticsGroup::tcp;
  TcpEntry entry{};
  Packet segment = packet(epoch, 1, 2, 1, 2, 6, ack);
  segment.payloadOctets = 100;
  const uint32_t sequences[] = {0xffffff00, 0xffffff64, 0xffffff64, 44, 0xffffffc8};
  uint64_t before = 0;
  for (const uint32_t sequence : sequences) {
    segment.tcpSequence = sequence;
    statistics::update(entry, segment, 0, before++);
  }
  CHECK_EQUAL(entry.retransmittedPackets[0], 1);
  CHECK_EQUAL(entry.outOfOrderPackets[0], 1);  // it filled the gap across the wrap of the sequence space
  CHECK_EQUAL(entry.nextSequence[0], 144);
}

// ---- the model

using ModelKey = std::tuple<uint8_t, uint8_t, uint16_t, uint16_t, uint8_t>;
using ModelFlow = std::tuple<int64_t, int64_t, uint8_t, uint8_t, uint16_t, uint16_t, uint64_t, uint64_t, int>;

/// What the documentation says of timeouts and TCP ends, over a map: records in any order.
std::vector<ModelFlow> model(const std::vector<Packet>& packets, int64_t idle, int64_t active) {
  struct Open {
    Packet first;
    int64_t end;
    uint64_t count[2];
    bool fin[2];
    bool acked[2];
  };
  std::map<ModelKey, Open> table;
  std::vector<ModelFlow> out;
  const auto close = [&](const Open& open, int reason) {
    out.emplace_back(open.first.time, open.end, open.first.sourceAddress[15], open.first.destinationAddress[15],
                     open.first.sourcePort, open.first.destinationPort, open.count[0], open.count[1], reason);
  };
  const int64_t last = packets.back().time;
  for (const Packet& each : packets) {
    const uint8_t a = each.sourceAddress[15], b = each.destinationAddress[15];
    const bool swap = std::tie(a, each.sourcePort) > std::tie(b, each.destinationPort);
    const ModelKey key = swap ? ModelKey{b, a, each.destinationPort, each.sourcePort, each.protocol}
                              : ModelKey{a, b, each.sourcePort, each.destinationPort, each.protocol};
    auto found = table.find(key);
    if (found != table.end()) {
      const Open& open = found->second;
      const bool idled = each.time - open.end > idle;
      const bool reopened = each.protocol == 6 && open.fin[0] && open.fin[1] && (each.tcpFlags & (syn | ack)) == syn;
      if (idled || each.time - open.first.time > active || reopened) {
        close(open, idled ? 1 : each.time - open.first.time > active ? 2 : 3);
        table.erase(found);
        found = table.end();
      }
    }
    if (found == table.end()) found = table.emplace(key, Open{each, each.time, {}, {}, {}}).first;
    Open& open = found->second;
    const bool forward = open.first.sourceAddress[15] == a && open.first.sourcePort == each.sourcePort;
    const int direction = forward ? 0 : 1;
    ++open.count[direction];
    open.end = each.time;
    if (each.protocol != 6) continue;
    if (open.fin[1 - direction] && (each.tcpFlags & ack) != 0) open.acked[1 - direction] = true;
    if ((each.tcpFlags & fin) != 0) open.fin[direction] = true;
    if ((each.tcpFlags & rst) == 0 && !(open.acked[0] && open.acked[1])) continue;
    close(open, 3);
    table.erase(found);
  }
  // The wheel has passed what timed out before the last packet's tick; the rest is flushed. Both appear here alike.
  for (const auto& [key, open] : table)
    close(open, last - open.end > idle ? 1 : last - open.first.time > active ? 2 : 4);
  std::sort(out.begin(), out.end());
  return out;
}

BEHAVIOUR("random traffic gives the flows of a model without wheel, index and batches") {
  std::mt19937_64 random(42);
  for (int round = 0; round < 60; ++round) {
    std::vector<Packet> packets;
    int64_t now = epoch;
    const auto below = [&](uint64_t bound) { return random() % bound; };
    const uint64_t gap = round % 3 == 0 ? 40'000 : round % 3 == 1 ? 400'000 : 2'000'000;
    for (int i = 0; i < 5000; ++i) {
      now += static_cast<int64_t>(below(gap));
      uint8_t from = static_cast<uint8_t>(1 + below(6)), to = static_cast<uint8_t>(1 + below(6));
      const bool tcp = below(2) == 0;
      static constexpr uint8_t kinds[] = {syn, syn | ack, ack, ack | psh, ack, ack | fin, ack, rst};
      packets.push_back(packet(now, from, to, static_cast<uint16_t>(1 + below(3)), static_cast<uint16_t>(1 + below(3)),
                               tcp ? 6 : 17, tcp ? kinds[below(8)] : 0));
    }
    FlowTableOptions options;
    options.activeTimeout = 60 * second;
    Bench bench(options);
    for (size_t at = 0; at < packets.size();) {
      const size_t count = std::min<size_t>(1 + below(64), packets.size() - at);
      bench.table().add(&packets[at], count);
      at += count;
    }
    std::vector<ModelFlow> flows;
    const int64_t last = packets.back().time;
    for (const FlowRecord& each : bench.flushed()) {
      int reason = static_cast<int>(each.flowEndReason);
      const auto start = static_cast<int64_t>(each.flowStart), end = static_cast<int64_t>(each.flowEnd);
      // Which of the two timeouts ends a flow that is due for both, or whether the flush comes first, is a matter of
      // ticks: only the partition into flows is defined.
      if (reason != 3 && last - end > 15 * second) reason = 1;
      flows.emplace_back(start, end, each.sourceAddress[15], each.destinationAddress[15], each.sourceTransportPort,
                         each.destinationTransportPort, each.packets[0], each.packets[1], reason);
    }
    auto expected = model(packets, 15 * second, 60 * second);
    const auto forgiving = [&](std::vector<ModelFlow>& all) {
      for (ModelFlow& each : all)
        if (std::get<8>(each) != 3) std::get<8>(each) = 0;
      std::sort(all.begin(), all.end());
    };
    forgiving(flows);
    forgiving(expected);
    CHECK_EQUAL(flows.size(), expected.size());
    CHECK(flows == expected);
    const FlowTableCounters& counters = bench.table().counters();
    uint64_t ended = 0;
    for (const uint64_t count : counters.ended) ended += count;
    CHECK_EQUAL(counters.flows, ended + counters.live);
    CHECK_EQUAL(ended, flows.size());
  }
}

}  // namespace

int main() {
  return harness::runAll();
}
