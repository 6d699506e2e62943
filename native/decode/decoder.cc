// Bytes of a frame in, one packet summary out. The straight path is Ethernet, IP, transport; everything rarer is kept
// out of line so that the straight path stays small.
#include "decode/decoder.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_chain.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/ip_header.h"
#include "decode/ipv4.h"
#include "decode/ipv6.h"
#include "decode/link_headers.h"
#include "decode/link_type.h"
#include "decode/transport.h"
#include "decode/tunnel.h"

namespace flowtap {

/// All that the headers of one frame told. The straight path keeps it in registers, so no reference to it may leave
/// that path: what is out of line gets a copy.
struct Decoder::Layers {
  Cursor cursor;  // at the transport header
  LinkHeaders link;
  IpHeader ip;
  Encapsulation tunnel;
  const uint8_t* outerSource = nullptr;  // addresses of the packet around the innermost tunnel
  const uint8_t* outerDestination = nullptr;
  bool outerIsIpv6 = false;

  explicit Layers(const RawPacket& raw)
      : cursor{raw.data, raw.capturedLength, std::max(raw.capturedLength, raw.wireLength)} {}
};

namespace {

/// Tunnels opened one inside the other.
constexpr int tunnelDepthLimit = 8;

bool isIp(uint16_t type) {
  return type == etherType::ipv4 || type == etherType::ipv6;
}

/// `link.etherType` is IPv4 or IPv6.
[[gnu::always_inline]] inline Ignored readIp(Cursor& cursor, const LinkHeaders& link, IpHeader& ip) {
  return link.etherType == etherType::ipv4 ? readIpv4(cursor, ip) : readIpv6(cursor, ip);
}

/// Writes an address as 16 octets, IPv4 as ::ffff:a.b.c.d.
inline void writeAddress(uint8_t (&to)[16], const uint8_t* from, bool isIpv6) {
  if (isIpv6) {
    std::memcpy(to, from, 16);
    return;
  }
  static constexpr uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::memcpy(to, mapped, sizeof mapped);
  std::memcpy(to + 12, from, 4);
}

uint64_t randomSeed() {
  uint64_t seed = 0;
  // Fails only before the system has gathered entropy; the table works with any seed.
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) seed = 0x8ebc6af09c88c6e3;
  return seed;
}

FragmentKey fragmentKey(const LinkHeaders& link, const IpHeader& ip, uint32_t tunnelId) {
  FragmentKey key;
  writeAddress(key.sourceAddress, ip.source, ip.isIpv6());
  writeAddress(key.destinationAddress, ip.destination, ip.isIpv6());
  key.identification = ip.identification;
  key.tunnelId = tunnelId;
  key.vlanId = link.vlanId;
  key.protocol = ip.isIpv6() ? 0 : ip.protocol;
  key.version = ip.isIpv6() ? 6 : 4;
  return key;
}

}  // namespace

Decoder::Decoder(const DecoderOptions& chosen)
    : options(chosen),
      detail(chosen.linkDetail || chosen.transportDetail || chosen.decapsulate != 0),
      fragments(chosen.fragmentEntries, chosen.hashSeed != 0 ? chosen.hashSeed : randomSeed()) {}

