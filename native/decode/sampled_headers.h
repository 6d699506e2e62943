// Headers of sampled packets inside one datagram (sFlow), decoded as the meter decodes captured ones.
#pragma once

#include <cstddef>
#include <cstdint>

#include "decode/decoder.h"
#include "decode/packet.h"

namespace flowtap {

/// Where a header is, and of what.
struct SampledHeader {
  uint32_t offset;          // from the start of the datagram
  uint32_t capturedLength;  // octets there
  uint32_t wireLength;      // octets of the frame it is the start of
  uint32_t linkType;        // LINKTYPE_ value; `described` for a packet that is summarised already
};
static_assert(sizeof(SampledHeader) == 16, "src/formats/sflow/sampled_packets.ts writes four words");

class SampledHeaders {
 public:
  /// Octets of a summary: line 0 of Packet, whose layout src/formats/sflow/sampled_packets.ts knows.
  static constexpr size_t summaryOctets = 64;

  /// `linkType` of what the sender summarised itself.
  static constexpr uint32_t described = UINT32_MAX;

  SampledHeaders();

  /// Fills the summary of each header that is metered, and in `ignored` why the others are not. Headers that reach past
  /// the `size` octets of the datagram count as truncated.
  void decode(const uint8_t* datagram, size_t size, const SampledHeader* headers, size_t count, uint8_t* summaries,
              uint8_t* ignored);

 private:
  Ignored decodeOne(const uint8_t* datagram, size_t size, const SampledHeader& header, uint8_t* summary);

  Decoder decoder_;
};

}  // namespace flowtap
