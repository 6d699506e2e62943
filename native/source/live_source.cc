#include "source/live_source.h"

#include <net/if.h>
#include <poll.h>

#include <algorithm>
#include <utility>

#include "clock.h"
#include "source/interface_status.h"

namespace flowtap {

namespace {

/// For how long a capture buffer holds 2 M packets a second, of which the kernel says something in about 96 octets.
uint64_t millisecondsHeld(const LiveOptions& options) {
  constexpr uint64_t description = 96, packetsEachMillisecond = 2000;
  return options.bufferOctets / (options.snapshotLength + description) / packetsEachMillisecond;
}

}  // namespace

/// One interface over all its openings.
struct LiveSource::Port {
  std::string name;
  uint16_t fanoutGroup = 0;
  std::unique_ptr<KernelPrograms> programs;  // stay loaded: loading again may need a privilege that was dropped
  std::unique_ptr<LiveInterface> interface;
  LiveCounters counters;
  uint8_t slot = 0;
  uint32_t slotIndex = 0;  // of the interface that `slot` is; with "any" that of the latest packet
  uint32_t seenDropped = 0;
  bool everOpened = false;
  int64_t leavingUntil = 0;  // monotonic microseconds, once the interface has gone: what its buffer holds is still read
  std::string whyLeaving;
};

LiveSource::LiveSource(LiveOptions options, SourceListener& listener, int stopDescriptor)
    : options_(std::move(options)),
      listener_(listener),
      stopDescriptor_(stopDescriptor),
      // Room for what libpcap puts before a frame: a cooked header, or a VLAN tag that the card had stripped.
      stride_((options_.snapshotLength + 32 + 63) / 64 * 64),
      napTime_(static_cast<int>(std::min<uint64_t>(longestNap, millisecondsHeld(options_) / 4))),
      memory_(batch * stride_) {
  for (const std::string& name : options_.interfaces) {
    auto port = std::make_unique<Port>();
    port->name = name;
    port->fanoutGroup = static_cast<uint16_t>(options_.fanoutGroup + ports_.size());
    port->counters.name = name;
    ports_.push_back(std::move(port));
  }
}

LiveSource::~LiveSource() = default;

// ---- opening

std::string LiveSource::open() {
  loadPrograms();
  for (const auto& port : ports_) {
    std::string error;
    const LiveInterface::Outcome outcome = openPort(*port, error);
    if (outcome == LiveInterface::Outcome::opened) continue;
    if (outcome != LiveInterface::Outcome::notUp) return port->name + ": " + error;
    port->counters.state = LiveCounters::State::down;
    notice(*port, "the interface is down: waiting until it is up");
  }
  return {};
}

/// All interfaces have the kernel-side programs or none has, so that sampling is the same everywhere.
void LiveSource::loadPrograms() {
  const bool wanted = options_.sampling.interval > 1 || options_.threads > 1 || options_.filter.empty();
  if (options_.kernelPrograms.empty() || !wanted) return;
  for (const auto& port : ports_) {
    std::string error;
    port->programs = KernelPrograms::load({.object = options_.kernelPrograms,
                                           .sampling = options_.sampling,
                                           .snapshotLength = options_.snapshotLength,
                                           .decapsulate = options_.decapsulate},
                                          error);
    if (port->programs != nullptr) continue;
    for (const auto& each : ports_) each->programs.reset();
    listener_.notice(
        {.source = "kernel-side programs", .text = "not used, their work is done in user space: " + error});
    return;
  }
  usesPrograms_ = true;
}

LiveInterface::Outcome LiveSource::openPort(Port& port, std::string& error) {
  auto outcome = LiveInterface::Outcome::failed;
  port.interface = LiveInterface::open(
      {.name = port.name, .options = options_, .programs = port.programs.get(), .fanoutGroup = port.fanoutGroup},
      outcome, error);
  if (port.interface == nullptr) return outcome;
  const auto status = interfaceStatus(port.name);
  port.counters.state = LiveCounters::State::capturing;
  port.counters.index = status.has_value() ? status->index : 0;
  port.interface->setMtu(status.has_value() ? status->mtu : 0);
  if (!port.everOpened && status.has_value()) port.seenDropped = status->dropped;
  if (port.everOpened) ++port.counters.reopenings;
  port.everOpened = true;
  port.slotIndex = port.counters.index;
  if (!port.interface->isCooked())
    port.slot = listener_.interfaceSlot(port.name, port.interface->linkType(), port.counters.index);
  if (!listener_.decodes(port.interface->linkType()))
    notice(port, "packets of link type " + std::to_string(port.interface->linkType()) + " are only counted");
  return outcome;
}

std::string LiveSource::begin() {
  for (const auto& port : ports_) {
    if (port->interface == nullptr) continue;
    const std::string error = port->interface->begin();
    if (!error.empty()) return port->name + ": " + error;
  }
  return {};
}

void LiveSource::setFilter(const std::string& expression) {
  options_.filter = expression;
  for (const auto& port : ports_) {
    if (port->interface == nullptr) continue;
    const std::string error = port->interface->begin();
    if (!error.empty()) notice(*port, "the filter cannot be changed: " + error);
  }
}

// ---- reading

PacketSource::State LiveSource::read(RawPacket* packets, size_t capacity, size_t& count) {
  count = 0;
  for (size_t tried = 0; tried < ports_.size(); ++tried) {
    Port& port = *ports_[turn_];
    turn_ = turn_ + 1 == ports_.size() ? 0 : turn_ + 1;
    if (port.interface == nullptr) continue;
    size_t got = 0;
    std::string error;
    const size_t room = std::min(capacity, batch) - count;
    const bool alive =
        port.interface->read(packets + count, room, got, memory_.data() + count * stride_, stride_, error);
    if (got > 0) place(port, packets + count, got);
    count += got;
    if (!alive) leave(port, error);
    if (port.leavingUntil != 0 && got == 0 && monotonicMicroseconds() > port.leavingUntil) lose(port);
    if (count == std::min(capacity, batch)) break;
  }
  if (count > 0) {
    busy_ = true;
    return State::more;
  }
  if (finishing_) {
    const bool leaving =
        std::any_of(ports_.begin(), ports_.end(), [](const auto& each) { return each->leavingUntil != 0; });
    return wait(drainWait) || leaving ? State::more : State::end;
  }
  if (std::exchange(busy_, false)) {
    nap();
  } else {
    wait(longestWait);
  }
  return State::idle;
}

/// Lets packets gather: at 200,000 a second a block fills every 6 ms, and waking for each of them cost 0.20 CPU s per
/// million packets instead of 0.14.
void LiveSource::nap() {
  pollfd stop{stopDescriptor_, POLLIN, 0};
  if (napTime_ > 0) ::poll(&stop, 1, napTime_);
}

/// Says by which interface packets came: "any" tells it with each of them.
void LiveSource::place(Port& port, RawPacket* packets, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (port.interface->isCooked() && packets[i].capturedLength >= 8) {
      const uint8_t* at = packets[i].data + 4;  // LINKTYPE_LINUX_SLL2: the interface index, in network order
      const uint32_t index = static_cast<uint32_t>(at[0]) << 24 | static_cast<uint32_t>(at[1]) << 16 |
                             static_cast<uint32_t>(at[2]) << 8 | at[3];
      if (index != port.slotIndex) {
        char name[IF_NAMESIZE] = {};
        port.slotIndex = index;
        port.slot = listener_.interfaceSlot(::if_indextoname(index, name) != nullptr ? name : std::to_string(index),
                                            port.interface->linkType(), index);
      }
    }
    packets[i].interface = port.slot;
  }
}

