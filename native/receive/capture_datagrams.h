// The UDP datagrams of captures: exported flow records that somebody recorded.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "receive/datagram_ring.h"
#include "receive/reassembly.h"
#include "source/packet_source.h"

namespace flowtap {

struct LinkHeaders;
struct IpHeader;
struct Cursor;

/// `packets` is the sum of the others: a datagram that was put together counts its fragments as `packets`, too.
struct CaptureDatagramCounters {
  uint64_t packets = 0;
  uint64_t datagramPackets = 0;  // that became datagrams, fragments among them
  uint64_t notUdp = 0;
  uint64_t truncated = 0;    // the capture cut the datagram off
  uint64_t incomplete = 0;   // fragments of which others are missing
  uint64_t undecodable = 0;  // no IP, not readable, or of a time that is no date
  uint64_t datagrams = 0;
  uint64_t octets = 0;  // of their data
};

class CaptureDatagrams final : private SourceListener {
 public:
  /// @param ring must outlive it
  CaptureDatagrams(const std::string& capture, DatagramRing& ring);
  ~CaptureDatagrams();
  CaptureDatagrams(const CaptureDatagrams&) = delete;
  CaptureDatagrams& operator=(const CaptureDatagrams&) = delete;

  /// Fills the ring with what fits. False when the capture has ended.
  bool read();

  CaptureDatagramCounters counters() const;

  /// What the capture had to say since the last call; at most 1,000 are kept.
  std::vector<SourceNotice> takeNotices();

 private:
  void notice(SourceNotice notice) override;
  bool decodes(uint16_t linkType) const override;
  uint8_t interfaceSlot(std::string_view, uint16_t, uint32_t) override { return 0; }

  void take(const RawPacket& raw);
  void takeFragment(const RawPacket& raw, const LinkHeaders& link, const IpHeader& ip, const Cursor& cursor);
  void takeDatagram(const uint8_t* udp, uint32_t octets, const IpHeader& ip, int64_t time, uint32_t packets);

  DatagramRing& ring_;
  std::unique_ptr<PacketSource> source_;
  Reassembly reassembly_;
  CaptureDatagramCounters counters_;
  std::vector<SourceNotice> notices_;
};

}  // namespace flowtap
