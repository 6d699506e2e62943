// The flow table: packets in, ended flows out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/packet.h"
#include "flow/entry.h"
#include "flow/index.h"
#include "flow/key.h"
#include "flow/memory.h"
#include "flow/record.h"
#include "flow/ring.h"
#include "flow/wheel.h"

namespace flowtap {

enum class FlowDirection : uint8_t { bidirectional, unidirectional };

/// What a table does when the ring has no room for an ended flow.
enum class WhenRingIsFull : uint8_t {
  wait,  // files: metering pauses until JavaScript has caught up
  keep,  // live: flows stay in the table, and go on if packets come, until there is room
};

struct FlowTableOptions {
  uint32_t maxFlows = 1'000'000;            // 1 to 2^30
  int64_t activeTimeout = 1'800'000'000;    // microseconds
  std::array<int64_t, 256> idleTimeouts{};  // microseconds, by protocol
  uint32_t keyParts = keyPart::vlan;
  uint32_t groups = 0;  // statisticsGroup
  FlowDirection direction = FlowDirection::bidirectional;
  WhenRingIsFull whenRingIsFull = WhenRingIsFull::wait;
  HashSeed seed{};
};

/// What the table counted since it was made.
struct FlowTableCounters {
  uint64_t flows = 0;               // started
  uint64_t live = 0;                // in the table now
  uint64_t peak = 0;                // the most that were in the table at once
  std::array<uint64_t, 6> ended{};  // by FlowEndReason
  uint64_t clockSteps = 0;          // times that packet time jumped back beyond the idle timeout
  uint64_t lostPackets = 0;         // found neither a flow nor room for one
  uint64_t lostOctets = 0;          // of their IP packets
};

/// Bidirectional flow cache. Time is packet time, so that results depend on the packets alone: a flow is found idle or
/// too old when its next packet comes, or when the timing wheel passes it, whichever is first, with the same outcome.
///
/// Memory: 128 octets an entry, 16 to 32 an index slot pair, 4 to 8 a wheel reference, and the statistics groups; the
/// ceiling is `maxFlows`, where the flows that are next to time out are ended early (lackOfResources).
class FlowTable {
 public:
  FlowTable(const FlowTableOptions& options, RecordRing& ring);

  /// False when the address space for `maxFlows` could not be reserved.
  bool ok() const;

  static constexpr size_t batch = 64;
  /// Flows whose cache misses are waited for together when they end: records that must fit the ring at once.
  static constexpr size_t expiryGroup = 16;

  /// Meters up to `batch` packets in order.
  void add(const Packet* packets, size_t count);

  /// Changes when flows end, of those in the table too. Takes some nanoseconds a flow.
  void setTimeouts(int64_t activeTimeout, const std::array<int64_t, 256>& idleTimeouts);

  /// Moves the clock to `now` (microseconds) without a packet and ends what has timed out.
  void advance(int64_t now);

  /// Ends every flow (forcedEnd). False when the ring is full and the table keeps flows then: call again later.
  bool flush();

  const FlowTableCounters& counters() const { return counters_; }

 private:
  // References of ended flows that the wheel may hold beyond the number of live ones before it is swept.
  static constexpr size_t sweepSlack = 65536;
  // The longest frame whose link-layer octets a packet may add: GSO super-packets reach 512 KB.
  static constexpr uint32_t maxFrame = 1U << 20;

  bool same(uint32_t at, const FlowKey& key) const;
  uint32_t hashOf(uint32_t at) const;
  void meter(const Packet& packet, const FlowKey& key);
  void process(const Packet& packet, const FlowKey& key);
  void lose(const Packet& packet);

  void moveClock(int64_t time);
  void turnBack(int64_t time);
  void finishTurningBack();
  void expire();
  FlowEndReason idleReason(const FlowEntry& entry) const;
  int64_t idleDue(const FlowEntry& entry) const;
  int64_t due(const FlowEntry& entry) const;
  void schedule(uint32_t at, int64_t due);

  void start(const Packet& packet, const FlowKey& key);
  void open(uint32_t at, const Packet& packet, const FlowKey& key);
  void renew(uint32_t at);
  void resume(uint32_t at, const Packet& packet, const FlowKey& key);
  void update(uint32_t at, uint32_t hash, const Packet& packet, unsigned direction);
  bool reopens(const FlowEntry& entry, const Packet& packet) const;
  static bool comesBefore(const Packet& packet, const FlowEntry& entry, unsigned direction);
  bool endsTcp(FlowEntry& entry, const Packet& packet, unsigned direction) const;
  void end(uint32_t at, uint32_t hash, FlowEndReason reason);
  void evict();
  bool endOldest(size_t wanted, FlowEndReason reason);
  void sweepWheel();
  size_t takeGroup(int64_t tick, size_t most, uint32_t (&group)[expiryGroup]);
  void claim(uint32_t at, int64_t tick, uint32_t& hash);
  void prefetchEntry(uint32_t at) const {
    __builtin_prefetch(&entries_[at], 1);
    __builtin_prefetch(reinterpret_cast<const uint8_t*>(&entries_[at]) + 64, 1);
  }
  bool makeRoom(size_t records);
  void write(uint32_t at, FlowEndReason reason);
  static bool dormant(const FlowEntry& entry) { return (entry.state & flowState::dormant) != 0; }
  static uint8_t protocolOf(const FlowEntry& entry) { return static_cast<uint8_t>(entry.key[4] >> 32); }

  FlowTableOptions options_;
  RecordRing& ring_;
  FlowIndex index_;
  TimingWheel wheel_;
  LazyArray<FlowEntry> entries_;  // entry 0 is never used
  LazyArray<KeyExtension> extensions_;
  LazyArray<LengthEntry> lengths_;
  LazyArray<TcpEntry> tcp_;
  LazyArray<LinkRecord> links_;
  std::vector<uint32_t> free_;
  uint32_t unused_ = 1;  // entries from here on were never used
  int64_t longestIdle_ = 0;
  int64_t now_ = -1;          // microseconds; negative before the first packet
  bool turningBack_ = false;  // the clock was set back, and flows of before have not all ended
  bool mayEnd_ = true;        // the ring has room for the flows that a packet may end
  FlowTableCounters counters_;
};

}  // namespace flowtap