/// Waits until an interface has packets; false when none had for so long.
bool LiveSource::wait(int milliseconds) {
  waiting_.clear();
  // The descriptor stays readable once the end was asked for.
  if (!finishing_) waiting_.push_back({stopDescriptor_, POLLIN, 0});
  for (const auto& port : ports_) {
    // The descriptor of an interface that has gone is always ready, to say so.
    if (port->interface != nullptr && port->leavingUntil == 0)
      waiting_.push_back({port->interface->descriptor(), POLLIN, 0});
  }
  return ::poll(waiting_.data(), waiting_.size(), milliseconds) > 0;
}

bool LiveSource::finish() {
  finishing_ = true;
  for (const auto& port : ports_) {
    if (port->interface != nullptr) port->interface->reject();
  }
  return true;
}

// ---- interfaces that come and go

void LiveSource::maintain(int64_t now) {
  if (now < nextLook_ || finishing_) return;
  nextLook_ = now + lookInterval;
  for (const auto& port : ports_) look(*port);
}

void LiveSource::look(Port& port) {
  const auto status = interfaceStatus(port.name);
  if (!status.has_value()) {
    if (port.interface != nullptr) leave(port, "the interface has vanished");
    port.counters.state = LiveCounters::State::absent;
    port.counters.index = 0;
    return;
  }
  if (port.counters.index != 0 && status->index != port.counters.index) {
    port.seenDropped = 0;  // another interface of that name
    if (port.interface != nullptr) leave(port, "the interface was replaced by another of its name");
  }
  port.counters.index = status->index;
  if (port.interface != nullptr) port.interface->setMtu(status->mtu);
  port.counters.droppedByInterface += status->dropped - port.seenDropped;
  port.seenDropped = status->dropped;
  if (!status->up) {
    if (port.counters.state != LiveCounters::State::down) notice(port, "the interface is down");
    port.counters.state = LiveCounters::State::down;
  } else if (port.interface == nullptr) {
    reopen(port);
  } else if (port.counters.state != LiveCounters::State::capturing) {
    notice(port, "the interface is up again");
    port.counters.state = LiveCounters::State::capturing;
  }
}

void LiveSource::reopen(Port& port) {
  std::string error;
  if (openPort(port, error) != LiveInterface::Outcome::opened) return;  // tried again at the next look
  error = port.interface->begin();
  if (!error.empty()) return leave(port, error);
  notice(port, "the interface is captured again");
}

/// The interface has gone. The kernel hands over the block that it was filling a little later.
void LiveSource::leave(Port& port, const std::string& why) {
  if (port.leavingUntil != 0) return;
  port.leavingUntil = monotonicMicroseconds() + drainWait * 1000;
  port.whyLeaving = why;
}

void LiveSource::lose(Port& port) {
  port.interface->count(port.counters);
  port.interface.reset();
  port.counters.state = LiveCounters::State::absent;
  port.leavingUntil = 0;
  notice(port, port.whyLeaving);
}

std::vector<LiveCounters> LiveSource::live() {
  std::vector<LiveCounters> all;
  for (const auto& port : ports_) {
    if (port->interface != nullptr) port->interface->count(port->counters);
    all.push_back(port->counters);
  }
  return all;
}

void LiveSource::notice(const Port& port, std::string text) {
  listener_.notice({.source = port.name, .offset = 0, .text = std::move(text), .fatal = false});
}

}  // namespace flowtap
