// Every packet of a capture as a flow of its own: what rwptoflow does, without a flow table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "decode/decoder.h"
#include "source/packet_source.h"

namespace flowtap {

/// Which parts of fragmented datagrams become flows.
enum class FragmentChoice : uint8_t { all, first, none };

struct PacketFlowOptions {
  std::string capture;  // path, "-" for standard input
  int64_t from = 0;     // microseconds since 1970: packets before are passed over
  int64_t before = 0;   // the first microsecond behind the window
  FragmentChoice fragments = FragmentChoice::all;
  bool rejectIncomplete = false;  // packets whose ports, flags or ICMP type were not captured
  bool takeIpv6 = false;
  bool keepPassed = false;  // their octets are wanted
  bool keepRejected = false;
};

/// Why a packet became no flow.
enum class Rejected : uint8_t { notIp, ipv6, malformed, fragment, incomplete, count };

struct PacketFlowCounters {
  uint64_t packets = 0;  // of the capture: flows, rejected and outside
  uint64_t flows = 0;
  uint64_t outside = 0;  // of the window
  std::array<uint64_t, static_cast<size_t>(Rejected::count)> rejected{};
};

/// Columns that read() fills from their start, as src/record/columns.ts has them.
struct PacketFlowColumns {
  uint64_t* time;
  uint64_t* sourceHigh;
  uint64_t* sourceLow;
  uint64_t* destinationHigh;
  uint64_t* destinationLow;
  uint64_t* nextHopLow;  // 0.0.0.0 in a flow of IPv4, :: in one of IPv6
  uint64_t* octets;
  int32_t* sourcePort;
  int32_t* destinationPort;
  int16_t* protocol;
  int16_t* flags;
};

/// A pcap file (draft-ietf-opsawg-pcap) in the making: microseconds, this host's byte order.
class PcapOctets {
 public:
  /// Appends a packet. False when it has another link type than those before, which a pcap file has no room for.
  bool add(const RawPacket& packet);

  /// Appends the file header where no packet has come yet: an empty file is one, too.
  void finish();

  /// What has been written since the last call.
  std::vector<uint8_t> take();

  size_t size() const { return octets_.size(); }

 private:
  void begin(uint32_t linkType);

  std::vector<uint8_t> octets_;
  bool begun_ = false;
  uint16_t linkType_ = 1;
};

class PacketFlows final : private SourceListener {
 public:
  /// Packets that are read at once: the columns must have room for as many rows.
  static constexpr size_t batch = 64;

  explicit PacketFlows(PacketFlowOptions options);
  ~PacketFlows();
  PacketFlows(const PacketFlows&) = delete;
  PacketFlows& operator=(const PacketFlows&) = delete;

  enum class State : uint8_t { more, end, mixedLinkTypes };

  /// Fills up to `capacity` rows, at least `batch`, and says how many in `rows`; zero with `more` is allowed.
  State read(const PacketFlowColumns& columns, size_t capacity, size_t& rows);

  PcapOctets& passed() { return passed_; }
  PcapOctets& rejected() { return rejected_; }

  PacketFlowCounters counters() const;

  /// What the capture had to say since the last call; at most 1,000 are kept.
  std::vector<SourceNotice> takeNotices();

 private:
  void notice(SourceNotice notice) override;
  bool decodes(uint16_t linkType) const override;
  uint8_t interfaceSlot(std::string_view, uint16_t, uint32_t) override { return 0; }

  /// Rejected::count for a packet that becomes a flow.
  Rejected judge(const RawPacket& raw, Packet& packet);
  static void write(const Packet& packet, const PacketFlowColumns& columns, size_t row);

  PacketFlowOptions options_;
  Decoder decoder_;
  std::unique_ptr<PacketSource> source_;
  PacketFlowCounters counters_;
  PcapOctets passed_;
  PcapOctets rejected_;
  std::vector<SourceNotice> notices_;
};

}  // namespace flowtap
