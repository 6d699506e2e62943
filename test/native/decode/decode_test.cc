// The decoder on hand-made frames, protocol by protocol.
#include <cstring>
#include <memory>
#include <vector>

#include "../support/harness.h"
#include "decode/decoder.h"
#include "decode/icmp.h"
#include "frame.h"

namespace {

using flowtap::Decoder;
using flowtap::DecoderOptions;
using flowtap::Ignored;
using flowtap::Packet;
using flowtap::Tunnel;
using frame::be16;
using frame::be32;
using frame::ethernet;
using frame::fill;
using frame::hex;
using frame::innerEthernet;
using frame::ipv4;
using frame::ipv6;
using frame::mpls;
using frame::Octets;
using frame::tcp;
using frame::udp;
using frame::vlan;
namespace packetFlag = flowtap::packetFlag;
namespace tcpOption = flowtap::tcpOption;

constexpr uint16_t ethernetLink = 1;

/// Decodes from a heap block of exactly the captured length, so that a sanitizer sees any read beyond it.
Ignored decode(Decoder& decoder, const Octets& octets, Packet& packet, uint16_t linkType = ethernetLink,
               uint32_t wireLength = 0, int64_t time = 1'700'000'000'000'000) {
  const std::unique_ptr<uint8_t[]> block(new uint8_t[octets.size()]);
  std::memcpy(block.get(), octets.data(), octets.size());
  const auto captured = static_cast<uint32_t>(octets.size());
  return decoder.decode({block.get(), captured, wireLength != 0 ? wireLength : captured, time, linkType, 7}, packet);
}

struct Result {
  Ignored ignored;
  Packet packet;
};

constexpr DecoderOptions plain = {};
constexpr DecoderOptions detailed = {.linkDetail = true, .transportDetail = true};
constexpr DecoderOptions opening = {.decapsulate = UINT32_MAX, .linkDetail = true, .transportDetail = true};

Result decodeOne(const Octets& octets, const DecoderOptions& options = plain, uint16_t linkType = ethernetLink,
                 uint32_t wireLength = 0) {
  Decoder decoder(options);
  Result result;
  std::memset(&result.packet, 0xa5, sizeof result.packet);  // what a batch's reused slot holds
  result.ignored = decode(decoder, octets, result.packet, linkType, wireLength);
  return result;
}

bool isIpv4Pair(const Packet& packet) {
  const Octets source(packet.sourceAddress, 16);
  const Octets destination(packet.destinationAddress, 16);
  return source == hex("00000000 00000000 0000ffff c0000201") &&
         destination == hex("00000000 00000000 0000ffff c6336402");
}

bool isIpv6Pair(const Packet& packet) {
  const Octets source(packet.sourceAddress, 16);
  const Octets destination(packet.destinationAddress, 16);
  return source == hex("20010db8 00000000 00000000 00000001") &&
         destination == hex("20010db8 00000000 00000000 00000002");
}

const Octets syn = tcp(40000, 443, 0x02);
const Octets dns = udp(5353, 53, fill(10));

/// The frame is metered as an IPv4 UDP packet, ports 5353 to 53.
void expectDns(const Octets& octets, uint16_t linkType, int line) {
  const Result result = decodeOne(octets, plain, linkType);
  harness::equal(result.ignored, Ignored::none, "ignored", __FILE__, line);
  harness::equal(isIpv4Pair(result.packet), true, "addresses match", __FILE__, line);
  harness::equal(result.packet.sourcePort, 5353, "sourcePort", __FILE__, line);
  harness::equal(result.packet.destinationPort, 53, "destinationPort", __FILE__, line);
  harness::equal(result.packet.ipOctets, 38U, "ipOctets", __FILE__, line);
}
#define EXPECT_DNS(octets, linkType) expectDns((octets), (linkType), __LINE__)

/// The frame is non-IP and counted under `type`.
void expectNonIp(const Octets& octets, uint16_t linkType, uint16_t type, int line) {
  Decoder decoder(plain);
  Packet packet;
  harness::equal(decode(decoder, octets, packet, linkType), Ignored::nonIp, "ignored", __FILE__, line);
  int visits = 0;
  decoder.eachNonIp([&](uint16_t counted, uint64_t frames) {
    ++visits;
    harness::equal(counted, type, "type", __FILE__, line);
    harness::equal(frames, 1U, "frames", __FILE__, line);
  });
  harness::equal(visits, 1, "visits", __FILE__, line);
}
#define EXPECT_NON_IP(octets, linkType, type) expectNonIp((octets), (linkType), (type), __LINE__)

// ---- IPv4, TCP and the fields of line 0

BEHAVIOUR("fills every field of line zero from IPv4 TCP") {
  const Result result = decodeOne(ethernet(0x0800, ipv4(6, tcp(40000, 443, 0x12))), plain, ethernetLink, 1514);
  const Packet& packet = result.packet;
  CHECK_EQUAL(result.ignored, Ignored::none);
  CHECK_EQUAL(isIpv4Pair(packet), true);
  CHECK_EQUAL(packet.sourcePort, 40000);
  CHECK_EQUAL(packet.destinationPort, 443);
  CHECK_EQUAL(packet.protocol, 6);
  CHECK_EQUAL(packet.flags, packetFlag::tcpHeader);
  CHECK_EQUAL(packet.vlanId, 0);
  CHECK_EQUAL(packet.time, 1'700'000'000'000'000);
  CHECK_EQUAL(packet.ipOctets, 40U);
  CHECK_EQUAL(packet.linkOctets, 1514U);
  CHECK_EQUAL(packet.tcpSequence, 0x01020304U);
  CHECK_EQUAL(packet.tcpFlags, 0x12);
  CHECK_EQUAL(packet.ipClassOfService, 0xb8);
  CHECK_EQUAL(packet.ttl, 64);
  CHECK_EQUAL(packet.interface, 7);
  CHECK_EQUAL(packet.serviceVlanId, 0);
}

BEHAVIOUR("leaves the detail lines alone when nothing asks for them") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(6, syn))).packet;
  CHECK_EQUAL(packet.tcpAcknowledgement, 0xa5a5a5a5U);
  CHECK_EQUAL(packet.outerSourceAddress[0], 0xa5);
}

BEHAVIOUR("defines the detail lines when only decapsulation is on") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(6, syn)), {.decapsulate = 2}).packet;
  CHECK_EQUAL(packet.tcpAcknowledgement, 0U);
  CHECK_EQUAL(packet.sourceMac[0], 0);
  CHECK_EQUAL(packet.tunnel, Tunnel::none);
  CHECK_EQUAL(packet.outerSourceAddress[0], 0);
  CHECK_EQUAL(packet.reserved2[31], 0);
}

BEHAVIOUR("skips IPv4 options") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(17, dns, {.options = hex("94040000 01010101")}))).packet;
  CHECK_EQUAL(packet.sourcePort, 5353);
  CHECK_EQUAL(packet.ipOctets, 46U);
}

BEHAVIOUR("takes octets from the header and not from Ethernet padding") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(17, udp(1, 2)) + fill(18))).packet;
  CHECK_EQUAL(packet.ipOctets, 28U);
  CHECK_EQUAL(packet.linkOctets, 60U);
}

BEHAVIOUR("takes octets from the header of a short capture") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(17, dns, {.totalLength = 1500})), plain, 1, 1514).packet;
  CHECK_EQUAL(packet.ipOctets, 1500U);
  CHECK_EQUAL(packet.sourcePort, 5353);
}

BEHAVIOUR("believes a total length beyond the frame") {
  CHECK_EQUAL(decodeOne(ethernet(0x0800, ipv4(17, dns, {.totalLength = 9000}))).packet.ipOctets, 9000U);
}

BEHAVIOUR("counts the frame when the total length is zero") {
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(6, syn, {.totalLength = 0})), plain, 1, 30014).packet;
  CHECK_EQUAL(packet.ipOctets, 30000U);
  CHECK_EQUAL(packet.destinationPort, 443);
}

