// Captures made in memory (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), in this host's byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace support {

using Octets = std::basic_string<uint8_t>;

template <typename Word>
Octets words(std::initializer_list<Word> values) {
  Octets octets;
  for (const Word& each : values) octets.append(reinterpret_cast<const uint8_t*>(&each), sizeof each);
  return octets;
}

/// A pcap file, packet by packet; microseconds.
class Pcap {
 public:
  explicit Pcap(uint16_t linkType = 1) : octets(words<uint32_t>({0xa1b2c3d4, 2 | 4U << 16, 0, 0, 262144, linkType})) {}

  Pcap& add(const Octets& frame, int64_t time = 1'600'000'000'000'000, uint32_t wireLength = 0) {
    const auto captured = static_cast<uint32_t>(frame.size());
    octets += words<uint32_t>({static_cast<uint32_t>(time / 1'000'000), static_cast<uint32_t>(time % 1'000'000),
                               captured, wireLength > captured ? wireLength : captured});
    octets += frame;
    return *this;
  }

  Octets octets;
};

/// A pcapng file of one section; any 64-bit microseconds.
class Pcapng {
 public:
  Pcapng() { block(0x0a0d0d0a, words<uint32_t>({0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX})); }

  Pcapng& interface(uint16_t linkType) {
    block(1, words<uint32_t>({linkType, 0}));
    return *this;
  }

  Pcapng& add(uint32_t interface, const Octets& frame, uint64_t time) {
    const auto length = static_cast<uint32_t>(frame.size());
    Octets body =
        words<uint32_t>({interface, static_cast<uint32_t>(time >> 32), static_cast<uint32_t>(time), length, length});
    body += frame;
    body.resize((body.size() + 3) / 4 * 4);
    block(6, body);
    return *this;
  }

  Octets octets;

 private:
  void block(uint32_t type, const Octets& body) {
    const auto length = static_cast<uint32_t>(body.size() + 12);
    octets += words<uint32_t>({type, length});
    octets += body;
    octets += words<uint32_t>({length});
  }
};

}  // namespace support
