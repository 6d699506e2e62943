// Bytes of a frame in, one packet summary out: the entry to native/decode/.
#pragma once

#include <cstddef>
#include <cstdint>

#include "decode/fragments.h"
#include "decode/non_ip_counts.h"
#include "decode/packet.h"
#include "source/packet_source.h"

namespace flowtap {

/// What a decoder looks at beyond the base record, and which encapsulations it opens.
struct DecoderOptions {
  uint32_t decapsulate = 0;         // bit 1 << Tunnel for each kind to open
  bool linkDetail = false;          // fill MAC addresses and MPLS labels
  bool transportDetail = false;     // fill TCP options, window, acknowledgement and payload length
  uint32_t fragmentEntries = 8192;  // ceiling of the fragment table, 64 octets each; 0 for none
  uint64_t hashSeed = 0;            // of the fragment table; 0: drawn at random
};

/// Turns frames into packet summaries. Not thread-safe: one decoder per metering thread, because fragments of one
/// datagram must meet in one table. The counters, too, are read on that thread.
class Decoder {
 public:
  explicit Decoder(const DecoderOptions& options);
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Fills `packet` from `raw` and returns Ignored::none, or says why the frame is not metered.
  ///
  /// When it is metered, line 0, `serviceVlanId` and `segments` are always written. With `linkDetail`,
  /// `transportDetail` or `decapsulate` lines 1 and 2 are written as well, with zeros for what was not asked for;
  /// without any of them the rest of the two lines stays as it was. When it is not metered, nothing is written.
  ///
  /// Tunnels that `decapsulate` names are opened one inside the other, up to eight. `protocol`, addresses, ports and
  /// `ipOctets` are then of the innermost packet, `tunnel`, `tunnelId` and the outer addresses of the innermost tunnel,
  /// `linkOctets` of the whole frame. VLAN tags, MAC addresses and MPLS labels are of the innermost header that has
  /// any. A tunnel that holds no whole, sane IP header is metered as if it were not opened. Of an outer packet that is
  /// fragmented the first fragment is opened; the others, which hold no inner header, are metered as outer flow.
  Ignored decode(const RawPacket& raw, Packet& packet);

  /// Frames returned as Ignored::nonIp by EtherType: `visit(uint16_t type, uint64_t frames)` in ascending order. Types
  /// below 0x0600 are those of nonIpType in decode/ether_type.h. 64 types are told apart, the rest count under 0.
  template <typename Visit>
  void eachNonIp(Visit visit) const {
    nonIp.each(visit);
  }

  /// Later fragments whose first fragment had not been seen, or no longer, so that their flow has no ports.
  uint64_t orphanFragments() const { return orphans; }

 private:
  struct Layers;

  Ignored readLayers(const RawPacket& raw, Layers& layers);
  void openTunnels(Layers& layers, int64_t time);
  void rememberOpened(const Layers& layers, int64_t time);
  void joinFragment(Layers layers, Packet& packet);
  void writeDetail(const Layers& layers, Packet& packet) const;
  static void countSegments(const RawPacket& raw, const Layers& layers, Packet& packet);

  DecoderOptions options;
  bool detail;  // lines 1 and 2 are written
  FragmentTable fragments;
  NonIpCounts nonIp;
  uint64_t orphans = 0;
};

}  // namespace flowtap