BEHAVIOUR("does not read ports from padding") {
  const Result result = decodeOne(ethernet(0x0800, ipv4(6, syn, {.totalLength = 20})));
  CHECK_EQUAL(result.ignored, Ignored::none);
  CHECK_EQUAL(result.packet.sourcePort, 0);
  CHECK_EQUAL(result.packet.flags, 0);
}

BEHAVIOUR("meters with ports when the TCP header is cut off") {
  const Octets whole = ethernet(0x0800, ipv4(6, syn));
  const Packet packet = decodeOne(whole.substr(0, 14 + 20 + 8)).packet;
  CHECK_EQUAL(packet.sourcePort, 40000);
  CHECK_EQUAL(packet.flags, 0);
  CHECK_EQUAL(packet.tcpFlags, 0);
  CHECK_EQUAL(packet.tcpSequence, 0U);
}

BEHAVIOUR("meters without ports when they are cut off") {
  const Octets whole = ethernet(0x0800, ipv4(6, syn));
  const Result result = decodeOne(whole.substr(0, 14 + 20 + 3));
  CHECK_EQUAL(result.ignored, Ignored::none);
  CHECK_EQUAL(result.packet.sourcePort, 0);
  CHECK_EQUAL(result.packet.ipOctets, 40U);
}

BEHAVIOUR("meters without ports when IPv4 options are cut off") {
  const Octets whole = ethernet(0x0800, ipv4(6, syn, {.options = fill(8, 1)}));
  const Result result = decodeOne(whole.substr(0, 14 + 24));
  CHECK_EQUAL(result.ignored, Ignored::none);
  CHECK_EQUAL(result.packet.sourcePort, 0);
  CHECK_EQUAL(result.packet.ipOctets, 48U);
}

BEHAVIOUR("names why an IPv4 header is not metered") {
  const Octets whole = ethernet(0x0800, ipv4(6, syn));
  CHECK_EQUAL(decodeOne(whole.substr(0, 13)).ignored, Ignored::truncatedLink);
  CHECK_EQUAL(decodeOne({}).ignored, Ignored::truncatedLink);
  CHECK_EQUAL(decodeOne(whole.substr(0, 14 + 19)).ignored, Ignored::truncatedIp);
  CHECK_EQUAL(decodeOne(ethernet(0x0800, ipv6(17, dns))).ignored, Ignored::malformedIp);
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv4(17, dns) + fill(20))).ignored, Ignored::malformedIp);
  CHECK_EQUAL(decodeOne(ethernet(0x0800, ipv4(6, syn, {.totalLength = 19}))).ignored, Ignored::malformedIp);
  Octets shortHeader = ipv4(6, syn);
  shortHeader[0] = 0x44;
  CHECK_EQUAL(decodeOne(ethernet(0x0800, shortHeader)).ignored, Ignored::malformedIp);
}

// ---- transport protocols

BEHAVIOUR("reads ports of every protocol that has them") {
  for (const uint8_t protocol : {17, 136, 132, 33}) {
    const Packet packet = decodeOne(ethernet(0x0800, ipv4(protocol, hex("1388 0035 00000000 00000000")))).packet;
    CHECK_EQUAL(packet.sourcePort, 5000);
    CHECK_EQUAL(packet.destinationPort, 53);
    CHECK_EQUAL(packet.protocol, protocol);
  }
}

BEHAVIOUR("leaves ports zero for protocols without them") {
  for (const uint8_t protocol : {2, 4, 41, 46, 47, 50, 51, 88, 89, 103, 112, 115, 255}) {
    const Packet packet = decodeOne(ethernet(0x0800, ipv4(protocol, fill(20, 0xff)))).packet;
    CHECK_EQUAL(packet.sourcePort, 0);
    CHECK_EQUAL(packet.destinationPort, 0);
    CHECK_EQUAL(packet.protocol, protocol);
  }
}

BEHAVIOUR("reads TCP detail") {
  const Octets options = hex("020405b4 01 030307 0402 080a0000000100000002");
  const Octets padded = options + fill((4 - options.size() % 4) % 4);
  Octets segment = tcp(1, 2, 0x32, padded, fill(100));
  segment[19] = 9;  // urgent pointer
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(6, segment)), detailed).packet;
  CHECK_EQUAL(packet.tcpAcknowledgement, 0x0a0b0c0dU);
  CHECK_EQUAL(packet.tcpWindow, 0x7210);
  CHECK_EQUAL(packet.tcpMaximumSegmentSize, 1460);
  CHECK_EQUAL(packet.tcpWindowScale, 7);
  CHECK_EQUAL(packet.tcpOptions, tcpOption::maximumSegmentSize | tcpOption::windowScale | tcpOption::sackPermitted |
                                     tcpOption::timestamps);
  CHECK_EQUAL(packet.tcpUrgent, 1);
  CHECK_EQUAL(packet.payloadOctets, 100U);
  CHECK_EQUAL(Octets(packet.sourceMac, 6) == hex("020000000001"), true);
  CHECK_EQUAL(Octets(packet.destinationMac, 6) == hex("020000000002"), true);
}

BEHAVIOUR("reads rarer TCP options") {
  const auto optionsOf = [](const char* text) {
    const Octets options = hex(text);
    return decodeOne(ethernet(0x0800, ipv4(6, tcp(1, 2, 2, options))), detailed).packet.tcpOptions;
  };
  CHECK_EQUAL(optionsOf("050a0000000100000002 0000"), tcpOption::sack);
  CHECK_EQUAL(optionsOf("1e0c0081 0102030405060708"), tcpOption::mptcpCapable);
  CHECK_EQUAL(optionsOf("1e0c1081 0102030405060708"), tcpOption::other);  // MP_JOIN
  CHECK_EQUAL(optionsOf("2202 0101"), tcpOption::fastOpen);
  CHECK_EQUAL(optionsOf("1312 0000"), 0);  // length beyond the header
  CHECK_EQUAL(optionsOf("0200 0000"), 0);  // length below two
  CHECK_EQUAL(optionsOf("0204 05b4 02ff ffff"), tcpOption::maximumSegmentSize);
}

BEHAVIOUR("takes payload octets from IP lengths") {
  const auto payloadOf = [](uint8_t protocol, const Octets& transport, uint32_t totalLength) {
    const Octets packet = ipv4(protocol, transport, {.totalLength = totalLength});
    return decodeOne(ethernet(0x0800, packet), detailed, 1, 2000).packet.payloadOctets;
  };
  CHECK_EQUAL(payloadOf(6, syn, 1040), 1000U);
  CHECK_EQUAL(payloadOf(17, dns, 128), 100U);
  CHECK_EQUAL(payloadOf(132, dns, 132), 100U);
  CHECK_EQUAL(payloadOf(1, hex("0800000000010001"), 128), 100U);
  CHECK_EQUAL(payloadOf(33, hex("00010002 04000000 00000000 00000000"), 136), 100U);
  CHECK_EQUAL(payloadOf(50, dns, 120), 100U);
  CHECK_EQUAL(payloadOf(17, dns, 24), 0U);
  Octets badOffset = syn;
  badOffset[12] = 0xf0;
  CHECK_EQUAL(payloadOf(6, badOffset, 40), 0U);
}

// ---- ICMP

