// One run of the whole native core without Node: captures in, records out, consumed on the caller's thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "flow/record.h"
#include "flow/ring.h"
#include "meter.h"
#include "record_fault.h"
#include "support/bell.h"

namespace metering {

/// Added up over the records that came out of the ring.
struct RecordSums {
  uint64_t records = 0;
  uint64_t packets = 0;
  uint64_t octets = 0;                // IP layer
  std::array<uint64_t, 6> reasons{};  // records by FlowEndReason
};

/// What is known when the metering thread has finished.
struct Run {
  std::string error;  // why it could not start
  flowtap::MeterCounters counters;
  RecordSums sums;
  std::string recordFault;  // of the first record that no meter may write
  std::vector<flowtap::SourceNotice> notices;

  bool anyFatal() const {
    return std::any_of(notices.begin(), notices.end(), [](const auto& each) { return each.fatal; });
  }
};

/// What the command line chooses when it is given nothing.
inline flowtap::MeterOptions defaultOptions() {
  flowtap::MeterOptions options;
  options.table.idleTimeouts.fill(15'000'000);
  // Not random: a failing run can be repeated.
  uint64_t word = 0x9e3779b97f4a7c15;
  for (uint64_t& each : options.table.seed.words) each = word = word * 6364136223846793005U + 1;
  options.decoder.hashSeed = word;
  return options;
}

/// Every statistics group, and what the decoder has to look at for them.
inline void measureEverything(flowtap::MeterOptions& options) {
  options.table.groups =
      flowtap::statisticsGroup::lengths | flowtap::statisticsGroup::tcp | flowtap::statisticsGroup::link;
  options.decoder.linkDetail = true;
  options.decoder.transportDetail = true;
}

/// Meters `options.captures` to their end, or live interfaces until they are told to stop, through a ring of `capacity`
/// records (16 or more, as an expiring table wants). `started` is called once the meter runs, `ended` when it has
/// ended.
inline Run run(
    const flowtap::MeterOptions& options, size_t capacity,
    const std::function<void(flowtap::Meter&)>& started = [](flowtap::Meter&) {},
    const std::function<void()>& ended = [] {}) {
  const size_t stride = flowtap::recordStride(options.table.groups);
  std::vector<uint8_t> memory(capacity * stride);
  support::Bell bell;
  flowtap::RecordRing ring(memory.data(), capacity, stride, [&bell] { bell.ring(); });
  flowtap::Meter meter(options, ring);
  Run result;
  result.error = meter.open();
  if (result.error.empty()) result.error = meter.start();
  if (!result.error.empty()) return result;
  started(meter);

  size_t position = 0;
  const auto take = [&](const uint8_t* octets) {
    flowtap::FlowRecord record;
    std::memcpy(&record, octets, sizeof record);
    ++result.sums.records;
    result.sums.packets += record.packets[0] + record.packets[1];
    result.sums.octets += record.octets[0] + record.octets[1];
    ++result.sums.reasons[std::min<size_t>(static_cast<size_t>(record.flowEndReason), 5)];
    if (result.recordFault.empty()) result.recordFault = recordFault(octets, options.table.groups);
  };
  for (bool finished = false; !finished;) {
    bell.wait();
    // Asked before draining: whoever sees `finished` has all records in the ring.
    result.counters = meter.counters();
    finished = result.counters.finished;
    while (const size_t ready = ring.available(SIZE_MAX)) {
      for (size_t i = 0; i < ready; ++i) take(&memory[(position + i) * stride]);
      position = (position + ready) % capacity;
      ring.release(ready);
    }
  }
  ended();
  result.notices = meter.takeNotices();
  return result;
}

}  // namespace metering
