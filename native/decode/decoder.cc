// Bytes of a frame in, one packet summary out. The straight path is Ethernet, IP, transport; everything rarer is kept
// out of line so that the straight path stays small.
#include "decode/decoder.h"

#include <sys/random.h>

#include <algorithm>
#include <cstring>

#include "decode/cursor.h"
#include "decode/ether_chain.h"
#include "decode/ether_type.h"
#include "decode/ethernet.h"
#include "decode/ipv4.h"
#include "decode/ipv6.h"
#include "decode/link_type.h"
#include "decode/transport.h"
#include "decode/tunnel.h"

namespace flowtap {

/// Addresses of the packet around the innermost tunnel.
struct Decoder::Outer {
  const uint8_t* source = nullptr;
  const uint8_t* destination = nullptr;
  bool isIpv6 = false;
};

namespace {

/// Tunnels opened one inside the other.
constexpr int tunnelDepthLimit = 8;

[[gnu::noinline]] Ignored readRareLinkType(uint16_t type, Cursor& cursor, LinkHeaders& link) {
  return readLinkType(type, cursor, link);
}

[[gnu::noinline]] Ignored followRareChain(Cursor& cursor, LinkHeaders& link) {
  return followToIp(cursor, link);
}

bool isIp(uint16_t type) {
  return type == etherType::ipv4 || type == etherType::ipv6;
}

/// `link.etherType` is IPv4 or IPv6.
inline Ignored readIp(Cursor& cursor, const LinkHeaders& link, IpHeader& ip) {
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
  Cursor cursor{raw.data, raw.capturedLength, std::max(raw.capturedLength, raw.wireLength)};
  LinkHeaders link;
  IpHeader ip;
  Ignored ignored;
  if (raw.linkType == linkType::ethernet) [[likely]] {
    ignored = readEthernet(cursor, link);
  } else {
    ignored = readRareLinkType(raw.linkType, cursor, link);
  }
  if (ignored == Ignored::none && !isIp(link.etherType)) ignored = followRareChain(cursor, link);
  if (ignored == Ignored::none) [[likely]]
    ignored = readIp(cursor, link, ip);
  if (ignored != Ignored::none) [[unlikely]] {
    if (ignored == Ignored::nonIp) nonIp.add(link.etherType);
    return ignored;
  }

  Encapsulation tunnel;
  Outer outer;
  if (options.decapsulate != 0) openTunnels(cursor, link, ip, tunnel, outer, raw.time);

  writeAddress(packet.sourceAddress, ip.source, ip.isIpv6());
  writeAddress(packet.destinationAddress, ip.destination, ip.isIpv6());
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  packet.protocol = ip.protocol;
  packet.flags = ip.flags;
  packet.vlanId = link.vlanId;
  packet.time = raw.time;
  packet.ipOctets = ip.octets;
  packet.linkOctets = raw.wireLength;
  packet.tcpSequence = 0;
  packet.tcpFlags = 0;
  packet.ipClassOfService = ip.classOfService;
  packet.ttl = ip.ttl;
  packet.interface = raw.interface;
  if (!ip.isLaterFragment()) [[likely]]
    readTransport(cursor, ip.protocol, packet);
  if (ip.isFragment()) [[unlikely]]
    joinFragment(cursor, link, ip, tunnel.id, packet);
  if (detail) writeDetail(cursor, link, ip, tunnel, outer, packet);
  packet.serviceVlanId = link.serviceVlanId;
  return Ignored::none;
}

/// Moves to the innermost packet. Each level is tried on copies, so that a tunnel without IP inside changes nothing.
void Decoder::openTunnels(Cursor& cursor, LinkHeaders& link, IpHeader& ip, Encapsulation& tunnel, Outer& outer,
                          int64_t time) {
  const TunnelSet wanted{options.decapsulate};
  for (int depth = 0; depth < tunnelDepthLimit && !ip.isLaterFragment(); ++depth) {
    Cursor innerCursor = cursor;
    LinkHeaders innerLink = link;
    IpHeader innerIp;
    Encapsulation opened;
    if (!openTunnel(wanted, ip, innerCursor, innerLink, opened)) return;
    if (followToIp(innerCursor, innerLink) != Ignored::none) return;
    if (readIp(innerCursor, innerLink, innerIp) != Ignored::none) return;
    if (ip.isFragment()) rememberOpened(cursor, link, ip, tunnel.id, time);
    outer = {ip.source, ip.destination, ip.isIpv6()};
    cursor = innerCursor;
    link = innerLink;
    ip = innerIp;
    tunnel = opened;
  }
}

/// Remembers the first fragment of a tunnel's packet: the later ones are metered as outer flow.
void Decoder::rememberOpened(const Cursor& cursor, const LinkHeaders& link, const IpHeader& ip, uint32_t tunnelId,
                             int64_t time) {
  FragmentPorts ports{0, 0, ip.protocol};
  if (ip.protocol == ipProtocol::udp) {  // openUdpTunnel has read the whole header
    ports.source = load16(cursor.data);
    ports.destination = load16(cursor.data + 2);
  }
  fragments.remember(fragmentKey(link, ip, tunnelId), ports, time);
}

/// Remembers the ports of a first fragment in `packet`, or completes a later fragment by them.
[[gnu::noinline]] void Decoder::joinFragment(const Cursor& cursor, const LinkHeaders& link, const IpHeader& ip,
                                             uint32_t tunnelId, Packet& packet) {
  const bool hasKey = hasKeyInTransport(ip.protocol);
  if (!hasKey && !ip.isIpv6()) return;  // nothing to learn but, in IPv6, the protocol
  const FragmentKey key = fragmentKey(link, ip, tunnelId);
  if (!ip.isLaterFragment()) {
    if (hasKey && !cursor.has(4)) return;
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
[[gnu::noinline]] void Decoder::writeDetail(const Cursor& cursor, const LinkHeaders& link, const IpHeader& ip,
                                            const Encapsulation& tunnel, const Outer& outer, Packet& packet) const {
  constexpr size_t line = 64;
  std::memset(reinterpret_cast<uint8_t*>(&packet) + line, 0, sizeof packet - line);
  if (options.transportDetail) {
    if (ip.isLaterFragment()) {
      packet.payloadOctets = cursor.wire;
    } else {
      readTransportDetail(cursor, ip.protocol, packet);
    }
  }
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
  if (tunnel.kind != Tunnel::none) {
    packet.tunnel = tunnel.kind;
    packet.tunnelId = tunnel.id;
    writeAddress(packet.outerSourceAddress, outer.source, outer.isIpv6);
    writeAddress(packet.outerDestinationAddress, outer.destination, outer.isIpv6);
  }
}

}  // namespace flowtap
