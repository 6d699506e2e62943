#include "meter.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "clock.h"
#include "decode/link_type.h"
#include "source/capture_list.h"

namespace flowtap {

namespace {

constexpr size_t maxNotices = 1000;
constexpr size_t maxInterfaces = 256;
constexpr int64_t housekeepingInterval = 50'000;  // microseconds between looks at what is not yet published
constexpr size_t publishAt = 1024;                // records: each waking of JavaScript is worth this much work
constexpr int64_t deliveryDelay = 200'000;        // microseconds after which a packet has been delivered for certain

}  // namespace

Meter::Meter(MeterOptions options, RecordRing& ring)
    : options_(std::move(options)), ring_(ring), decoder_(options_.decoder), table_(options_.table, ring) {}

Meter::~Meter() {
  requestStop();
  ring_.close();
  if (thread_.joinable()) thread_.join();
  if (stopEvent_ >= 0) ::close(stopEvent_);
}

std::string Meter::open() {
  if (!table_.ok()) return "no memory for the flow table: lower --max-flows";
  stopEvent_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stopEvent_ < 0) return std::string("eventfd: ") + std::strerror(errno);
  SourceListener& listener = *this;
  if (options_.live.interfaces.empty()) {
    source_ = std::make_unique<CaptureList>(options_.captures, listener, stopEvent_);
  } else {
    auto live = std::make_unique<LiveSource>(options_.live, listener, stopEvent_);
    live_ = live.get();
    source_ = std::move(live);
    const std::string error = live_->open();
    if (!error.empty()) return error;
  }
  const bool filters = isLive() ? !live_->filters() : true;
  if (filters && !options_.filter.empty()) filter_ = std::make_unique<PacketFilter>(options_.filter, listener);
  const bool samples = isLive() ? !live_->samples() : true;
  if (samples && options_.sampling.interval > 1) sampler_ = std::make_unique<Sampler>(options_.sampling);
  publishCounters();
  return {};
}

std::string Meter::start() {
  if (isLive()) {
    const std::string error = live_->begin();
    if (!error.empty()) return error;
  }
  thread_ = std::thread([this] { run(); });
  return {};
}

void Meter::requestStop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (stopEvent_ < 0) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stopEvent_, &one, sizeof one);
}

void Meter::change(Settings settings) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(settings);
}

/// On the metering thread, between two batches.
void Meter::adopt(const Settings& settings) {
  table_.setTimeouts(settings.activeTimeout, settings.idleTimeouts);
  if (settings.filter == options_.filter) return;
  options_.filter = settings.filter;
  live_->setFilter(settings.filter);
  filter_.reset();
  SourceListener& listener = *this;
  if (!live_->filters() && !settings.filter.empty())
    filter_ = std::make_unique<PacketFilter>(settings.filter, listener);
}

MeterCounters Meter::counters() {
  const std::lock_guard lock(mutex_);
  return published_;
}

std::vector<SourceNotice> Meter::takeNotices() {
  const std::lock_guard lock(mutex_);
  if (suppressedNotices_ > 0) {
    notices_.push_back({"", 0, std::to_string(suppressedNotices_) + " further notices are not shown", false});
    suppressedNotices_ = 0;
  }
  return std::exchange(notices_, {});
}

void Meter::notice(SourceNotice notice) {
  {
    const std::lock_guard lock(mutex_);
    if (notices_.size() < maxNotices || notice.fatal) {
      notices_.push_back(std::move(notice));
    } else {
      ++suppressedNotices_;
    }
  }
  if (isLive()) ring_.wake();  // on a silent wire nothing else would
}

bool Meter::decodes(uint16_t linkType) const {
  return isDecodedLinkType(linkType);
}

uint8_t Meter::interfaceSlot(std::string_view name, uint16_t linkType, uint32_t index) {
  auto& interfaces = working_.interfaces;
  const auto known =
      std::find_if(interfaces.begin(), interfaces.end(), [&](const MeterInterface& each) { return each.name == name; });
  if (known != interfaces.end()) {
    known->index = index;
    return static_cast<uint8_t>(known - interfaces.begin());
  }
  // The slot is one octet of the flow record: interfaces beyond the last slot share it.
  if (interfaces.size() == maxInterfaces) return maxInterfaces - 1;
  interfaces.push_back({.name = std::string(name), .linkType = linkType, .index = index});
  // Seen by the owner before any record that refers to it.
  const std::lock_guard lock(mutex_);
  published_.interfaces = interfaces;
  return static_cast<uint8_t>(interfaces.size() - 1);
}

void Meter::run() {
  RawPacket raw[FlowTable::batch];
  for (;;) {
    if (!finishing_ && stopping_.load(std::memory_order_relaxed)) {
      finishing_ = true;
      if (!source_->finish()) break;
    }
    size_t count = 0;
    const PacketSource::State state = source_->read(raw, FlowTable::batch, count);
    if (options_.speed > 0) {
      meterPaced(raw, count);
    } else {
      meter(raw, count);
    }
    if (state == PacketSource::State::end) break;
    // The wire is silent: flows end by the clock, as far as no packet of an earlier time can still come.
    if (state == PacketSource::State::idle && isLive()) table_.advance(wallMicroseconds() - deliveryDelay);
    housekeep();
  }
  while (!table_.flush()) {
    // As much as a flush needs at once: with less, a closed ring would be tried for ever.
    if (!ring_.waitForSpace(FlowTable::expiryGroup)) break;
  }
  // The records before the word that there are no more: a consumer that sees `finished` has all of them.
  ring_.publish();
  working_.finished = true;
  publishCounters();
  ring_.wake();
}

