#include "meter.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "decode/link_type.h"
#include "source/capture_list.h"

namespace flowtap {

namespace {

constexpr size_t maxNotices = 1000;
constexpr size_t maxInterfaces = 256;
constexpr int64_t housekeepingInterval = 50'000;  // microseconds between looks at what is not yet published
constexpr size_t publishAt = 1024;                // records: each waking of JavaScript is worth this much work
constexpr int64_t latestTime = int64_t{1} << 53;  // microseconds an exact JavaScript number can hold: the year 2255

int64_t monotonicMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

int64_t wallMicroseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

Meter::Meter(MeterOptions options, RecordRing& ring)
    : options_(std::move(options)), ring_(ring), decoder_(options_.decoder), table_(options_.table, ring) {}

Meter::~Meter() {
  requestStop();
  ring_.close();
  if (thread_.joinable()) thread_.join();
  if (stopEvent_ >= 0) ::close(stopEvent_);
}

std::string Meter::start() {
  if (!table_.ok()) return "no memory for the flow table: lower --max-flows";
  stopEvent_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stopEvent_ < 0) return std::string("eventfd: ") + std::strerror(errno);
  SourceListener& listener = *this;
  if (!options_.filter.empty()) filter_ = std::make_unique<PacketFilter>(options_.filter, listener);
  source_ = std::make_unique<CaptureList>(options_.captures, listener, stopEvent_);
  thread_ = std::thread([this] { run(); });
  return {};
}

void Meter::requestStop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (stopEvent_ < 0) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stopEvent_, &one, sizeof one);
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
  const std::lock_guard lock(mutex_);
  if (notices_.size() < maxNotices || notice.fatal) {
    notices_.push_back(std::move(notice));
  } else {
    ++suppressedNotices_;
  }
}

bool Meter::decodes(uint16_t linkType) const {
  return isDecodedLinkType(linkType);
}

uint8_t Meter::interfaceSlot(std::string_view name, uint16_t linkType) {
  auto& interfaces = working_.interfaces;
  const auto known =
      std::find_if(interfaces.begin(), interfaces.end(), [&](const MeterInterface& each) { return each.name == name; });
  if (known != interfaces.end()) return static_cast<uint8_t>(known - interfaces.begin());
  // The slot is one octet of the flow record: interfaces beyond the last slot share it.
  if (interfaces.size() == maxInterfaces) return maxInterfaces - 1;
  interfaces.push_back({.name = std::string(name), .linkType = linkType});
  // Seen by the owner before any record that refers to it.
  const std::lock_guard lock(mutex_);
  published_.interfaces = interfaces;
  return static_cast<uint8_t>(interfaces.size() - 1);
}

void Meter::run() {
  RawPacket raw[FlowTable::batch];
  while (!stopping_.load(std::memory_order_relaxed)) {
    size_t count = 0;
    const PacketSource::State state = source_->read(raw, FlowTable::batch, count);
    if (options_.speed > 0) {
      meterPaced(raw, count);
    } else {
      meter(raw, count);
    }
    if (state == PacketSource::State::end) break;
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

void Meter::meter(const RawPacket* raw, size_t count) {
  Packet packets[FlowTable::batch];
  size_t metered = 0;
  for (size_t i = 0; i < count; ++i) {
    working_.octets += raw[i].wireLength;
    Ignored ignored = Ignored::none;
    if (raw[i].time < 0 || raw[i].time >= latestTime) {
      ignored = Ignored::outOfRange;
    } else if (filter_ != nullptr && !filter_->matches(raw[i])) {
      ignored = Ignored::filtered;
    } else {
      ignored = decoder_.decode(raw[i], packets[metered]);
    }
    if (ignored != Ignored::none) {
      ++working_.ignored[static_cast<size_t>(ignored)];
      continue;
    }
    working_.meteredOctets += packets[metered].ipOctets;
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
  ring_.publish();
  publishCounters();
}

void Meter::publishCounters() {
  working_.table = table_.counters();
  working_.heartbeat = wallMicroseconds();
  uint64_t& undescribed = working_.ignored[static_cast<size_t>(Ignored::undescribed)];
  working_.packets += source_->undescribed() - undescribed;
  undescribed = source_->undescribed();
  working_.orphanFragments = decoder_.orphanFragments();
  working_.consumed = source_->consumed();
  working_.inputSize = source_->size();
  working_.nonIp.clear();
  decoder_.eachNonIp([&](uint16_t ethertype, uint64_t packets) { working_.nonIp.push_back({ethertype, packets}); });
  const std::lock_guard lock(mutex_);
  published_ = working_;
}

}  // namespace flowtap
