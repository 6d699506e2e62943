// libFuzzer target of the decoder. Input: link type index, options, then frames, each behind one octet of length and
// one of what the wire had beyond it; one decoder sees them all, so that fragments meet.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>

#include "decode/decoder.h"

namespace {

constexpr uint16_t linkTypes[] = {0, 1, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 192, 228, 229, 276, 65535};

/// What every metered packet must satisfy, whatever the frame.
void check(const flowtap::Packet& packet, const flowtap::RawPacket& raw) {
  const bool isIpv6 = (packet.flags & flowtap::packetFlag::ipv6) != 0;
  if (packet.ipOctets < (isIpv6 ? 40U : 20U)) std::abort();
  if (packet.linkOctets != raw.wireLength || packet.time != raw.time) std::abort();
  if (packet.vlanId > 0x0fff || packet.serviceVlanId > 0x0fff) std::abort();
  const bool isLater = (packet.flags & flowtap::packetFlag::laterFragment) != 0;
  const bool isFragment = (packet.flags & flowtap::packetFlag::fragment) != 0;
  if (isLater && !isFragment) std::abort();
  if (isLater && (packet.flags & flowtap::packetFlag::tcpHeader) != 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t octets) {
  if (octets < 2) return 0;
  const uint16_t linkType = linkTypes[input[0] % std::size(linkTypes)];
  const uint8_t choice = input[1];
  flowtap::DecoderOptions options;
  options.linkDetail = (choice & 0x01) != 0;
  options.transportDetail = (choice & 0x02) != 0;
  options.decapsulate = (choice & 0x04) != 0 ? UINT32_MAX : 0;
  options.fragmentEntries = (choice & 0x08) != 0 ? 4 : 64;
  options.hashSeed = 1;
  flowtap::Decoder decoder(options);
  int64_t time = 0;
  for (size_t at = 2; at + 2 <= octets;) {
    const size_t wanted = input[at];
    const uint32_t beyond = input[at + 1] * 16U;
    at += 2;
    const auto captured = static_cast<uint32_t>(wanted < octets - at ? wanted : octets - at);
    // A block of its own, so that the sanitizer sees a read into the next frame.
    const std::unique_ptr<uint8_t[]> frame(new uint8_t[captured]);
    std::memcpy(frame.get(), input + at, captured);
    at += captured;
    time += int64_t{beyond} * 10'000;
    const flowtap::RawPacket raw{frame.get(), captured, captured + beyond, time, linkType, 0};
    flowtap::Packet packet;
    if (decoder.decode(raw, packet) == flowtap::Ignored::none) check(packet, raw);
  }
  uint64_t frames = 0;
  decoder.eachNonIp([&frames](uint16_t, uint64_t counted) { frames += counted; });
  if (frames > octets) std::abort();
  return 0;
}