/// Decodes one packet, or says why it is not metered.
Ignored Meter::select(const RawPacket& raw, Packet& packet) {
  if (!raw.hasDate()) return Ignored::outOfRange;
  if (filter_ != nullptr && !filter_->matches(raw)) return Ignored::filtered;
  if (sampler_ != nullptr && !sampler_->takes()) return Ignored::sampledOut;
  const Ignored ignored = decoder_.decode(raw, packet);
  if (ignored == Ignored::none && sampler_ != nullptr && !sampler_->takes(packet)) return Ignored::sampledOut;
  return ignored;
}

void Meter::meter(const RawPacket* raw, size_t count) {
  Packet packets[FlowTable::batch];
  size_t metered = 0;
  for (size_t i = 0; i < count; ++i) {
    working_.octets += raw[i].wireLength;
    const Ignored ignored = select(raw[i], packets[metered]);
    if (ignored != Ignored::none) {
      ++working_.ignored[static_cast<size_t>(ignored)];
      continue;
    }
    working_.meteredOctets += packets[metered].ipOctets;
    working_.addedSegments += packets[metered].segments - 1U;
    ++metered;
  }
  working_.packets += count;
  working_.meteredPackets += metered;
  if (metered == 0) return;
  for (size_t i = 0; i < metered; ++i) {
    if (working_.firstTime < 0 || packets[i].time < working_.firstTime) working_.firstTime = packets[i].time;
    working_.lastTime = std::max(working_.lastTime, packets[i].time);
  }
  table_.add(packets, metered);
}

// ---- packets at the speed they were captured with

void Meter::meterPaced(const RawPacket* raw, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (!waitUntil(raw[i].time)) return;
    meter(raw + i, 1);
  }
}

/// Sleeps until the packet time's turn on the wall clock has come; flows time out meanwhile. False when stopping.
bool Meter::waitUntil(int64_t packetTime) {
  if (pacingPacketStart_ < 0) {
    pacingPacketStart_ = packetTime;
    pacingWallStart_ = monotonicMicroseconds();
  }
  while (!stopping_.load(std::memory_order_relaxed)) {
    const auto elapsed = static_cast<double>(monotonicMicroseconds() - pacingWallStart_);
    const int64_t virtualNow = pacingPacketStart_ + static_cast<int64_t>(elapsed * options_.speed);
    if (virtualNow >= packetTime) return true;
    table_.advance(virtualNow);
    housekeep();
    const double milliseconds = static_cast<double>(packetTime - virtualNow) / options_.speed / 1000;
    pollfd stop{stopEvent_, POLLIN, 0};
    ::poll(&stop, 1, static_cast<int>(std::clamp(milliseconds, 1.0, 100.0)));
  }
  return false;
}

// ---- telling the owner

void Meter::housekeep() {
  if (ring_.unpublished() >= publishAt) ring_.publish();
  const int64_t now = monotonicMicroseconds();
  if (now < nextHousekeeping_) return;
  nextHousekeeping_ = now + housekeepingInterval;
  source_->maintain(now);
  std::optional<Settings> changed;
  {
    const std::lock_guard lock(mutex_);
    changed.swap(changed_);
  }
  if (changed.has_value() && isLive()) adopt(*changed);
  ring_.publish();
  publishCounters();
}

void Meter::publishCounters() {
  const FlowTableCounters& table = table_.counters();
  working_.meteredPackets -= table.lostPackets - working_.table.lostPackets;
  working_.meteredOctets -= table.lostOctets - working_.table.lostOctets;
  working_.addedSegments -= table.lostSegments - working_.table.lostSegments;
  working_.ignored[static_cast<size_t>(Ignored::noRoom)] = table.lostPackets;
  working_.table = table;
  working_.heartbeat = wallMicroseconds();
  uint64_t& undescribed = working_.ignored[static_cast<size_t>(Ignored::undescribed)];
  working_.packets += source_->undescribed() - undescribed;
  undescribed = source_->undescribed();
  working_.live = source_->live();
  uint64_t leftOut = 0;
  for (const LiveCounters& each : working_.live) leftOut += each.sampledOut;
  working_.packets += leftOut - countedSampledOut_;
  working_.ignored[static_cast<size_t>(Ignored::sampledOut)] += leftOut - countedSampledOut_;
  countedSampledOut_ = leftOut;
  working_.orphanFragments = decoder_.orphanFragments();
  working_.consumed = source_->consumed();
  working_.inputSize = source_->size();
  working_.nonIp.clear();
  decoder_.eachNonIp([&](uint16_t ethertype, uint64_t packets) { working_.nonIp.push_back({ethertype, packets}); });
  const std::lock_guard lock(mutex_);
  published_ = working_;
}

}  // namespace flowtap
