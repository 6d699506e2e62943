#include "flow/table.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "flow/statistics.h"

namespace flowtap {

namespace {

constexpr uint8_t protocolIcmp = 1;
constexpr uint8_t protocolTcp = 6;
constexpr uint8_t protocolIcmpV6 = 58;

// Ring space that a batch may need beyond what the wheel ends: a packet ends its timed-out flow, starts one in a place
// freed by eviction, and may end that one by RST.
constexpr size_t endsPerPacket = 2;

// Flows whose entries stay in the second-level cache: there is nothing to fetch ahead of time.
constexpr size_t cachedFlows = 4096;

uint32_t saturate32(int64_t value) {
  return static_cast<uint32_t>(std::clamp<int64_t>(value, 0, static_cast<int64_t>(UINT32_MAX)));
}

}  // namespace

FlowTable::FlowTable(const FlowTableOptions& options, RecordRing& ring)
    : options_(options),
      ring_(ring),
      index_(options.maxFlows),
      wheel_(2 * (static_cast<size_t>(options.maxFlows) + sweepSlack)),
      entries_(static_cast<size_t>(options.maxFlows) + 1) {
  const size_t entries = static_cast<size_t>(options.maxFlows) + 1;
  if ((options.keyParts & ~keyPart::vlan) != 0) extensions_ = LazyArray<KeyExtension>(entries);
  if ((options.groups & statisticsGroup::lengths) != 0) lengths_ = LazyArray<LengthEntry>(entries);
  if ((options.groups & statisticsGroup::tcp) != 0) tcp_ = LazyArray<TcpEntry>(entries);
  if ((options.groups & statisticsGroup::link) != 0) links_ = LazyArray<LinkRecord>(entries);
  longestIdle_ = *std::max_element(options.idleTimeouts.begin(), options.idleTimeouts.end());
}

void FlowTable::setTimeouts(int64_t activeTimeout, const std::array<int64_t, 256>& idleTimeouts) {
  options_.activeTimeout = activeTimeout;
  options_.idleTimeouts = idleTimeouts;
  longestIdle_ = *std::max_element(idleTimeouts.begin(), idleTimeouts.end());
  // The wheel would find a flow no earlier than by the old timeouts.
  sweepWheel();
  for (uint32_t at = 1; at < unused_; ++at) {
    if ((entries_[at].state & flowState::live) != 0) schedule(at, due(entries_[at]));
  }
  sweepWheel();
}

bool FlowTable::ok() const {
  return index_.ok() && wheel_.ok() && entries_.ok() && extensions_.ok() && lengths_.ok() && tcp_.ok() && links_.ok();
}

// ---- looking up

inline bool FlowTable::same(uint32_t at, const FlowKey& key) const {
  const FlowEntry& entry = entries_[at];
  uint64_t difference = entry.serviceVlanId ^ key.serviceVlanId;
  for (size_t word = 0; word < 5; ++word) difference |= entry.key[word] ^ key.words[word];
  if (difference != 0) return false;
  return extensions_.empty() || std::memcmp(extensions_[at].words, key.extension, sizeof key.extension) == 0;
}

uint32_t FlowTable::hashOf(uint32_t at) const {
  FlowKey key;
  std::memcpy(key.words, entries_[at].key, sizeof key.words);
  key.serviceVlanId = entries_[at].serviceVlanId;
  if (!extensions_.empty()) std::memcpy(key.extension, extensions_[at].words, sizeof key.extension);
  return key::hash(key, options_.keyParts, options_.seed);
}

void FlowTable::add(const Packet* packets, size_t count) {
  const bool bidirectional = options_.direction == FlowDirection::bidirectional;
  if (turningBack_) finishTurningBack();
  FlowKey keys[batch];
  if (index_.used() < cachedFlows) {
    for (size_t i = 0; i < count; ++i) {
      key::fill(keys[0], packets[i], options_.keyParts, bidirectional, options_.seed);
      meter(packets[i], keys[0]);
    }
    return;
  }
  // Two stages of prefetching, because a look-up is two dependent cache misses: the index slot, then the entry.
  for (size_t i = 0; i < count; ++i) {
    key::fill(keys[i], packets[i], options_.keyParts, bidirectional, options_.seed);
    index_.prefetch(keys[i].hash);
  }
  for (size_t i = 0; i < count; ++i) {
    const uint32_t candidate = index_.candidate(keys[i].hash);
    if (candidate != 0) prefetchEntry(candidate);
  }
  for (size_t i = 0; i < count; ++i) meter(packets[i], keys[i]);
}

inline void FlowTable::meter(const Packet& packet, const FlowKey& key) {
  // Most packets are neither older than the last one nor in a later tick of the wheel.
  if (packet.time >= now_ && TimingWheel::tickOf(packet.time) <= wheel_.cursor() && now_ >= 0) {
    now_ = packet.time;
  } else {
    moveClock(packet.time);
  }
  mayEnd_ = ring_.room() >= endsPerPacket || makeRoom(endsPerPacket);
  if (!mayEnd_ && options_.whenRingIsFull == WhenRingIsFull::wait) return lose(packet);  // nobody reads any more
  process(packet, key);
}

/// Counts a packet that cannot be metered.
void FlowTable::lose(const Packet& packet) {
  ++counters_.lostPackets;
  counters_.lostOctets += packet.ipOctets;
  counters_.lostSegments += packet.segments - 1U;
}

/// While nothing may end, a packet continues its flow though it would have begun a new one: the record is coarser, but
/// no packet is lost.
inline void FlowTable::process(const Packet& packet, const FlowKey& key) {
  const uint32_t at = index_.find(key.hash, [&](uint32_t entry) { return same(entry, key); });
  if (at == 0) return start(packet, key);
  FlowEntry& entry = entries_[at];
  const int64_t idle = options_.idleTimeouts[packet.protocol];
  if ((packet.time - entry.end > idle || entry.end - packet.time > idle) && mayEnd_) {
    end(at, key.hash, idleReason(entry));
    return start(packet, key);
  }
  if (!dormant(entry) && packet.time - entry.start > options_.activeTimeout && mayEnd_) renew(at);
  if (dormant(entry)) return resume(at, packet, key);
  if (reopens(entry, packet) && mayEnd_) {
    end(at, key.hash, FlowEndReason::endOfFlow);
    return start(packet, key);
  }
  const unsigned direction = (entry.state & flowState::swapped) != 0 ? 1U ^ key.swapped : key.swapped;
  update(at, key.hash, packet, direction);
}

// ---- time

void FlowTable::moveClock(int64_t time) {
  if (now_ < 0) {
    wheel_.start(TimingWheel::tickOf(time));
  } else if (time + longestIdle_ < now_) {
    return turnBack(time);
  } else if (time <= now_) {
    return;
  }
  now_ = time;
  if (TimingWheel::tickOf(now_) > wheel_.cursor()) expire();
}

/// The clock was set back, or an earlier capture follows a later one: no open flow can go on from here.
void FlowTable::turnBack(int64_t time) {
  ++counters_.clockSteps;
  now_ = time;
  turningBack_ = true;
  finishTurningBack();
}

/// Ends the flows of before, as far as the ring has room, and lets the wheel begin anew.
void FlowTable::finishTurningBack() {
  while (!flush()) {
    if (options_.whenRingIsFull == WhenRingIsFull::keep || !ring_.waitForSpace(expiryGroup)) return;
  }
  turningBack_ = false;
  wheel_.start(TimingWheel::tickOf(now_));
}

void FlowTable::advance(int64_t now) {
  if (turningBack_) finishTurningBack();
  if (now_ >= 0 && (now > now_ || now + longestIdle_ < now_)) moveClock(now);
}

FlowEndReason FlowTable::idleReason(const FlowEntry& entry) const {
  // Without the other direction in view, a FIN is the end of a conversation that simply has no further packet.
  constexpr uint8_t closed = flowState::finAckedForward | flowState::finAckedReverse;
  const bool finished =
      (options_.direction == FlowDirection::unidirectional && (entry.state & flowState::finForward) != 0) ||
      (entry.state & closed) == closed;
  return finished ? FlowEndReason::endOfFlow : FlowEndReason::idleTimeout;
}

int64_t FlowTable::idleDue(const FlowEntry& entry) const {
  return entry.end + options_.idleTimeouts[protocolOf(entry)];
}

int64_t FlowTable::due(const FlowEntry& entry) const {
  if (dormant(entry)) return idleDue(entry);
  return std::min(idleDue(entry), entry.start + options_.activeTimeout);
}

void FlowTable::schedule(uint32_t at, int64_t due) {
  const int64_t tick = wheel_.place(TimingWheel::tickOf(due) + 1);
  entries_[at].dueTick = static_cast<uint16_t>(tick);
  wheel_.add(tick, at);
}

void FlowTable::expire() {
  const int64_t until = TimingWheel::tickOf(now_);
  if (wheel_.references() == 0) return wheel_.start(until);
  uint32_t group[expiryGroup];
  uint32_t hashes[expiryGroup];
  while (wheel_.cursor() <= until) {
    const auto tick = static_cast<uint16_t>(wheel_.cursor());
    if (!makeRoom(expiryGroup)) return;
    const size_t taken = takeGroup(wheel_.cursor(), expiryGroup, group);
    if (taken == 0) {
      // Nothing is left to end: packet time may have jumped by years, which is no reason to walk there tick by tick.
      if (wheel_.references() == 0) return wheel_.start(until);
      wheel_.advanceCursor();
      continue;
    }
    size_t ending = 0;
    for (size_t i = 0; i < taken; ++i) {
      FlowEntry& entry = entries_[group[i]];
      if ((entry.state & flowState::live) == 0 || entry.dueTick != tick) continue;  // ended or filed elsewhere since
      if (due(entry) >= now_) {
        // A bucket that is not over yet never ends a flow, so the entry cannot come back into this bucket.
        schedule(group[i], due(entry));
        continue;
      }
      claim(group[i], wheel_.cursor(), hashes[ending]);
      group[ending++] = group[i];
    }
    for (size_t i = 0; i < ending; ++i) {
      const FlowEntry& entry = entries_[group[i]];
      if (idleDue(entry) < now_) {
        end(group[i], hashes[i], idleReason(entry));
      } else {
        renew(group[i]);
        schedule(group[i], due(entry));
      }
    }
  }
}

// ---- the life of a flow

void FlowTable::start(const Packet& packet, const FlowKey& key) {
  uint32_t at = 0;
  if (!free_.empty()) {
    at = free_.back();
    free_.pop_back();
  } else if (unused_ < entries_.size()) {
    at = unused_++;
  } else {
    evict();
    if (free_.empty()) return lose(packet);
    at = free_.back();
    free_.pop_back();
  }
  if (!index_.insert(key.hash, at)) {
    free_.push_back(at);
    return lose(packet);
  }
  std::memset(static_cast<void*>(&entries_[at]), 0, sizeof(FlowEntry));
  open(at, packet, key);
  schedule(at, due(entries_[at]));
  update(at, key.hash, packet, 0);
}

/// Fills a zeroed entry with what the flow's first packet says.
void FlowTable::open(uint32_t at, const Packet& packet, const FlowKey& key) {
  FlowEntry& entry = entries_[at];
  std::memcpy(entry.key, key.words, sizeof entry.key);
  entry.serviceVlanId = key.serviceVlanId;
  entry.start = packet.time;
  entry.end = packet.time;
  entry.state = static_cast<uint8_t>(flowState::live | (key.swapped != 0 ? flowState::swapped : 0));
  if (!extensions_.empty()) std::memcpy(extensions_[at].words, key.extension, sizeof key.extension);
  if (!lengths_.empty()) std::memset(static_cast<void*>(&lengths_[at]), 0, sizeof(LengthEntry));
  if (!tcp_.empty()) {
    std::memset(static_cast<void*>(&tcp_[at]), 0, sizeof(TcpEntry));
    for (uint8_t& scale : tcp_[at].windowScale) scale = statistics::noWindowScale;
  }
  if (!links_.empty()) statistics::write(packet, links_[at]);
  ++counters_.flows;
  counters_.peak = std::max(counters_.peak, ++counters_.live);
}

/// The active timeout: writes what there is and leaves the entry dormant, so that the next packet, if it comes before
/// the idle timeout, is known to continue the flow.
void FlowTable::renew(uint32_t at) {
  FlowEntry& entry = entries_[at];
  write(at, FlowEndReason::activeTimeout);
  ++counters_.ended[static_cast<size_t>(FlowEndReason::activeTimeout)];
  --counters_.live;
  entry.state = flowState::live | flowState::dormant;  // the counters are cleared when the flow resumes
}

/// The first packet after the active timeout: a flow that is marked as continuation.
void FlowTable::resume(uint32_t at, const Packet& packet, const FlowKey& key) {
  const uint16_t dueTick = entries_[at].dueTick;
  std::memset(static_cast<void*>(&entries_[at]), 0, sizeof(FlowEntry));
  open(at, packet, key);
  entries_[at].dueTick = dueTick;  // still filed there; the wheel will see that it is not due
  entries_[at].marks = flowMark::continuation;
  update(at, key.hash, packet, 0);
}

inline bool FlowTable::reopens(const FlowEntry& entry, const Packet& packet) const {
  constexpr uint8_t bothFin = flowState::finForward | flowState::finReverse;
  return packet.protocol == protocolTcp && (entry.state & bothFin) == bothFin &&
         (packet.tcpFlags & (tcpFlag::syn | tcpFlag::ack)) == tcpFlag::syn;
}

void FlowTable::update(uint32_t at, uint32_t hash, const Packet& packet, unsigned direction) {
  FlowEntry& entry = entries_[at];
  const uint64_t before = entry.packets[direction];
  if (before == 0) {
    entry.tcpSequence[direction] = packet.tcpSequence;
    entry.initialTcpFlags[direction] = packet.tcpFlags;
    entry.ipClassOfService[direction] = packet.ipClassOfService;
    entry.minimumTtl[direction] = packet.ttl;
    entry.interface[direction] = packet.interface;
    if (direction == 1) entry.reverseDelta = saturate32(packet.time - entry.start);
  } else {
    const bool earlier = packet.protocol == protocolTcp && comesBefore(packet, entry, direction);
    const uint8_t rest = earlier ? entry.initialTcpFlags[direction] : packet.tcpFlags;
    entry.unionTcpFlags[direction] = static_cast<uint8_t>(entry.unionTcpFlags[direction] | rest);
    if (earlier) {
      entry.initialTcpFlags[direction] = packet.tcpFlags;
      entry.tcpSequence[direction] = packet.tcpSequence;
    }
    entry.minimumTtl[direction] = std::min(entry.minimumTtl[direction], packet.ttl);
  }
  entry.maximumTtl[direction] = std::max(entry.maximumTtl[direction], packet.ttl);
  entry.ipClassOfServiceUnion[direction] =
      static_cast<uint8_t>(entry.ipClassOfServiceUnion[direction] | packet.ipClassOfService);
  entry.packets[direction] = before + packet.segments;
  entry.octets[direction] += packet.ipOctets;
  if (packet.linkOctets > packet.ipOctets) entry.linkOverhead[direction] += packet.linkOctets - packet.ipOctets;
  if ((packet.flags & packetFlag::fragment) != 0)
    entry.marks |= static_cast<uint8_t>(flowMark::fragmentsForward << direction);
  if (packet.time > entry.end) {
    entry.end = packet.time;
  } else if (packet.time < entry.start) {
    // Captures of several interfaces interleave: the flow began earlier than its first packet in the file.
    entry.reverseDelta = entry.packets[1] != 0 && direction == 0
                             ? saturate32(static_cast<int64_t>(entry.reverseDelta) + entry.start - packet.time)
                             : 0;
    entry.start = packet.time;
  }
  if (!lengths_.empty()) statistics::update(lengths_[at], packet, direction, before);
  if (packet.protocol == protocolTcp && (packet.flags & packetFlag::tcpHeader) != 0) {
    if (!tcp_.empty()) statistics::update(tcp_[at], packet, direction, before);
    if (endsTcp(entry, packet, direction)) {
      if (mayEnd_) return end(at, hash, FlowEndReason::endOfFlow);
      entry.state |= flowState::finAckedForward | flowState::finAckedReverse;  // so that it ends when there is room
    }
  }
  // Rather than let a 32-bit counter wrap, the flow goes on as a new one, as after an active timeout.
  if (entry.linkOverhead[direction] > UINT32_MAX - maxFrame) {
    if (mayEnd_) return renew(at);
    entry.linkOverhead[direction] = UINT32_MAX - maxFrame;
  }
}

/// Whether a segment is the new first one of its direction in sequence space, as YAF sees it: initial flags and
/// sequence number are those of the lowest number seen, of equal ones (an acknowledgement, then data) the latest. Lower
/// means by less than a window (another connection's number is not earlier), and while the numbers cannot have come
/// round.
inline bool FlowTable::comesBefore(const Packet& packet, const FlowEntry& entry, unsigned direction) {
  constexpr uint32_t window = 1U << 20;
  return (packet.flags & packetFlag::tcpHeader) != 0 && entry.octets[direction] < 1U << 31 &&
         entry.tcpSequence[direction] - packet.tcpSequence < window;
}

inline bool FlowTable::endsTcp(FlowEntry& entry, const Packet& packet, unsigned direction) const {
  const auto forThis = static_cast<uint8_t>(flowState::finForward << direction);
  const auto forOther = static_cast<uint8_t>(flowState::finForward << (1 - direction));
  if ((packet.tcpFlags & tcpFlag::rst) != 0) return true;
  constexpr uint8_t ofAcknowledging = tcpFlag::ack | tcpFlag::fin | 0xC0;  // ECE and CWR ride on ACKs
  if ((entry.state & forThis) != 0 && (packet.tcpFlags & ~ofAcknowledging) != 0)
    entry.marks |= static_cast<uint8_t>(flowMark::afterFinForward << direction);
  if ((entry.state & forOther) != 0 && (packet.tcpFlags & tcpFlag::ack) != 0)
    entry.state |= static_cast<uint8_t>(flowState::finAckedForward << (1 - direction));
  if ((packet.tcpFlags & tcpFlag::fin) != 0) entry.state |= forThis;
  constexpr uint8_t closed = flowState::finAckedForward | flowState::finAckedReverse;
  return (entry.state & closed) == closed;
}

void FlowTable::end(uint32_t at, uint32_t hash, FlowEndReason reason) {
  if (!dormant(entries_[at])) {
    write(at, reason);
    --counters_.live;
    ++counters_.ended[static_cast<size_t>(reason)];
  }
  index_.erase(hash, at);
  entries_[at].state = 0;
  free_.push_back(at);
  // References that ended flows leave behind stay fewer than the live ones, or than a fixed number.
  const size_t used = unused_ - 1 - free_.size();
  if (wheel_.references() > 2 * used + sweepSlack) sweepWheel();
}

/// Takes the references out of the wheel that ended flows, or earlier placings, have left behind.
void FlowTable::sweepWheel() {
  wheel_.sweep([this](int64_t tick, uint32_t entry) {
    return (entries_[entry].state & flowState::live) != 0 && entries_[entry].dueTick == static_cast<uint16_t>(tick);
  });
}

void FlowTable::evict() {
  // Several at once: a flood does not wait for every one's cache misses in turn, and the ceiling is still the ceiling.
  const size_t wanted = std::clamp<size_t>(options_.maxFlows / 1024, 1, expiryGroup);
  if (!makeRoom(wanted)) return;
  endOldest(wanted, FlowEndReason::lackOfResources);
}

/// Ends up to `wanted` (at most expiryGroup) of the flows that time out next. False when no flow is left.
bool FlowTable::endOldest(size_t wanted, FlowEndReason reason) {
  uint32_t group[expiryGroup];
  uint32_t hashes[expiryGroup];
  for (size_t ended = 0; ended < wanted;) {
    if (wheel_.references() == 0) return false;
    const int64_t tick = wheel_.oldest();
    const size_t taken = takeGroup(tick, wanted - ended, group);
    size_t ending = 0;
    for (size_t i = 0; i < taken; ++i) {
      FlowEntry& entry = entries_[group[i]];
      if ((entry.state & flowState::live) == 0 || entry.dueTick != static_cast<uint16_t>(tick)) continue;
      if (wheel_.place(TimingWheel::tickOf(due(entry)) + 1) > tick && reason == FlowEndReason::lackOfResources) {
        schedule(group[i], due(entry));  // it has longer: it was filed before its latest packets
        continue;
      }
      claim(group[i], tick, hashes[ending]);
      group[ending++] = group[i];
    }
    for (size_t i = 0; i < ending; ++i) end(group[i], hashes[i], reason);
    ended += ending;
  }
  return true;
}

/// Takes up to `most` references out of a bucket and asks for their entries to be brought into cache.
size_t FlowTable::takeGroup(int64_t tick, size_t most, uint32_t (&group)[expiryGroup]) {
  size_t taken = 0;
  while (taken < std::min(most, expiryGroup)) {
    const uint32_t at = wheel_.take(tick);
    if (at == 0) break;
    prefetchEntry(at);
    group[taken++] = at;
  }
  return taken;
}

/// Marks a due entry as dealt with, so that a second reference in the same bucket finds nothing to do, and asks for its
/// index slot.
void FlowTable::claim(uint32_t at, int64_t tick, uint32_t& hash) {
  entries_[at].dueTick = static_cast<uint16_t>(tick - 1);
  hash = hashOf(at);
  index_.prefetch(hash);
}

bool FlowTable::flush() {
  while (wheel_.references() > 0) {
    if (!makeRoom(expiryGroup)) return false;
    endOldest(expiryGroup, FlowEndReason::forcedEnd);
  }
  return true;
}

// ---- records

bool FlowTable::makeRoom(size_t records) {
  if (ring_.space() >= records) return true;
  return options_.whenRingIsFull == WhenRingIsFull::wait && ring_.waitForSpace(records);
}

void FlowTable::write(uint32_t at, FlowEndReason reason) {
  const FlowEntry& entry = entries_[at];
  uint8_t* out = ring_.next();
  auto& record = *new (out) FlowRecord;
  const bool swapped = (entry.state & flowState::swapped) != 0;
  const uint64_t ports = entry.key[4];
  const auto lowPort = static_cast<uint16_t>(ports);
  const auto highPort = static_cast<uint16_t>(ports >> 16);
  std::memcpy(record.sourceAddress, &entry.key[swapped ? 2 : 0], 16);
  std::memcpy(record.destinationAddress, &entry.key[swapped ? 0 : 2], 16);
  record.protocolIdentifier = protocolOf(entry);
  record.ipVersion = (ports >> 40 & packetFlag::ipv6) != 0 ? 6 : 4;
  const bool icmp = record.protocolIdentifier == protocolIcmp || record.protocolIdentifier == protocolIcmpV6;
  record.sourceTransportPort = icmp ? 0 : swapped ? highPort : lowPort;
  record.destinationTransportPort = icmp ? static_cast<uint16_t>(entry.tcpSequence[0]) : swapped ? lowPort : highPort;
  record.vlanId = static_cast<uint16_t>(ports >> 48);
  record.flowStart = static_cast<uint64_t>(entry.start);
  record.flowEnd = static_cast<uint64_t>(entry.end);
  record.reverseFlowDelta = entry.reverseDelta;
  record.flowEndReason = reason;
  record.reserved = 0;
  std::memcpy(record.packets, entry.packets, 64);  // the counters stand alike in both: see the assertions below
  for (unsigned direction = 0; direction < 2; ++direction) {
    uint8_t attributes = 0;
    if ((entry.marks & flowMark::fragmentsForward << direction) != 0) attributes |= flowAttribute::fragments;
    if ((entry.marks & flowMark::afterFinForward << direction) != 0) attributes |= flowAttribute::packetsAfterFin;
    if ((entry.marks & flowMark::continuation) != 0) attributes |= flowAttribute::continuation;
    if (reason == FlowEndReason::activeTimeout) attributes |= flowAttribute::activeTimeout;
    if (!tcp_.empty()) {
      if (tcp_[at].outOfOrderPackets[direction] != 0) attributes |= flowAttribute::outOfSequence;
      if ((tcp_[at].options[direction] & tcpOption::mptcpCapable) != 0) attributes |= flowAttribute::mptcpCapable;
    }
    if (!lengths_.empty() && lengths_[at].minimumIpLength[direction] == lengths_[at].maximumIpLength[direction] &&
        entry.packets[direction] > 1)
      attributes |= flowAttribute::uniformSize;
    record.attributes[direction] = attributes;
  }
  out += sizeof(FlowRecord);
  if (!lengths_.empty()) {
    statistics::write(lengths_[at], record, *new (out) LengthRecord{});
    out += sizeof(LengthRecord);
  }
  if (!tcp_.empty()) {
    statistics::write(tcp_[at], *new (out) TcpRecord{});
    out += sizeof(TcpRecord);
  }
  if (!links_.empty()) std::memcpy(out, &links_[at], sizeof(LinkRecord));
}

static_assert(offsetof(FlowEntry, packets) == 64 && offsetof(FlowRecord, packets) == 64);
static_assert(offsetof(FlowEntry, tcpSequence) == offsetof(FlowRecord, tcpSequence));
static_assert(offsetof(FlowEntry, initialTcpFlags) == offsetof(FlowRecord, initialTcpFlags));
static_assert(offsetof(FlowEntry, interface) == offsetof(FlowRecord, interface));
static_assert(offsetof(FlowEntry, serviceVlanId) == offsetof(FlowRecord, serviceVlanId));

}  // namespace flowtap