Ignored Decoder::decode(const RawPacket& raw, Packet& packet) {
  Layers layers(raw);
  Ignored ignored = Ignored::none;
  bool isStraight = raw.linkType == linkType::ethernet && readEthernet(layers.cursor, layers.link) == Ignored::none &&
                    isIp(layers.link.etherType);
  if (isStraight) [[likely]] {
    ignored = readIp(layers.cursor, layers.link, layers.ip);
    isStraight =
        options.decapsulate == 0 || ignored != Ignored::none || !couldBeTunnel(layers.ip.protocol, layers.cursor);
  }
  if (!isStraight) [[unlikely]] {
    Layers rare(raw);
    ignored = readLayers(raw, rare);
    layers = rare;
  }
  if (ignored != Ignored::none) [[unlikely]]
    return ignored;

  const IpHeader& ip = layers.ip;
  writeAddress(packet.sourceAddress, ip.source, ip.isIpv6());
  writeAddress(packet.destinationAddress, ip.destination, ip.isIpv6());
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  packet.protocol = ip.protocol;
  packet.flags = ip.flags;
  packet.vlanId = layers.link.vlanId;
  packet.time = raw.time;
  packet.ipOctets = ip.octets;
  packet.linkOctets = raw.wireLength;
  packet.tcpSequence = 0;
  packet.tcpFlags = 0;
  packet.ipClassOfService = ip.classOfService;
  packet.ttl = ip.ttl;
  packet.interface = raw.interface;
  if (!ip.isLaterFragment()) [[likely]]
    readTransport(layers.cursor, ip.protocol, packet);
  if (ip.isFragment()) [[unlikely]]
    joinFragment(layers, packet);
  if (detail) writeDetail(layers, packet);
  packet.serviceVlanId = layers.link.serviceVlanId;
  packet.segments = 1;
  if (raw.segments != 1) [[unlikely]]
    countSegments(raw, layers, packet);
  return Ignored::none;
}

/// Counts a super-packet as what was, or will be, on the wire: each segment had headers of its own.
[[gnu::noinline]] void Decoder::countSegments(const RawPacket& raw, const Layers& layers, Packet& packet) {
  const uint32_t behindIp = layers.cursor.wire;
  uint32_t transport = 0;
  if (packet.protocol == ipProtocol::tcp && layers.cursor.has(tcpHeaderOctets)) {
    transport = (layers.cursor.data[12] >> 4) * 4U;
  } else if (packet.protocol == ipProtocol::udp) {
    transport = udpHeaderOctets;
  }
  // What stands before the payload of a segment, and on the wire before its IP header.
  const uint32_t ipHeaders = packet.ipOctets - std::min(packet.ipOctets, behindIp) + transport;
  const uint32_t frameHeaders = raw.wireLength - std::min(raw.wireLength, packet.ipOctets) + ipHeaders;
  uint32_t segments = raw.segments;
  if (segments == 0) {
    // Nobody says how many: as many as the MTU takes, which is what a sender makes that has enough to send.
    const uint32_t payload = octetsBehind(layers.cursor, transport);
    const uint32_t room = raw.mtu > ipHeaders ? raw.mtu - ipHeaders : 1;
    segments = transport == 0 ? 1 : std::clamp<uint32_t>((payload + room - 1) / room, 1, UINT16_MAX);
  }
  packet.segments = static_cast<uint16_t>(segments);
  packet.ipOctets += (segments - 1U) * ipHeaders;
  packet.linkOctets += (segments - 1U) * frameHeaders;
}

/// Reads any frame down to the transport header, of the innermost packet where tunnels are opened.
[[gnu::noinline]] Ignored Decoder::readLayers(const RawPacket& raw, Layers& layers) {
  Ignored ignored = readLinkType(raw.linkType, layers.cursor, layers.link);
  if (ignored == Ignored::none) ignored = followToIp(layers.cursor, layers.link);
  if (ignored == Ignored::nonIp) nonIp.add(layers.link.etherType);
  if (ignored == Ignored::none) ignored = readIp(layers.cursor, layers.link, layers.ip);
  if (ignored == Ignored::none && options.decapsulate != 0) openTunnels(layers, raw.time);
  return ignored;
}