BEHAVIOUR("swaps the key of ICMP replies so that they reverse the query") {
  const std::vector<std::pair<uint8_t, uint8_t>> pairsOf4 = {{8, 0}, {13, 14}, {15, 16}, {17, 18}, {42, 43}};
  const std::vector<std::pair<uint8_t, uint8_t>> pairsOf6 = {{128, 129}, {160, 161}};
  const auto expectPair = [](uint8_t protocol, uint8_t query, uint8_t reply) {
    const Octets rest = hex("00 0000 beef 0001");
    const Packet there = decodeOne(ethernet(0x0800, ipv4(protocol, Octets{query} + rest))).packet;
    const Packet back = decodeOne(ethernet(0x0800, ipv4(protocol, Octets{reply} + rest))).packet;
    CHECK_EQUAL(there.sourcePort, 0xbeef);
    CHECK_EQUAL(there.destinationPort, query << 8);
    CHECK_EQUAL(back.sourcePort, there.destinationPort);
    CHECK_EQUAL(back.destinationPort, there.sourcePort);
    CHECK_EQUAL(there.tcpSequence, 0xbeef0000U | static_cast<uint32_t>(query) << 8);
    CHECK_EQUAL(back.tcpSequence, 0xbeef0000U | static_cast<uint32_t>(reply) << 8);
    CHECK_EQUAL(there.flags, packetFlag::icmp);
  };
  for (const auto& [query, reply] : pairsOf4) expectPair(1, query, reply);
  for (const auto& [query, reply] : pairsOf6) expectPair(58, query, reply);
}

BEHAVIOUR("pairs node information by its nonce") {
  const Octets rest = hex("00 0000 0002 0000 abcd000000000000");
  const Packet there = decodeOne(ethernet(0x86dd, ipv6(58, Octets{139} + rest))).packet;
  const Packet back = decodeOne(ethernet(0x86dd, ipv6(58, Octets{140} + rest))).packet;
  CHECK_EQUAL(there.sourcePort, 0xabcd);
  CHECK_EQUAL(there.destinationPort, 139 << 8);
  CHECK_EQUAL(back.sourcePort, there.destinationPort);
  CHECK_EQUAL(back.destinationPort, there.sourcePort);
}

BEHAVIOUR("keeps other ICMP messages as flows of their own") {
  const Packet unreachable = decodeOne(ethernet(0x0800, ipv4(1, hex("0303 0000 00000000")))).packet;
  CHECK_EQUAL(unreachable.sourcePort, 0);
  CHECK_EQUAL(unreachable.destinationPort, 0x0303);
  CHECK_EQUAL(unreachable.tcpSequence, 0x0303U);
  const Packet solicitation = decodeOne(ethernet(0x86dd, ipv6(58, hex("8700 0000 12345678")))).packet;
  CHECK_EQUAL(solicitation.sourcePort, 0);
  CHECK_EQUAL(solicitation.destinationPort, 0x8700);
  CHECK_EQUAL(solicitation.tcpSequence, 0x8700U);
}

BEHAVIOUR("keys an ICMP query whose identifier is cut off by zero") {
  const Octets whole = ethernet(0x0800, ipv4(1, hex("0800 0000 beef 0001")));
  const Packet withoutIdentifier = decodeOne(whole.substr(0, 34 + 4)).packet;
  CHECK_EQUAL(withoutIdentifier.sourcePort, 0);
  CHECK_EQUAL(withoutIdentifier.destinationPort, 0x0800);
  const Packet withoutCode = decodeOne(whole.substr(0, 34 + 1)).packet;
  CHECK_EQUAL(withoutCode.destinationPort, 0);
  CHECK_EQUAL(withoutCode.flags, 0);
}

// ---- IPv6

BEHAVIOUR("fills the key from IPv6") {
  const Packet packet = decodeOne(ethernet(0x86dd, ipv6(17, dns) + fill(4))).packet;
  CHECK_EQUAL(isIpv6Pair(packet), true);
  CHECK_EQUAL(packet.flags, packetFlag::ipv6);
  CHECK_EQUAL(packet.ipOctets, 58U);
  CHECK_EQUAL(packet.ipClassOfService, 0x28);
  CHECK_EQUAL(packet.ttl, 63);
  CHECK_EQUAL(packet.destinationPort, 53);
}

BEHAVIOUR("follows IPv6 extension headers") {
  const Octets chain = hex("2b00 0502 00000000") +                   // hop-by-hop, then routing
                       hex("3c00 0400 00000000") +                   // routing, then destination options
                       hex("3301 0104 00000000 0000000000000000") +  // destination options of 16, then AH
                       hex("8704 0000 00000001 00000001 112233445566778899aabbcc") +  // AH of 24, then mobility
                       hex("8b00 0000 00000000") +                                    // mobility, then HIP
                       hex("8c00 0000 00000000") +                                    // HIP, then shim6
                       hex("1100 0000 00000000");                                     // shim6, then UDP
  const Packet packet = decodeOne(ethernet(0x86dd, ipv6(0, chain + dns)), detailed).packet;
  CHECK_EQUAL(packet.protocol, 17);
  CHECK_EQUAL(packet.destinationPort, 53);
  CHECK_EQUAL(packet.ipOctets, 40 + chain.size() + 18);
  CHECK_EQUAL(packet.payloadOctets, 10U);
}

BEHAVIOUR("keeps mobility as the protocol when nothing follows") {
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(135, hex("3b00 0000 00000000")))).packet.protocol, 135);
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(60, hex("3b00 0104 00000000")))).packet.protocol, 59);
}

BEHAVIOUR("stops at an extension header that is cut off") {
  const Octets whole = ethernet(0x86dd, ipv6(0, hex("1101 0104 00000000 0000000000000000") + dns));
  const Result result = decodeOne(whole.substr(0, 14 + 40 + 10));
  CHECK_EQUAL(result.ignored, Ignored::none);
  CHECK_EQUAL(result.packet.protocol, 0);
  CHECK_EQUAL(result.packet.destinationPort, 0);
  CHECK_EQUAL(result.packet.ipOctets, 74U);
}

BEHAVIOUR("gives up on endless extension headers") {
  Octets chain;
  for (int count = 0; count < 40; ++count) chain += hex("3c00 0104 00000000");
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(60, chain))).ignored, Ignored::tooDeep);
}

BEHAVIOUR("counts jumbograms by their option") {
  const Octets jumbo = hex("1100 c204 00012345");
  const Packet packet = decodeOne(ethernet(0x86dd, ipv6(0, jumbo + dns, 0)), plain, 1, 80000).packet;
  CHECK_EQUAL(packet.ipOctets, 40U + 0x12345);
  CHECK_EQUAL(packet.destinationPort, 53);
}

BEHAVIOUR("counts the frame when the IPv6 payload length is zero") {
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(6, syn, 0)), plain, 1, 66014).packet.ipOctets, 66000U);
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(59, fill(6), 0))).packet.ipOctets, 40U);
}

BEHAVIOUR("names a truncated IPv6 header") {
  CHECK_EQUAL(decodeOne(ethernet(0x86dd, ipv6(17, dns)).substr(0, 14 + 39)).ignored, Ignored::truncatedIp);
}

// ---- fragments

Octets firstFragment(uint16_t identification) {
  return ethernet(0x0800, ipv4(17, dns + fill(6), {.identification = identification, .fragmentation = 0x2000}));
}

Octets laterFragment(uint16_t identification, uint8_t protocol = 17) {
  return ethernet(0x0800, ipv4(protocol, fill(16, 0xee), {.identification = identification, .fragmentation = 3}));
}

/// A frame that an offload made: as many segments as it says, or, with 0, as the MTU takes.
Packet superPacket(const Octets& octets, uint16_t segments, uint16_t mtu) {
  Decoder decoder(plain);
  Packet packet;
  const auto length = static_cast<uint32_t>(octets.size());
  decoder.decode({.data = octets.data(),
                  .capturedLength = length,
                  .wireLength = length,
                  .time = 1,
                  .linkType = ethernetLink,
                  .interface = 0,
                  .segments = segments,
                  .mtu = mtu},
                 packet);
  return packet;
}

