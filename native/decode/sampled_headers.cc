#include "decode/sampled_headers.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace flowtap {

namespace {

/// A sample stands for itself: later fragments do not learn their ports from another sample.
DecoderOptions withoutFragments() {
  DecoderOptions options;
  options.fragmentEntries = 0;
  return options;
}

}  // namespace

static_assert(offsetof(Packet, tcpAcknowledgement) == SampledHeaders::summaryOctets, "a summary is line 0");

SampledHeaders::SampledHeaders() : decoder_(withoutFragments()) {}

void SampledHeaders::decode(const uint8_t* datagram, size_t size, const SampledHeader* headers, size_t count,
                            uint8_t* summaries, uint8_t* ignored) {
  for (size_t at = 0; at < count; ++at)
    ignored[at] = static_cast<uint8_t>(decodeOne(datagram, size, headers[at], summaries + at * summaryOctets));
}

Ignored SampledHeaders::decodeOne(const uint8_t* datagram, size_t size, const SampledHeader& header, uint8_t* summary) {
  if (header.linkType == described) return Ignored::none;
  if (header.linkType > UINT16_MAX) return Ignored::unknownLinkType;
  if (header.offset > size || header.capturedLength > size - header.offset) return Ignored::truncatedLink;
  const RawPacket raw{
      .data = datagram + header.offset,
      .capturedLength = header.capturedLength,
      .wireLength = std::max(header.capturedLength, header.wireLength),
      .time = 0,
      .linkType = static_cast<uint16_t>(header.linkType),
      .interface = 0,
  };
  Packet packet;
  const Ignored reason = decoder_.decode(raw, packet);
  if (reason == Ignored::none) std::memcpy(summary, &packet, summaryOctets);
  return reason;
}

}  // namespace flowtap
