// The metering process: one thread that reads packets, decodes them and keeps the flow table.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "decode/decoder.h"
#include "flow/ring.h"
#include "flow/table.h"
#include "source/live_source.h"
#include "source/packet_filter.h"
#include "source/packet_source.h"
#include "source/sampler.h"

namespace flowtap {

struct MeterOptions {
  std::vector<std::string> captures;  // paths in order, "-" for standard input
  LiveOptions live;                   // interfaces to read instead
  Sampling sampling;                  // where the source does not do it
  std::string filter;                 // libpcap expression, empty for none; must have passed PacketFilter::check
  DecoderOptions decoder;
  FlowTableOptions table;
  double speed = 0;  // packet time per wall time; 0 reads as fast as it can
};

/// One interface that packets came from; its place in the table is FlowRecord::interface.
struct MeterInterface {
  std::string name;
  uint16_t linkType;
  uint32_t index = 0;  // the kernel's, of a live interface
};

/// Frames of one ethertype that are not IP.
struct EthertypeCount {
  uint16_t ethertype;
  uint64_t packets;
};

/// What the meter did so far. `packets` equals `meteredPackets` plus the sum of `ignored` (design rule 5).
struct MeterCounters {
  uint64_t packets = 0;  // read from the sources
  uint64_t octets = 0;   // their lengths on the wire
  uint64_t meteredPackets = 0;
  uint64_t meteredOctets = 0;  // IP layer
  uint64_t addedSegments = 0;  // that super-packets stand for beyond one each: flows count them, `packets` does not
  std::array<uint64_t, static_cast<size_t>(Ignored::count)> ignored{};
  uint64_t orphanFragments = 0;
  int64_t firstTime = -1;  // microseconds, of metered packets
  int64_t lastTime = -1;
  uint64_t consumed = 0;   // octets of the input
  uint64_t inputSize = 0;  // 0 where it is not known
  FlowTableCounters table;
  std::vector<EthertypeCount> nonIp;
  std::vector<MeterInterface> interfaces;
  int64_t heartbeat = 0;  // microseconds since 1970 of the latest publication
  std::vector<LiveCounters> live;
  bool finished = false;  // the thread is done and every record is in the ring
};

/// Runs the metering thread. All public functions are for the owner's thread.
class Meter final : private SourceListener {
 public:
  /// `ring` must outlive the meter. Its wake function is called on the metering thread.
  Meter(MeterOptions options, RecordRing& ring);
  ~Meter();
  Meter(const Meter&) = delete;
  Meter& operator=(const Meter&) = delete;

  /// Opens what needs privileges; empty on success, else why not (one line). Comes before start().
  std::string open();

  /// Starts the thread; empty on success, else why not (one line).
  std::string start();

  /// What can change while the meter runs.
  struct Settings {
    std::string filter;  // as in MeterOptions
    int64_t activeTimeout = 0;
    std::array<int64_t, 256> idleTimeouts{};
  };

  /// Changes the settings within the next housekeeping, without losing a flow. Live meters only.
  void change(Settings settings);

  /// Asks the thread to stop reading, end all flows and finish.
  void requestStop();

  /// A copy of the counters as of the last batch or idle moment, exact once `finished`.
  MeterCounters counters();

  /// Notices since the last call. At most 1,000 are kept between calls; further ones are only counted in the last.
  std::vector<SourceNotice> takeNotices();

 private:
  void notice(SourceNotice notice) override;
  bool decodes(uint16_t linkType) const override;
  uint8_t interfaceSlot(std::string_view name, uint16_t linkType, uint32_t index) override;

  void run();
  bool isLive() const { return live_ != nullptr; }
  Ignored select(const RawPacket& raw, Packet& packet);
  void meter(const RawPacket* packets, size_t count);
  void meterPaced(const RawPacket* packets, size_t count);
  bool waitUntil(int64_t packetTime);
  void housekeep();
  void adopt(const Settings& settings);
  void publishCounters();

  MeterOptions options_;
  RecordRing& ring_;
  Decoder decoder_;
  FlowTable table_;
  std::unique_ptr<PacketFilter> filter_;
  std::unique_ptr<PacketSource> source_;
  LiveSource* live_ = nullptr;  // source_, where it is one
  std::unique_ptr<Sampler> sampler_;
  std::thread thread_;
  int stopEvent_ = -1;
  std::atomic<bool> stopping_ = false;

  MeterCounters working_;           // the metering thread's own
  uint64_t countedSampledOut_ = 0;  // of the kernel's, how much is in working_
  int64_t nextHousekeeping_ = 0;    // monotonic microseconds
  bool finishing_ = false;
  int64_t pacingWallStart_ = 0;
  int64_t pacingPacketStart_ = -1;

  std::mutex mutex_;  // guards what follows
  MeterCounters published_;
  std::optional<Settings> changed_;
  std::vector<SourceNotice> notices_;
  uint64_t suppressedNotices_ = 0;
};

}  // namespace flowtap