BEHAVIOUR("counts a super-packet as its segments, each with headers of its own") {
  const Octets octets = ethernet(0x0800, ipv4(6, tcp(40000, 443, 0x10, {}, fill(14600))));
  for (const Packet& packet : {superPacket(octets, 10, 0), superPacket(octets, 0, 1500)}) {
    CHECK_EQUAL(packet.segments, 10);  // 1460 octets each
    CHECK_EQUAL(packet.ipOctets, 14600U + 10 * 40);
    CHECK_EQUAL(packet.linkOctets, 14600U + 10 * 54);
  }
  CHECK_EQUAL(superPacket(ethernet(0x0800, ipv4(6, tcp(40000, 443, 0x10, {}, fill(14601)))), 0, 1500).segments, 11);
  CHECK_EQUAL(superPacket(ethernet(0x0800, ipv4(17, udp(1, 2) + fill(4416))), 0, 1500).segments, 3);
  CHECK_EQUAL(superPacket(ethernet(0x0800, ipv4(47, fill(4000))), 0, 1500).segments, 1);
  CHECK_EQUAL(superPacket(octets, 0, 20).segments, 14600);  // an MTU that cannot be: no division by zero
  CHECK_EQUAL(superPacket(octets, 1, 1500).segments, 1);
}

BEHAVIOUR("gives later fragments the ports of the first") {
  Decoder decoder(detailed);
  Packet packet;
  decode(decoder, firstFragment(1), packet);
  CHECK_EQUAL(packet.flags, packetFlag::fragment);
  CHECK_EQUAL(packet.destinationPort, 53);
  decode(decoder, laterFragment(1), packet);
  CHECK_EQUAL(packet.flags, packetFlag::fragment | packetFlag::laterFragment);
  CHECK_EQUAL(packet.sourcePort, 5353);
  CHECK_EQUAL(packet.destinationPort, 53);
  CHECK_EQUAL(packet.payloadOctets, 16U);
  CHECK_EQUAL(packet.tcpSequence, 0U);
  CHECK_EQUAL(decoder.orphanFragments(), 0U);
}

BEHAVIOUR("keeps fragments of different datagrams apart") {
  Decoder decoder(plain);
  Packet packet;
  decode(decoder, firstFragment(1), packet);
  decode(decoder, laterFragment(2), packet);
  CHECK_EQUAL(packet.destinationPort, 0);
  decode(decoder, laterFragment(1, 6), packet);
  CHECK_EQUAL(packet.destinationPort, 0);
  Octets otherVlan = laterFragment(1);
  otherVlan.replace(12, 2, hex("8100 0005 0800"));
  decode(decoder, otherVlan, packet);
  CHECK_EQUAL(packet.destinationPort, 0);
  CHECK_EQUAL(decoder.orphanFragments(), 3U);
}

BEHAVIOUR("counts fragments before their first as orphans") {
  Decoder decoder(plain);
  Packet packet;
  CHECK_EQUAL(decode(decoder, laterFragment(1), packet), Ignored::none);
  CHECK_EQUAL(packet.sourcePort, 0);
  CHECK_EQUAL(packet.protocol, 17);
  CHECK_EQUAL(decoder.orphanFragments(), 1U);
  decode(decoder, laterFragment(1, 50), packet);  // ESP has no ports to miss
  CHECK_EQUAL(decoder.orphanFragments(), 1U);
}

BEHAVIOUR("forgets first fragments after thirty seconds") {
  Decoder decoder(plain);
  Packet packet;
  constexpr int64_t start = 1'000'000'000;
  decode(decoder, firstFragment(1), packet, 1, 0, start);
  decode(decoder, laterFragment(1), packet, 1, 0, start + 30'000'000);
  CHECK_EQUAL(packet.destinationPort, 53);
  decode(decoder, laterFragment(1), packet, 1, 0, start + 30'000'001);
  CHECK_EQUAL(packet.destinationPort, 0);
  decode(decoder, laterFragment(1), packet, 1, 0, start - 30'000'001);
  CHECK_EQUAL(packet.destinationPort, 0);
  CHECK_EQUAL(decoder.orphanFragments(), 2U);
}

BEHAVIOUR("replaces the oldest fragment at the ceiling") {
  Decoder decoder({.fragmentEntries = 4});
  Packet packet;
  for (uint16_t id = 1; id <= 5; ++id) decode(decoder, firstFragment(id), packet, 1, 0, 1'000'000 + id);
  for (uint16_t id = 1; id <= 5; ++id) {
    decode(decoder, laterFragment(id), packet, 1, 0, 1'000'010);
    CHECK_EQUAL(packet.destinationPort, id == 1 ? 0 : 53);
  }
}

BEHAVIOUR("works without a fragment table") {
  Decoder decoder({.fragmentEntries = 0});
  Packet packet;
  decode(decoder, firstFragment(1), packet);
  CHECK_EQUAL(packet.destinationPort, 53);
  decode(decoder, laterFragment(1), packet);
  CHECK_EQUAL(packet.destinationPort, 0);
  CHECK_EQUAL(decoder.orphanFragments(), 1U);
}

BEHAVIOUR("joins fragmented pings by their key") {
  Decoder decoder(plain);
  Packet packet;
  const frame::Ipv4 first = {.identification = 9, .fragmentation = 0x2000};
  decode(decoder, ethernet(0x0800, ipv4(1, hex("0800 0000 beef 0001"), first)), packet);
  decode(decoder, laterFragment(9, 1), packet);
  CHECK_EQUAL(packet.sourcePort, 0xbeef);
  CHECK_EQUAL(packet.destinationPort, 0x0800);
}

BEHAVIOUR("joins IPv6 fragments behind extension headers") {
  Decoder decoder(plain);
  Packet packet;
  const Octets first = hex("3c00 0001 00000077") + hex("1100 0104 00000000") + dns;
  decode(decoder, ethernet(0x86dd, ipv6(44, first)), packet);
  CHECK_EQUAL(packet.protocol, 17);
  CHECK_EQUAL(packet.destinationPort, 53);
  decode(decoder, ethernet(0x86dd, ipv6(44, hex("3c00 0018 00000077") + fill(8, 0xee))), packet);
  CHECK_EQUAL(packet.protocol, 17);
  CHECK_EQUAL(packet.destinationPort, 53);
  CHECK_EQUAL(packet.flags, packetFlag::ipv6 | packetFlag::fragment | packetFlag::laterFragment);
  decode(decoder, ethernet(0x86dd, ipv6(44, hex("3c00 0018 00000078") + fill(8, 0xee))), packet);
  CHECK_EQUAL(packet.protocol, 60);
  CHECK_EQUAL(decoder.orphanFragments(), 1U);
}

BEHAVIOUR("treats atomic IPv6 fragments as whole") {
  const Packet packet = decodeOne(ethernet(0x86dd, ipv6(44, hex("1100 0000 00000077") + dns))).packet;
  CHECK_EQUAL(packet.flags, packetFlag::ipv6);
  CHECK_EQUAL(packet.destinationPort, 53);
}

// ---- link layers

BEHAVIOUR("reads VLAN tags") {
  for (const uint16_t type : {0x8100, 0x88a8, 0x9100, 0x9200}) {
    const Packet packet = decodeOne(ethernet(type, vlan(100, 0x0800, ipv4(17, dns)))).packet;
    CHECK_EQUAL(packet.vlanId, 100);
    CHECK_EQUAL(packet.serviceVlanId, 0);
    CHECK_EQUAL(packet.destinationPort, 53);
  }
  const Octets three = vlan(300, 0x88a8, vlan(200, 0x8100, vlan(100, 0x86dd, ipv6(17, dns))));
  const Packet packet = decodeOne(ethernet(0x88a8, three)).packet;
  CHECK_EQUAL(packet.vlanId, 100);
  CHECK_EQUAL(packet.serviceVlanId, 300);
}

BEHAVIOUR("gives up on endless VLAN tags") {
  Octets payload = ipv4(17, dns);
  for (int tag = 0; tag < 40; ++tag) payload = vlan(1, tag == 0 ? 0x0800 : 0x8100, payload);
  CHECK_EQUAL(decodeOne(ethernet(0x8100, payload)).ignored, Ignored::tooDeep);
  CHECK_EQUAL(decodeOne(ethernet(0x8100, hex("0064 08"))).ignored, Ignored::truncatedLink);
}

