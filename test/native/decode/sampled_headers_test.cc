// Headers that agents sample out of packets: decoded as captured ones are, of every length.
#include "decode/sampled_headers.h"

#include <cstring>
#include <memory>
#include <vector>

#include "../support/harness.h"
#include "frame.h"

namespace {

using namespace flowtap;
using frame::Octets;

constexpr uint8_t untouched = 0xa5;

struct Decoded {
  std::vector<uint8_t> summaries;
  std::vector<uint8_t> ignored;

  Ignored reason(size_t at) const { return static_cast<Ignored>(ignored.at(at)); }
  Packet packet(size_t at) const {
    Packet made{};
    std::memcpy(&made, &summaries.at(at * SampledHeaders::summaryOctets), SampledHeaders::summaryOctets);
    return made;
  }
  bool isUntouched(size_t at) const {
    for (size_t i = 0; i < SampledHeaders::summaryOctets; ++i)
      if (summaries.at(at * SampledHeaders::summaryOctets + i) != untouched) return false;
    return true;
  }
};

/// Decodes from a block of exactly the datagram's size, so that a sanitizer sees reads beyond it.
Decoded decode(const Octets& datagram, const std::vector<SampledHeader>& headers) {
  const std::unique_ptr<uint8_t[]> octets(new uint8_t[datagram.size()]);
  std::copy(datagram.begin(), datagram.end(), octets.get());
  Decoded result;
  result.summaries.assign(headers.size() * SampledHeaders::summaryOctets, untouched);
  result.ignored.assign(headers.size(), untouched);
  SampledHeaders sampled;
  sampled.decode(octets.get(), datagram.size(), headers.data(), headers.size(), result.summaries.data(),
                 result.ignored.data());
  return result;
}

const Octets tcpFrame = frame::ethernet(0x0800, frame::ipv4(6, frame::tcp(40000, 443, 0x12), {.totalLength = 1500}));
const Octets udpFrame =
    frame::ethernet(0x8100, frame::vlan(12, 0x86dd, frame::ipv6(17, frame::udp(53, 5353, frame::fill(20)))));
const Octets mplsFrame = frame::ethernet(
    0x8847, frame::mpls(16, false, frame::mpls(17, true, frame::ipv4(17, frame::udp(1, 2, frame::fill(8))))));

BEHAVIOUR("a header says what its packet was, with the length on the wire") {
  const auto length = static_cast<uint32_t>(tcpFrame.size());
  const Decoded result = decode(frame::fill(28) + tcpFrame, {{28, length, 1514, 1}});
  CHECK_EQUAL(result.reason(0), Ignored::none);
  const Packet packet = result.packet(0);
  CHECK_EQUAL(packet.ipOctets, 1500);
  CHECK_EQUAL(packet.linkOctets, 1514);
  CHECK_EQUAL(packet.sourcePort, 40000);
  CHECK_EQUAL(packet.destinationPort, 443);
  CHECK_EQUAL(packet.protocol, 6);
  CHECK_EQUAL(packet.tcpFlags, 0x12);
  CHECK_EQUAL(packet.ttl, 64);
}

BEHAVIOUR("headers of every length are what the decoder makes of a capture cut there") {
  for (const Octets& whole : {tcpFrame, udpFrame, mplsFrame}) {
    const auto wire = static_cast<uint32_t>(whole.size());
    for (uint32_t length = 0; length <= wire; ++length) {
      // At the very end of the datagram.
      const Decoded result = decode(frame::fill(8) + whole.substr(0, length), {{8, length, wire, 1}});
      DecoderOptions options;
      options.fragmentEntries = 0;
      Decoder decoder(options);
      Packet expected;
      const Ignored reason = decoder.decode({whole.data(), length, wire, 0, 1, 0}, expected);
      CHECK_EQUAL(result.reason(0), reason);
      if (reason == Ignored::none) {
        CHECK(std::memcmp(result.summaries.data(), &expected, SampledHeaders::summaryOctets) == 0);
      } else {
        CHECK(result.isUntouched(0));
      }
    }
  }
}

BEHAVIOUR("a header that reaches beyond the datagram is truncated, however its numbers wrap") {
  const auto size = static_cast<uint32_t>(tcpFrame.size());
  const std::vector<SampledHeader> headers = {
      {0, size + 1, 1514, 1},   {1, size, 1514, 1},       {size + 1, 0, 1514, 1},
      {UINT32_MAX, 1, 1514, 1}, {1, UINT32_MAX, 1514, 1}, {UINT32_MAX, UINT32_MAX, UINT32_MAX, 1},
      {size, 1, 1514, 1},       {UINT32_MAX, 0, 0, 1},    {size, 0, 1514, 1},
  };
  const Decoded result = decode(tcpFrame, headers);
  for (size_t at = 0; at < headers.size(); ++at) {
    CHECK_EQUAL(result.reason(at), Ignored::truncatedLink);
    CHECK(result.isUntouched(at));
  }
}

BEHAVIOUR("a wire length below what was sampled counts as what was sampled") {
  const auto size = static_cast<uint32_t>(tcpFrame.size());
  for (const uint32_t wire : {0U, 1U, size})
    CHECK_EQUAL(decode(tcpFrame, {{0, size, wire, 1}}).packet(0).linkOctets, size);
}

BEHAVIOUR("link types are told apart, unknown ones and those beyond 16 bits are refused") {
  const Octets ip = tcpFrame.substr(14);
  const auto size = static_cast<uint32_t>(ip.size());
  const std::vector<SampledHeader> headers = {
      {0, size, 1500, 101}, {0, size, 1500, 60000}, {0, size, 1500, 65536 + 101}, {0, size, 1500, UINT32_MAX - 1}};
  const Decoded result = decode(ip, headers);
  CHECK_EQUAL(result.reason(0), Ignored::none);
  for (size_t at = 1; at < headers.size(); ++at) CHECK_EQUAL(result.reason(at), Ignored::unknownLinkType);
}

BEHAVIOUR("what the sender described itself is left as it is, whatever the other numbers say") {
  const Decoded result = decode({}, {{UINT32_MAX, UINT32_MAX, 7, SampledHeaders::described}});
  CHECK_EQUAL(result.reason(0), Ignored::none);
  CHECK(result.isUntouched(0));
}

BEHAVIOUR("each header of a datagram is judged for itself") {
  const auto tcp = static_cast<uint32_t>(tcpFrame.size());
  const auto udp = static_cast<uint32_t>(udpFrame.size());
  const Decoded result =
      decode(tcpFrame + udpFrame, {{0, tcp, 1514, 1}, {tcp, udp + 1, udp, 1}, {tcp, udp, udp, 1}, {0, 3, 60, 1}});
  CHECK_EQUAL(result.packet(0).destinationPort, 443);
  CHECK_EQUAL(result.reason(1), Ignored::truncatedLink);
  CHECK_EQUAL(result.packet(2).destinationPort, 5353);
  CHECK_EQUAL(result.packet(2).vlanId, 12);
  CHECK_EQUAL(result.reason(3), Ignored::truncatedLink);
}

BEHAVIOUR("a later fragment learns no ports from a sample of the first one") {
  const Octets first =
      frame::ethernet(0x0800, frame::ipv4(17, frame::udp(7, 8, frame::fill(16)), {.fragmentation = 0x2000}));
  const Octets later = frame::ethernet(0x0800, frame::ipv4(17, frame::fill(16), {.fragmentation = 3}));
  const auto one = static_cast<uint32_t>(first.size());
  const auto two = static_cast<uint32_t>(later.size());
  const Decoded result = decode(first + later, {{0, one, one, 1}, {one, two, two, 1}});
  CHECK_EQUAL(result.packet(0).sourcePort, 7);
  CHECK_EQUAL(result.reason(1), Ignored::none);
  CHECK_EQUAL(result.packet(1).sourcePort, 0);
  CHECK_EQUAL(result.packet(1).flags & packetFlag::laterFragment, packetFlag::laterFragment);
}

BEHAVIOUR("no headers are nothing to do") {
  const Decoded result = decode(tcpFrame, {});
  CHECK(result.ignored.empty());
}

}  // namespace

int main() {
  return harness::runAll();
}