/// Moves to the innermost packet. Each level is tried on a copy, so that a tunnel without IP inside changes nothing.
void Decoder::openTunnels(Layers& layers, int64_t time) {
  const TunnelSet wanted{options.decapsulate};
  for (int depth = 0; depth < tunnelDepthLimit && !layers.ip.isLaterFragment(); ++depth) {
    Cursor cursor = layers.cursor;
    Encapsulation tunnel;
    LinkHeaders link = layers.link;
    IpHeader ip;
    if (!openTunnel(wanted, layers.ip, cursor, link, tunnel)) return;
    if (followToIp(cursor, link) != Ignored::none) return;
    if (readIp(cursor, link, ip) != Ignored::none) return;
    if (layers.ip.isFragment()) rememberOpened(layers, time);
    layers.outerSource = layers.ip.source;
    layers.outerDestination = layers.ip.destination;
    layers.outerIsIpv6 = layers.ip.isIpv6();
    layers.cursor = cursor;
    layers.link = link;
    layers.ip = ip;
    layers.tunnel = tunnel;
  }
}

/// Remembers the first fragment of a tunnel's packet: the later ones are metered as outer flow.
void Decoder::rememberOpened(const Layers& layers, int64_t time) {
  FragmentPorts ports{0, 0, layers.ip.protocol};
  if (layers.ip.protocol == ipProtocol::udp) {  // openUdpTunnel has read the whole header
    ports.source = load16(layers.cursor.data);
    ports.destination = load16(layers.cursor.data + 2);
  }
  fragments.remember(fragmentKey(layers.link, layers.ip, layers.tunnel.id), ports, time);
}

/// Remembers the ports of a first fragment in `packet`, or completes a later fragment by them.
[[gnu::noinline]] void Decoder::joinFragment(Layers layers, Packet& packet) {
  const IpHeader& ip = layers.ip;
  const bool hasKey = hasKeyInTransport(ip.protocol);
  if (!hasKey && !ip.isIpv6()) return;  // nothing to learn but, in IPv6, the protocol
  const FragmentKey key = fragmentKey(layers.link, ip, layers.tunnel.id);
  if (!ip.isLaterFragment()) {
    if (hasKey && !layers.cursor.has(4)) return;
    fragments.remember(key, {packet.sourcePort, packet.destinationPort, ip.protocol}, packet.time);
    return;
  }
  const FragmentPorts* const first = fragments.find(key, packet.time);
  if (first != nullptr) {
    packet.sourcePort = first->source;
    packet.destinationPort = first->destination;
    packet.protocol = first->protocol;
  } else if (hasKey || isExtensionHeader(ip.protocol)) {
    ++orphans;
  }
}

/// Writes lines 1 and 2.
[[gnu::always_inline]] inline void Decoder::writeDetail(const Layers& layers, Packet& packet) const {
  constexpr size_t line = 64;
  std::memset(reinterpret_cast<uint8_t*>(&packet) + line, 0, sizeof packet - line);
  if (options.transportDetail) {
    if (layers.ip.isLaterFragment()) {
      packet.payloadOctets = layers.cursor.wire;
    } else {
      readTransportDetail(layers.cursor, layers.ip.protocol, packet);
    }
  }
  const LinkHeaders& link = layers.link;
  if (options.linkDetail) {
    if (link.sourceMac != nullptr) std::memcpy(packet.sourceMac, link.sourceMac, sizeof packet.sourceMac);
    if (link.destinationMac != nullptr) {
      std::memcpy(packet.destinationMac, link.destinationMac, sizeof packet.destinationMac);
    }
    for (int label = 0; label < std::min<int>(link.mplsDepth, 3); ++label) {
      packet.mplsLabels[label] = link.mplsLabels[label];
    }
    packet.mplsDepth = link.mplsDepth;
    packet.mplsTopTtl = link.mplsTopTtl;
  }
  if (layers.tunnel.kind != Tunnel::none) {
    packet.tunnel = layers.tunnel.kind;
    packet.tunnelId = layers.tunnel.id;
    writeAddress(packet.outerSourceAddress, layers.outerSource, layers.outerIsIpv6);
    writeAddress(packet.outerDestinationAddress, layers.outerDestination, layers.outerIsIpv6);
  }
}

}  // namespace flowtap