BEHAVIOUR("reads LLC and SNAP") {
  EXPECT_DNS(ethernet(46, hex("aaaa03 000000 0800") + ipv4(17, dns)), 1);
  EXPECT_DNS(ethernet(46, hex("060603") + ipv4(17, dns)), 1);
  EXPECT_DNS(ethernet(46, hex("aaaa03 0080c2 0007") + innerEthernet(0x0800, ipv4(17, dns))), 1);
  EXPECT_DNS(ethernet(0x8100, vlan(5, 46, hex("aaaa03 000000 0800") + ipv4(17, dns))), 1);
  CHECK_EQUAL(decodeOne(ethernet(46, hex("aaaa03 00"))).ignored, Ignored::truncatedLink);
}

BEHAVIOUR("counts frames without IP by type") {
  EXPECT_NON_IP(ethernet(0x0806, fill(28)), 1, 0x0806);
  EXPECT_NON_IP(ethernet(0x88cc, fill(28)), 1, 0x88cc);
  EXPECT_NON_IP(ethernet(38, hex("424203") + fill(35)), 1, 0x42);              // spanning tree
  EXPECT_NON_IP(ethernet(38, hex("fefe03") + fill(35)), 1, 0xfe);              // IS-IS
  EXPECT_NON_IP(ethernet(38, hex("ffff00") + fill(35)), 1, 0xff);              // IPX without LLC
  EXPECT_NON_IP(ethernet(38, hex("aaaa03 00000c 2000") + fill(30)), 1, 0xaa);  // CDP
  EXPECT_NON_IP(ethernet(0x8100, vlan(7, 0x0806, fill(28))), 1, 0x0806);
  EXPECT_NON_IP(ethernet(0x8863, fill(28)), 1, 0x8863);
}

BEHAVIOUR("visits non-IP types in order and bounds them") {
  Decoder decoder(plain);
  Packet packet;
  for (uint16_t type = 0x9fff; type > 0x9fff - 70; --type) decode(decoder, ethernet(type, fill(46)), packet);
  decode(decoder, ethernet(0x9fff, fill(46)), packet);
  int previous = -1;
  uint64_t sum = 0;
  int visits = 0;
  decoder.eachNonIp([&](uint16_t type, uint64_t frames) {
    CHECK_EQUAL(type > previous, true);
    if (type == 0) CHECK_EQUAL(frames, 6U);
    if (type == 0x9fff) CHECK_EQUAL(frames, 2U);
    previous = type;
    sum += frames;
    ++visits;
  });
  CHECK_EQUAL(visits, 65);
  CHECK_EQUAL(sum, 71U);
}

BEHAVIOUR("reads MPLS stacks") {
  EXPECT_DNS(ethernet(0x8847, mpls(16, true, ipv4(17, dns))), 1);
  const Octets four = mpls(16, false, mpls(17, false, mpls(18, false, mpls(19, true, ipv6(17, dns)))));
  const Packet packet = decodeOne(ethernet(0x8848, four), detailed).packet;
  CHECK_EQUAL(isIpv6Pair(packet), true);
  CHECK_EQUAL(packet.mplsDepth, 4);
  CHECK_EQUAL(packet.mplsLabels[0], 16U << 4 | 5U << 1);
  CHECK_EQUAL(packet.mplsLabels[2], 18U << 4 | 5U << 1);
  CHECK_EQUAL(packet.mplsTopTtl, 253);
  const Packet one = decodeOne(ethernet(0x8847, mpls(16, true, ipv4(17, dns))), detailed).packet;
  CHECK_EQUAL(one.mplsLabels[0], 16U << 4 | 5U << 1 | 1U);
  CHECK_EQUAL(one.mplsLabels[1], 0U);
}

BEHAVIOUR("guesses what MPLS carries") {
  const Octets inner = innerEthernet(0x0800, ipv4(17, dns));
  EXPECT_DNS(ethernet(0x8847, mpls(16, true, be32(0x00000001) + inner)), 1);  // control word
  EXPECT_DNS(ethernet(0x8847, mpls(16, true, inner)), 1);                     // no control word, MAC begins with 0
  Octets likeIpv4 = inner;
  likeIpv4[0] = 0x45;  // a MAC address that begins as IPv4 would
  EXPECT_DNS(ethernet(0x8847, mpls(16, true, likeIpv4)), 1);
  EXPECT_NON_IP(ethernet(0x8847, mpls(13, true, hex("10000021") + fill(20))), 1, 0x8847);  // associated channel
  EXPECT_NON_IP(ethernet(0x8847, mpls(16, true, fill(4) + innerEthernet(0x0806, fill(28)))), 1, 0x0806);
  const Packet packet =
      decodeOne(ethernet(0x8100, vlan(5, 0x8847,
                                      mpls(16, true, fill(4) + innerEthernet(0x8100, vlan(6, 0x0800, ipv4(17, dns)))))),
                detailed)
          .packet;
  CHECK_EQUAL(packet.vlanId, 6);
  CHECK_EQUAL(packet.serviceVlanId, 0);
  CHECK_EQUAL(packet.sourceMac[5], 0xaa);
  CHECK_EQUAL(packet.mplsDepth, 1);
}

BEHAVIOUR("gives up on endless MPLS labels") {
  Octets stack;
  for (int label = 0; label < 40; ++label) stack += mpls(16, false, {});
  CHECK_EQUAL(decodeOne(ethernet(0x8847, stack)).ignored, Ignored::tooDeep);
  CHECK_EQUAL(decodeOne(ethernet(0x8847, stack.substr(0, 6))).ignored, Ignored::truncatedLink);
}

BEHAVIOUR("reads PPPoE and PPP") {
  const Octets packet = ipv4(17, dns);
  EXPECT_DNS(ethernet(0x8864, hex("1100 0001 0028 0021") + packet), 1);
  EXPECT_DNS(hex("1100 0001 0028 0021") + packet, 51);
  EXPECT_DNS(hex("ff03 0021") + packet, 9);
  EXPECT_DNS(hex("0021") + packet, 9);
  EXPECT_DNS(hex("21") + packet, 9);  // compressed protocol field
  EXPECT_DNS(hex("ff03 21") + packet, 50);
  EXPECT_DNS(hex("ff03 0281") + mpls(16, true, packet), 50);
  CHECK_EQUAL(isIpv6Pair(decodeOne(hex("ff03 0057") + ipv6(17, dns), plain, 9).packet), true);
  EXPECT_NON_IP(hex("ff03 c021 01010004"), 9, 0x880b);  // LCP
  EXPECT_NON_IP(ethernet(0x8864, hex("1109 0000 0000")), 1, 0x8863);
  CHECK_EQUAL(decodeOne(ethernet(0x8864, hex("2100 0001 0028 0021"))).ignored, Ignored::malformedLink);
  CHECK_EQUAL(decodeOne(hex("ff"), plain, 9).ignored, Ignored::truncatedLink);
}

BEHAVIOUR("reads Cisco HDLC") {
  EXPECT_DNS(hex("0f00 0800") + ipv4(17, dns), 104);
  EXPECT_DNS(hex("8f00 0800") + ipv4(17, dns), 50);
  EXPECT_DNS(hex("0f00 0800") + ipv4(17, dns), 9);
  EXPECT_DNS(hex("0f00 8847") + mpls(16, true, ipv4(17, dns)), 104);
  EXPECT_NON_IP(hex("8f00 8035 00000002"), 104, 0x8035);
}

