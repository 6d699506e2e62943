// libFuzzer target of sampled headers. Input: an octet that says how many headers, 16 octets for each, then the
// datagram that they say they are in.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "decode/sampled_headers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t octets) {
  constexpr uint8_t untouched = 0xa5;
  if (octets < 1) return 0;
  const size_t count = input[0] % 16;
  if (octets < 1 + count * sizeof(flowtap::SampledHeader)) return 0;
  std::vector<flowtap::SampledHeader> headers(count);
  if (count > 0) std::memcpy(headers.data(), input + 1, count * sizeof headers[0]);
  const size_t size = octets - 1 - count * sizeof(flowtap::SampledHeader);
  // Mostly plausible ones: all 32 bits of each word at random reach no decoder.
  for (auto& each : headers) {
    if ((each.linkType & 0x80) != 0) continue;
    each.linkType &= 0x0f;
    if (size > 0) each.offset %= size + 1;
    each.capturedLength %= 512;
  }
  const std::unique_ptr<uint8_t[]> datagram(new uint8_t[size]);
  std::memcpy(datagram.get(), input + octets - size, size);

  std::vector<uint8_t> summaries(count * flowtap::SampledHeaders::summaryOctets, untouched);
  std::vector<uint8_t> ignored(count, untouched);
  flowtap::SampledHeaders sampled;
  sampled.decode(datagram.get(), size, headers.data(), count, summaries.data(), ignored.data());
  for (size_t at = 0; at < count; ++at) {
    if (ignored[at] >= static_cast<uint8_t>(flowtap::Ignored::count)) std::abort();
    if (ignored[at] != 0 || headers[at].linkType == flowtap::SampledHeaders::described) continue;
    flowtap::Packet packet{};
    std::memcpy(&packet, &summaries[at * flowtap::SampledHeaders::summaryOctets],
                flowtap::SampledHeaders::summaryOctets);
    const bool isIpv6 = (packet.flags & flowtap::packetFlag::ipv6) != 0;
    if (packet.ipOctets < (isIpv6 ? 40U : 20U) || packet.vlanId > 0x0fff) std::abort();
    if (packet.linkOctets < headers[at].capturedLength) std::abort();
  }
  return 0;
}
