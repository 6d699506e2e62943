// The flow key: which packets belong together, and the seeded hash that finds their flow.
#pragma once

#include <cstdint>
#include <cstring>

#include "decode/packet.h"

namespace flowtap {

/// Parts of the key beyond addresses, ports and protocol (`--key`).
namespace keyPart {
inline constexpr uint32_t vlan = 0x01;
inline constexpr uint32_t mac = 0x02;
inline constexpr uint32_t tos = 0x04;
inline constexpr uint32_t interface = 0x08;
inline constexpr uint32_t mpls = 0x10;
}  // namespace keyPart

/// The canonical key: both directions of a conversation give the same words. Words 0-1 hold the smaller end's address,
/// 2-3 the larger end's, 4 ports (in the same order), protocol, IP version and inner VLAN.
struct FlowKey {
  uint64_t words[5];
  uint64_t extension[3];  // TOS, interface and MPLS label; then the MAC addresses. Only where the key has such parts
  uint32_t hash;
  uint16_t serviceVlanId;  // outer VLAN
  uint8_t swapped;         // 1: the packet's source is the larger end
};

/// What FlowKey::extension has to equal, kept beside an entry when the key has parts beyond VLAN.
struct KeyExtension {
  uint64_t words[3];
};

/// Secret multipliers of the hash, drawn once per table: senders of traffic must not be able to aim at one chain.
struct HashSeed {
  uint64_t words[6];
};

namespace key {

inline uint64_t load64(const void* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline uint64_t load48(const uint8_t* from) {
  uint64_t value = 0;
  std::memcpy(&value, from, 6);
  return value;
}

/// Folded 64 x 64 -> 128 bit multiplication, the mixing step of wyhash.
inline uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Hash of a filled key.
inline uint32_t hash(const FlowKey& key, uint32_t parts, const HashSeed& seed) {
  const uint64_t first = mix(key.words[0] ^ seed.words[0], key.words[1] ^ seed.words[1]);
  const uint64_t second = mix(key.words[2] ^ seed.words[2], key.words[3] ^ seed.words[3]);
  const uint64_t third = mix(key.words[4] ^ seed.words[4], key.serviceVlanId ^ seed.words[5]);
  uint64_t all = mix(first ^ second, third ^ seed.words[0]);
  if ((parts & ~keyPart::vlan) != 0) {
    const uint64_t macs = mix(key.extension[1] ^ seed.words[2], key.extension[2] ^ seed.words[3]);
    all ^= mix(key.extension[0] ^ seed.words[1], macs);
  }
  return static_cast<uint32_t>(all ^ (all >> 32));
}

/// The parts of the key that few deployments ask for, MAC addresses in the order of the canonical ends.
inline void fillExtension(FlowKey& key, const Packet& packet, uint32_t parts) {
  key.extension[0] = 0;
  if ((parts & keyPart::tos) != 0) key.extension[0] |= packet.ipClassOfService;
  if ((parts & keyPart::interface) != 0) key.extension[0] |= static_cast<uint64_t>(packet.interface) << 8;
  if ((parts & keyPart::mpls) != 0) key.extension[0] |= static_cast<uint64_t>(packet.mplsLabels[0] >> 4) << 16;
  const bool mac = (parts & keyPart::mac) != 0;
  key.extension[1] = mac ? load48(key.swapped != 0 ? packet.destinationMac : packet.sourceMac) : 0;
  key.extension[2] = mac ? load48(key.swapped != 0 ? packet.sourceMac : packet.destinationMac) : 0;
}

/// Fills `key` from a packet. With `bidirectional` false the packet's own order is kept, so that each direction is a
/// flow of its own.
inline void fill(FlowKey& key, const Packet& packet, uint32_t parts, bool bidirectional, const HashSeed& seed) {
  const uint64_t sourceHigh = load64(packet.sourceAddress);
  const uint64_t sourceLow = load64(packet.sourceAddress + 8);
  const uint64_t destinationHigh = load64(packet.destinationAddress);
  const uint64_t destinationLow = load64(packet.destinationAddress + 8);
  // Any total order does: the halves compare as host integers, low half first because IPv4 differs only there.
  const bool swapped =
      bidirectional &&
      (sourceLow != destinationLow ? sourceLow > destinationLow
                                   : (sourceHigh != destinationHigh ? sourceHigh > destinationHigh
                                                                    : packet.sourcePort > packet.destinationPort));
  const uint64_t low = swapped ? packet.destinationPort : packet.sourcePort;
  const uint64_t high = swapped ? packet.sourcePort : packet.destinationPort;
  key.words[0] = swapped ? destinationHigh : sourceHigh;
  key.words[1] = swapped ? destinationLow : sourceLow;
  key.words[2] = swapped ? sourceHigh : destinationHigh;
  key.words[3] = swapped ? sourceLow : destinationLow;
  key.words[4] = low | high << 16 | static_cast<uint64_t>(packet.protocol) << 32 |
                 static_cast<uint64_t>(packet.flags & packetFlag::ipv6) << 40;
  key.serviceVlanId = 0;
  if ((parts & keyPart::vlan) != 0) {
    key.words[4] |= static_cast<uint64_t>(packet.vlanId) << 48;
    key.serviceVlanId = packet.serviceVlanId;
  }
  key.swapped = swapped ? 1 : 0;
  if ((parts & ~keyPart::vlan) != 0) fillExtension(key, packet, parts);
  key.hash = hash(key, parts, seed);
}

}  // namespace key
}  // namespace flowtap