BEHAVIOUR("reads Linux cooked") {
  const Octets packet = ipv4(17, dns);
  EXPECT_DNS(hex("0000 0001 0006 0200000000010000 0800") + packet, 113);
  EXPECT_DNS(hex("0000 0001 0006 0200000000010000 8100") + vlan(5, 0x0800, packet), 113);
  EXPECT_DNS(hex("0000 0001 0006 0200000000010000 0004 aaaa03 000000 0800") + packet, 113);
  EXPECT_DNS(hex("0800 0000 00000002 0001 00 06 0200000000010000") + packet, 276);
  const Packet sll = decodeOne(hex("0000 0001 0006 0200000000010000 0800") + packet, detailed, 113).packet;
  CHECK_EQUAL(sll.sourceMac[5], 1);
  CHECK_EQUAL(sll.destinationMac[0], 0);
  // The protocol is that behind the tag, as Linux says it of the inner tag of two.
  const Octets behindTag = hex("0800 0000 00000002 0001 00 06 0200000000010000") + vlan(505, 0x0800, packet);
  EXPECT_DNS(behindTag, 276);
  CHECK_EQUAL(decodeOne(behindTag, plain, 276).packet.vlanId, 505);
  EXPECT_NON_IP(hex("0000 0118 0000 0000000000000000 000c") + fill(16), 113, 0x012c);  // CAN
  EXPECT_NON_IP(hex("0004 0338 0000 0000000000000000 0010") + fill(16), 113, 0x0120);  // netlink
  CHECK_EQUAL(decodeOne(hex("0800 0000 00000002 0001 00 06 02000000000100"), plain, 276).ignored,
              Ignored::truncatedLink);
}

BEHAVIOUR("reads loopback") {
  EXPECT_DNS(hex("02000000") + ipv4(17, dns), 0);
  EXPECT_DNS(hex("00000002") + ipv4(17, dns), 0);
  EXPECT_DNS(hex("00000002") + ipv4(17, dns), 108);
  for (const uint8_t family : {10, 24, 28, 30}) {
    CHECK_EQUAL(isIpv6Pair(decodeOne(Octets{family} + fill(3) + ipv6(17, dns), plain, 0).packet), true);
  }
  EXPECT_NON_IP(hex("00000007") + fill(20), 108, 0x0110);
}

BEHAVIOUR("reads raw IP") {
  for (const uint16_t linkType : {12, 14, 101, 228}) EXPECT_DNS(ipv4(17, dns), linkType);
  for (const uint16_t linkType : {12, 14, 101, 229}) {
    CHECK_EQUAL(isIpv6Pair(decodeOne(ipv6(17, dns), plain, linkType).packet), true);
  }
  CHECK_EQUAL(decodeOne(fill(40), plain, 101).ignored, Ignored::malformedIp);
  CHECK_EQUAL(decodeOne({}, plain, 101).ignored, Ignored::truncatedIp);
  CHECK_EQUAL(decodeOne(ipv6(17, dns), plain, 228).ignored, Ignored::malformedIp);
}

const Octets wifiSnap = hex("aaaa03 000000 0800") + ipv4(17, dns);

Octets wifi(const char* control, const Octets& behindAddresses) {
  return hex(control) + hex("0000 0200000000a1 0200000000a2 0200000000a3 1000") + behindAddresses;
}

BEHAVIOUR("reads 802.11 data frames") {
  EXPECT_DNS(wifi("0801", wifiSnap), 105);
  EXPECT_DNS(wifi("8802", hex("0000") + wifiSnap), 105);                                 // QoS
  EXPECT_DNS(wifi("8882", hex("0000 00000000") + wifiSnap), 105);                        // QoS with HT control
  EXPECT_DNS(wifi("0803", hex("0200000000a4") + wifiSnap), 105);                         // four addresses
  EXPECT_DNS(wifi("8802", hex("8000 0200000000b1 0200000000b2 0030") + wifiSnap), 105);  // A-MSDU
  const auto macs = [](const char* control, const Octets& rest) {
    const Packet packet = decodeOne(wifi(control, rest), detailed, 105).packet;
    return packet.sourceMac[5] << 8 | packet.destinationMac[5];
  };
  CHECK_EQUAL(macs("0800", wifiSnap), 0xa2a1);
  CHECK_EQUAL(macs("0801", wifiSnap), 0xa2a3);
  CHECK_EQUAL(macs("0802", wifiSnap), 0xa3a1);
  CHECK_EQUAL(macs("0803", hex("0200000000a4") + wifiSnap), 0xa4a3);
  EXPECT_NON_IP(wifi("8000", fill(12)), 105, 0x0100);  // beacon
  EXPECT_NON_IP(hex("d400 0000 020000000001"), 105, 0x0101);
  EXPECT_NON_IP(wifi("4801", {}), 105, 0x0102);
  EXPECT_NON_IP(wifi("0841", fill(40)), 105, 0x0103);
  CHECK_EQUAL(decodeOne(wifi("0901", wifiSnap), plain, 105).ignored, Ignored::malformedLink);
}

BEHAVIOUR("reads radiotap and per-packet information") {
  const Octets data = wifi("0801", wifiSnap);
  EXPECT_DNS(hex("0000 0800 00000000") + data, 127);
  // TSFT, flags with padding, and a second present word; a QoS header of 26 is padded to 28
  EXPECT_DNS(hex("0000 1900 03000080 00000000") + fill(4) + fill(8, 0x11) + hex("20") +
                 wifi("8802", hex("0000 0000") + wifiSnap),
             127);
  EXPECT_DNS(hex("0000 0900 02000000 00") + data, 127);
  CHECK_EQUAL(decodeOne(hex("0100 0800 00000000") + data, plain, 127).ignored, Ignored::malformedLink);
  CHECK_EQUAL(decodeOne(hex("0000 ff00 00000000") + data, plain, 127).ignored, Ignored::truncatedLink);
  EXPECT_DNS(hex("0000 0800 69000000") + data, 192);
  EXPECT_DNS(hex("0000 0c00 01000000 00000000") + ethernet(0x0800, ipv4(17, dns)), 192);
  CHECK_EQUAL(decodeOne(hex("0000 0800 c0000000") + data, plain, 192).ignored, Ignored::unknownLinkType);
}

BEHAVIOUR("names unknown link types") {
  CHECK_EQUAL(decodeOne(ipv4(17, dns), plain, 147).ignored, Ignored::unknownLinkType);
}

// ---- tunnels

const Octets inner4 = ipv4(17, dns);
const Octets inner6 = ipv6(17, dns);

/// The tunnel is opened: an inner packet of UDP ports 5353 to 53.
Packet expectOpened(const Octets& octets, Tunnel kind, uint32_t id, int line) {
  const Result result = decodeOne(octets, {.decapsulate = 1U << static_cast<uint32_t>(kind), .linkDetail = true});
  harness::equal(result.ignored, Ignored::none, "ignored", __FILE__, line);
  harness::equal(result.packet.tunnel, kind, "tunnel", __FILE__, line);
  harness::equal(result.packet.tunnelId, id, "tunnelId", __FILE__, line);
  harness::equal(result.packet.protocol, 17, "protocol", __FILE__, line);
  harness::equal(result.packet.sourcePort, 5353, "sourcePort", __FILE__, line);
  harness::equal(result.packet.destinationPort, 53, "destinationPort", __FILE__, line);
  harness::equal(result.packet.linkOctets, octets.size(), "linkOctets", __FILE__, line);
  // Any other tunnel's bit leaves it closed.
  const uint32_t others = ~(1U << static_cast<uint32_t>(kind));
  const Packet closed = decodeOne(octets, {.decapsulate = others}).packet;
  harness::equal(closed.tunnel, Tunnel::none, "tunnel when not asked for", __FILE__, line);
  return result.packet;
}
#define EXPECT_OPENED(octets, kind, id) expectOpened((octets), (kind), (id), __LINE__)

/// The outer flow is metered exactly as without decapsulation.
void expectClosed(const Octets& octets, int line) {
  const Result with = decodeOne(octets, {.decapsulate = UINT32_MAX});
  const Result without = decodeOne(octets, {});
  harness::equal(with.ignored, Ignored::none, "ignored", __FILE__, line);
  harness::equal(std::memcmp(&with.packet, &without.packet, 64), 0, "difference of line 0", __FILE__, line);
  harness::equal(with.packet.tunnel, Tunnel::none, "tunnel", __FILE__, line);
}
#define EXPECT_CLOSED(octets) expectClosed((octets), __LINE__)

