// Nanoseconds per packet of the decoder alone: frames of 96 captured octets in memory, TCP, UDP and ICMP 80/18/2.
//
//   decode_bench [PASSES]
//
// Prints one line per set of options. Under `valgrind --tool=callgrind --toggle-collect='*::decode(*'` the instructions
// of Decoder::decode divided by the printed packet count give instructions per packet.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "decode/decoder.h"

namespace {

constexpr size_t frames = 4096;
constexpr size_t captured = 96;
constexpr size_t batch = 64;

/// Which share of the mix is tagged or IPv6: the second set shows what the branches cost.
enum class Mix { ipv4Only, varied };

std::vector<uint8_t> makeFrames(Mix mix) {
  std::minstd_rand random(1);
  std::vector<uint8_t> octets(frames * captured);
  for (size_t frame = 0; frame < frames; ++frame) {
    uint8_t* at = &octets[frame * captured];
    for (size_t octet = 0; octet < captured; ++octet) at[octet] = static_cast<uint8_t>(random());
    const auto kind = static_cast<uint32_t>(random() % 100);
    const uint8_t protocol = kind < 80 ? 6 : kind < 98 ? 17 : 1;
    at += 12;
    if (mix == Mix::varied && random() % 10 == 0) {
      std::memcpy(at, "\x81\x00\x00\x05", 4);
      at += 4;
    }
    if (mix == Mix::varied && random() % 100 < 15) {
      std::memcpy(at, "\x86\xdd\x60\x00\x00\x00\x02\x00", 8);
      at[8] = protocol == 1 ? 58 : protocol;
    } else {
      std::memcpy(at, "\x08\x00\x45\x00\x05\xdc\x12\x34\x40\x00\x40", 11);
      at[11] = protocol;
    }
  }
  return octets;
}

void measure(const char* name, Mix mix, const flowtap::DecoderOptions& options, size_t passes) {
  const std::vector<uint8_t> octets = makeFrames(mix);
  flowtap::Decoder decoder(options);
  std::vector<flowtap::Packet> packets(batch);
  uint64_t metered = 0;
  uint64_t sum = 0;
  const auto start = std::chrono::steady_clock::now();
  for (size_t pass = 0; pass < passes; ++pass) {
    for (size_t frame = 0; frame < frames; ++frame) {
      const flowtap::RawPacket raw{&octets[frame * captured], captured, 1514, static_cast<int64_t>(frame), 1, 0};
      flowtap::Packet& packet = packets[frame % batch];
      if (decoder.decode(raw, packet) == flowtap::Ignored::none) ++metered;
      sum += packet.sourcePort;
    }
  }
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  const auto packetsRead = static_cast<double>(passes * frames);
  std::printf("%-34s %6.1f ns a packet, %zu packets, %llu metered, checksum %llu\n", name,
              elapsed.count() / packetsRead, passes * frames, static_cast<unsigned long long>(metered),
              static_cast<unsigned long long>(sum));
}

}  // namespace

int main(int count, char** arguments) {
  const size_t passes = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 2500;
  measure("Ethernet, IPv4", Mix::ipv4Only, {}, passes);
  measure("with 10 % VLAN, 15 % IPv6", Mix::varied, {}, passes);
  measure("the same, tunnels looked for", Mix::varied, {.decapsulate = UINT32_MAX}, passes);
  measure("the same, link and transport detail", Mix::varied, {.linkDetail = true, .transportDetail = true}, passes);
}
