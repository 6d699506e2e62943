// What every finished run satisfies: each packet is in exactly one counter, and each metered one in a record.
#pragma once

#include <cstdint>
#include <numeric>
#include <string>

#include "metering_run.h"

namespace metering {

template <typename Counts>
uint64_t sum(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

/// What does not add up in a finished run; empty when everything does.
inline std::string runFault(const Run& run) {
  const auto differ = [](const char* left, uint64_t of, const char* right, uint64_t and_) {
    return std::string(left) + " " + std::to_string(of) + ", " + right + " " + std::to_string(and_);
  };
  const flowtap::MeterCounters& counters = run.counters;
  const flowtap::FlowTableCounters& table = counters.table;
  const uint64_t accounted = counters.meteredPackets + sum(counters.ignored);
  if (!run.error.empty()) return run.error;
  if (!run.recordFault.empty()) return "record: " + run.recordFault;
  if (counters.packets != accounted) return differ("packets", counters.packets, "metered or ignored", accounted);
  if (run.sums.packets != counters.meteredPackets)
    return differ("packets of records", run.sums.packets, "metered", counters.meteredPackets);
  if (run.sums.octets != counters.meteredOctets)
    return differ("octets of records", run.sums.octets, "metered", counters.meteredOctets);
  if (table.live != 0) return differ("flows left in the table", table.live, "expected", 0);
  if (table.flows != table.live + sum(table.ended)) return differ("flows", table.flows, "ended", sum(table.ended));
  if (table.lostPackets != 0) return differ("packets lost", table.lostPackets, "expected", 0);
  if (run.sums.reasons != table.ended)
    return differ("records", run.sums.records, "flows ended, by reason", sum(table.ended));
  return {};
}

}  // namespace metering