BEHAVIOUR("opens IP in IP") {
  const Packet v4in4 = EXPECT_OPENED(ethernet(0x0800, ipv4(4, inner4)), Tunnel::ipv4InIpv4, 0);
  CHECK_EQUAL(v4in4.ipOctets, 38U);
  CHECK_EQUAL(Octets(v4in4.outerSourceAddress, 16) == hex("00000000 00000000 0000ffff c0000201"), true);
  CHECK_EQUAL(Octets(v4in4.outerDestinationAddress, 16) == hex("00000000 00000000 0000ffff c6336402"), true);
  const Packet v4in6 = EXPECT_OPENED(ethernet(0x86dd, ipv6(4, inner4)), Tunnel::ipv4InIpv6, 0);
  CHECK_EQUAL(isIpv4Pair(v4in6), true);
  CHECK_EQUAL(v4in6.outerSourceAddress[0], 0x20);
  const Packet v6in4 = EXPECT_OPENED(ethernet(0x0800, ipv4(41, inner6)), Tunnel::ipv6InIpv4, 0);
  CHECK_EQUAL(isIpv6Pair(v6in4), true);
  CHECK_EQUAL(v6in4.outerSourceAddress[11], 0xff);
  EXPECT_OPENED(ethernet(0x86dd, ipv6(41, inner6)), Tunnel::ipv6InIpv6, 0);
}

BEHAVIOUR("opens GRE") {
  const auto gre = [](const Octets& header, const Octets& payload) {
    return ethernet(0x0800, ipv4(47, header + payload));
  };
  EXPECT_OPENED(gre(hex("0000 0800"), inner4), Tunnel::gre, 0);
  EXPECT_OPENED(gre(hex("0000 86dd"), inner6), Tunnel::gre, 0);
  EXPECT_OPENED(gre(hex("2000 0800 00abcdef"), inner4), Tunnel::gre, 0xabcdef);
  EXPECT_OPENED(gre(hex("b000 0800 00000000 00abcdef 00000001"), inner4), Tunnel::gre, 0xabcdef);
  EXPECT_OPENED(gre(hex("4000 0800 00000000 08000004 c0000201 00000000"), inner4), Tunnel::gre, 0);
  EXPECT_OPENED(gre(hex("0000 8847"), mpls(16, true, inner4)), Tunnel::gre, 0);
  const Packet bridged =
      EXPECT_OPENED(gre(hex("2000 6558 00000064"), innerEthernet(0x8100, vlan(9, 0x0800, inner4))), Tunnel::gre, 100);
  CHECK_EQUAL(bridged.vlanId, 9);
  CHECK_EQUAL(bridged.sourceMac[5], 0xaa);
  EXPECT_CLOSED(gre(hex("0000 0806"), fill(28)));
  EXPECT_CLOSED(gre(hex("0000 0800"), fill(28)));
  EXPECT_CLOSED(gre(hex("4000 0800 00000000 08000004"), {}));
  EXPECT_CLOSED(gre(hex("0002 0800"), inner4));
}

BEHAVIOUR("opens ERSPAN") {
  const Octets mirrored = innerEthernet(0x0800, inner4);
  const auto gre = [](const Octets& header, const Octets& payload) {
    return ethernet(0x0800, ipv4(47, header + payload));
  };
  EXPECT_OPENED(gre(hex("0000 88be"), mirrored), Tunnel::gre, 0);
  EXPECT_OPENED(gre(hex("1000 88be 00000001 1064 0405 00000000"), mirrored), Tunnel::gre, 5);
  EXPECT_OPENED(gre(hex("1000 22eb 00000001 2064 0005 00000000 0000 0000"), mirrored), Tunnel::gre, 5);
  EXPECT_OPENED(gre(hex("1000 22eb 00000001 2064 0005 00000000 0000 0001 0000000000000000"), mirrored), Tunnel::gre, 5);
  EXPECT_OPENED(gre(hex("1000 22eb 00000001 2064 0005 00000000 0000 0800"), inner4), Tunnel::gre, 5);
  EXPECT_CLOSED(gre(hex("1000 88be 00000001 2064 0405 00000000"), mirrored));
}

BEHAVIOUR("opens PPTP") {
  const auto gre = [](const Octets& header, const Octets& payload) {
    return ethernet(0x0800, ipv4(47, header + payload));
  };
  EXPECT_OPENED(gre(hex("3001 880b 0028 0042 00000001 ff03 0021"), inner4), Tunnel::gre, 0x42);
  EXPECT_OPENED(gre(hex("3081 880b 0028 0042 00000001 00000007 21"), inner4), Tunnel::gre, 0x42);
  EXPECT_CLOSED(gre(hex("2081 880b 0000 0042 00000007"), {}));                     // acknowledgment only
  EXPECT_CLOSED(gre(hex("3001 880b 0008 0042 00000001 ff03 c021 01010004"), {}));  // LCP
}

BEHAVIOUR("opens VXLAN") {
  const Octets mirrored = innerEthernet(0x0800, inner4);
  for (const uint16_t port : {4789, 8472}) {
    const Octets payload = hex("08000000 00007b00") + mirrored;
    const Packet packet =
        EXPECT_OPENED(ethernet(0x8100, vlan(5, 0x0800, ipv4(17, udp(50000, port, payload)))), Tunnel::vxlan, 123);
    CHECK_EQUAL(packet.vlanId, 5);
    CHECK_EQUAL(packet.ipOctets, 38U);
  }
  const auto gpe = [](const char* header, const Octets& payload) {
    return ethernet(0x0800, ipv4(17, udp(50000, 4790, hex(header) + payload)));
  };
  EXPECT_OPENED(gpe("0c000001 00007b00", inner4), Tunnel::vxlan, 123);
  EXPECT_OPENED(gpe("0c000002 00007b00", inner6), Tunnel::vxlan, 123);
  EXPECT_OPENED(gpe("0c000003 00007b00", mirrored), Tunnel::vxlan, 123);
  EXPECT_CLOSED(gpe("0d000003 00007b00", mirrored));
  EXPECT_CLOSED(ethernet(0x0800, ipv4(17, udp(50000, 4789, hex("00000000 00007b00") + mirrored))));
  EXPECT_CLOSED(
      ethernet(0x0800, ipv4(17, udp(50000, 4789, hex("08000000 00007b00") + innerEthernet(0x0806, fill(28))))));
  EXPECT_CLOSED(ethernet(0x0800, ipv4(17, udp(4789, 53, hex("08000000 00007b00") + mirrored))));
}

BEHAVIOUR("opens Geneve") {
  const auto geneve = [](const char* header, const Octets& payload) {
    return ethernet(0x86dd, ipv6(17, udp(50000, 6081, hex(header) + payload)));
  };
  EXPECT_OPENED(geneve("0000 6558 00007b00", innerEthernet(0x0800, inner4)), Tunnel::geneve, 123);
  EXPECT_OPENED(geneve("0240 0800 00007b00 0101000100000000", inner4), Tunnel::geneve, 123);
  EXPECT_CLOSED(geneve("0080 6558 00007b00", innerEthernet(0x0800, inner4)));
  EXPECT_CLOSED(geneve("3f00 6558 00007b00", innerEthernet(0x0800, inner4)));
}

BEHAVIOUR("opens GTP-U") {
  const auto gtpu = [](const char* header, const Octets& payload) {
    return ethernet(0x0800, ipv4(17, udp(2152, 2152, hex(header) + payload)));
  };
  EXPECT_OPENED(gtpu("30ff 0026 00000777", inner4), Tunnel::gtpu, 0x777);
  EXPECT_OPENED(gtpu("32ff 002a 00000777 00010000", inner6), Tunnel::gtpu, 0x777);
  EXPECT_OPENED(gtpu("34ff 0032 00000777 00000085 01100985 0110 0900", inner4), Tunnel::gtpu, 0x777);
  EXPECT_CLOSED(gtpu("3201 0004 00000000 00010000", {}));                    // echo request
  EXPECT_CLOSED(gtpu("34ff 0032 00000777 00000085 00000085", inner4));       // extension of length 0
  EXPECT_CLOSED(gtpu("30ff 0026 00000777", innerEthernet(0x0800, inner4)));  // not IP
}

