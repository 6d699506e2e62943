// Bytes of a frame in, one packet summary out: the entry to native/decode/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "decode/packet.h"
#include "source/packet_source.h"

namespace flowtap {

/// What a decoder looks at beyond the base record, and which encapsulations it opens.
struct DecoderOptions {
  uint32_t decapsulate = 0;         // bit 1 << Tunnel for each kind to open
  bool linkDetail = false;          // fill MAC addresses and MPLS labels
  bool transportDetail = false;     // fill TCP options, window, acknowledgement and payload length
  uint32_t fragmentEntries = 8192;  // ceiling of the fragment table
};

/// Turns frames into packet summaries. Not thread-safe: one decoder per metering thread, because fragments of one
/// datagram must meet in one table.
class Decoder {
 public:
  explicit Decoder(const DecoderOptions& options);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Fills `packet` from `raw` and returns Ignored::none, or says why the frame is not metered.
  Ignored decode(const RawPacket& raw, Packet& packet);

  /// Frames returned as Ignored::nonIp by ethertype (or LLC DSAP/SSAP below 0x0600): `visit(ethertype, frames)` in
  /// ascending order. At most 64 ethertypes are told apart; the rest are counted under 0.
  template <typename Visit>
  void eachNonIp(Visit visit) const;

  /// Fragments whose first fragment had not been seen, so that their flow has no ports.
  uint64_t orphanFragments() const;
};

}  // namespace flowtap