BEHAVIOUR("opens Teredo") {
  const auto teredo = [](uint16_t source, uint16_t destination, const Octets& payload) {
    return ethernet(0x0800, ipv4(17, udp(source, destination, payload)));
  };
  EXPECT_OPENED(teredo(50000, 3544, inner6), Tunnel::teredo, 0);
  EXPECT_OPENED(teredo(3544, 50000, hex("0000 abcd 3fffffff") + inner6), Tunnel::teredo, 0);
  const Octets authentication = hex("0001 02 03 aabb 112233 0102030405060708 00");
  EXPECT_OPENED(teredo(50000, 3544, authentication + inner6), Tunnel::teredo, 0);
  EXPECT_OPENED(teredo(3544, 50000, authentication + hex("0000 abcd 3fffffff") + inner6), Tunnel::teredo, 0);
  EXPECT_CLOSED(teredo(50000, 3544, inner4));
  EXPECT_CLOSED(teredo(50000, 3544, hex("0001 ff ff")));
}

BEHAVIOUR("opens L2TP") {
  const auto version2 = [](const char* header, const Octets& payload) {
    return ethernet(0x0800, ipv4(17, udp(1701, 50000, hex(header) + payload)));
  };
  EXPECT_OPENED(version2("0002 0007 0009 ff03 0021", inner4), Tunnel::l2tp, 0x00070009);
  EXPECT_OPENED(version2("4802 0034 0007 0009 0001 0002 ff03 0057", inner6), Tunnel::l2tp, 0x00070009);
  EXPECT_OPENED(version2("0202 0007 0009 0002 ffff 0021", inner4), Tunnel::l2tp, 0x00070009);
  EXPECT_CLOSED(version2("c802 000c 0007 0000 0001 0002", {}));  // control
  EXPECT_CLOSED(version2("0202 0007 0009 ffff 0021", inner4));   // offset beyond the packet
  const Octets mirrored = innerEthernet(0x0800, inner4);
  const auto version3 = [](const Octets& header, const Octets& payload) {
    return ethernet(0x0800, ipv4(115, header + payload));
  };
  EXPECT_OPENED(version3(be32(5), mirrored), Tunnel::l2tp, 5);
  EXPECT_OPENED(version3(be32(5) + hex("1122334455667788 40000001"), mirrored), Tunnel::l2tp, 5);
  EXPECT_CLOSED(version3(be32(0), mirrored));
  EXPECT_CLOSED(version3(be32(5), innerEthernet(0x0806, fill(28))));
}

BEHAVIOUR("opens nested tunnels and reports the innermost") {
  const Octets vxlan = udp(50000, 4789, hex("08000000 00007b00") + innerEthernet(0x86dd, ipv6(4, inner4)));
  const Packet packet = decodeOne(ethernet(0x0800, ipv4(17, vxlan)), opening).packet;
  CHECK_EQUAL(packet.tunnel, Tunnel::ipv4InIpv6);
  CHECK_EQUAL(packet.tunnelId, 0U);
  CHECK_EQUAL(packet.outerSourceAddress[0], 0x20);
  CHECK_EQUAL(packet.destinationPort, 53);
  CHECK_EQUAL(packet.sourceMac[5], 0xaa);
}

BEHAVIOUR("stops at eight tunnels") {
  Octets packet = inner4;
  for (int level = 0; level < 9; ++level) packet = ipv4(4, packet);
  const Packet summary = decodeOne(ethernet(0x0800, packet), opening).packet;
  CHECK_EQUAL(summary.tunnel, Tunnel::ipv4InIpv4);
  CHECK_EQUAL(summary.protocol, 4);
  CHECK_EQUAL(summary.ipOctets, 38U + 20);
}

BEHAVIOUR("meters the outer flow when the inner header is cut off") {
  const Octets whole = ethernet(0x0800, ipv4(4, inner4));
  EXPECT_CLOSED(whole.substr(0, 14 + 20 + 19));
  EXPECT_CLOSED(ethernet(0x0800, ipv4(4, inner6)));
  EXPECT_CLOSED(ethernet(0x0800, ipv4(4, {})));
}

BEHAVIOUR("opens only the first fragment of an outer packet") {
  Decoder decoder(opening);
  Packet packet;
  const Octets vxlan = udp(50000, 4789, hex("08000000 00007b00") + innerEthernet(0x0800, inner4));
  decode(decoder, ethernet(0x0800, ipv4(17, vxlan, {.identification = 3, .fragmentation = 0x2000})), packet);
  CHECK_EQUAL(packet.tunnel, Tunnel::vxlan);
  CHECK_EQUAL(packet.flags, 0);
  decode(decoder, laterFragment(3), packet);
  CHECK_EQUAL(packet.tunnel, Tunnel::none);
  CHECK_EQUAL(packet.sourcePort, 50000);
  CHECK_EQUAL(packet.destinationPort, 4789);
  CHECK_EQUAL(decoder.orphanFragments(), 0U);
}

BEHAVIOUR("joins fragments inside a tunnel") {
  Decoder decoder(opening);
  Packet packet;
  const Octets first = ipv4(17, dns + fill(6), {.identification = 3, .fragmentation = 0x2000});
  const Octets later = ipv4(17, fill(16), {.identification = 3, .fragmentation = 3});
  const auto inGre = [](uint32_t key, const Octets& inner) {
    return ethernet(0x0800, ipv4(47, hex("2000 0800") + be32(key) + inner));
  };
  decode(decoder, inGre(1, first), packet);
  decode(decoder, inGre(2, later), packet);
  CHECK_EQUAL(packet.destinationPort, 0);  // same addresses in another tunnel
  decode(decoder, inGre(1, later), packet);
  CHECK_EQUAL(packet.destinationPort, 53);
  CHECK_EQUAL(packet.flags, packetFlag::fragment | packetFlag::laterFragment);
}

// ---- every frame at every length

BEHAVIOUR("never reads beyond a shortened frame") {
  const std::vector<std::pair<uint16_t, Octets>> frames = {
      {1, ethernet(0x88a8, vlan(2, 0x8100, vlan(3, 0x8847, mpls(16, true, ipv4(6, syn)))))},
      {1, ethernet(0x86dd, ipv6(0, hex("2c00 0502 00000000") + hex("1100 0001 00000001") + dns))},
      {1, ethernet(0x0800,
                   ipv4(47, hex("f000 6558 00000000 00000001 00000001 00000000") + innerEthernet(0x0800, inner4)))},
      {1, ethernet(0x0800, ipv4(17, udp(1, 2152, hex("34ff 0032 00000777 00000085 01100900") + inner4)))},
      {1, ethernet(0x0800, ipv4(17, udp(1, 3544, hex("0001 00 00 0102030405060708 00 0000 abcd 3fffffff") + inner6)))},
      {1, ethernet(0x0800, ipv4(115, be32(5) + innerEthernet(0x0800, inner4)))},
      {1, ethernet(0x8864, hex("1100 0001 0028 0021") + inner4)},
      {113, hex("0000 0001 0006 0200000000010000 0004 aaaa03 000000 0800") + inner4},
      {127, hex("0000 0900 02000000 20") + wifi("8802", hex("8000 0000") + wifiSnap)},
  };
  for (const auto& [linkType, whole] : frames) {
    for (size_t captured = 0; captured <= whole.size(); ++captured) {
      const Result result =
          decodeOne(whole.substr(0, captured), opening, linkType, static_cast<uint32_t>(whole.size()));
      if (result.ignored == Ignored::none) CHECK_EQUAL(result.packet.linkOctets, whole.size());
    }
    CHECK_EQUAL(decodeOne(whole.substr(0, 1), opening, linkType).ignored, Ignored::truncatedLink);
  }
}

}  // namespace

int main() {
  return harness::runAll();
}
