// Which tunnel an IP packet is, by its protocol or UDP port.
#pragma once

#include "decode/cursor.h"
#include "decode/encapsulation.h"
#include "decode/ether_type.h"
#include "decode/geneve.h"
#include "decode/gre.h"
#include "decode/gtpu.h"
#include "decode/ip_header.h"
#include "decode/l2tp.h"
#include "decode/link_headers.h"
#include "decode/teredo.h"
#include "decode/transport.h"
#include "decode/vxlan.h"

namespace flowtap {

/// UDP ports of tunnels (https://www.iana.org/assignments/service-names-port-numbers).
namespace tunnelPort {
inline constexpr uint16_t l2tp = 1701;
inline constexpr uint16_t gtpu = 2152;
inline constexpr uint16_t teredo = 3544;
inline constexpr uint16_t vxlan = 4789;
inline constexpr uint16_t vxlanGpe = 4790;
inline constexpr uint16_t geneve = 6081;
inline constexpr uint16_t vxlanLinux = 8472;  // Linux's choice before the assignment
}  // namespace tunnelPort

/// The set of tunnels to open: DecoderOptions::decapsulate.
struct TunnelSet {
  uint32_t bits;

  bool has(Tunnel kind) const { return (bits >> static_cast<uint32_t>(kind) & 1) != 0; }
};

/// VXLAN, Geneve and GTP-U use the source port for load balancing, so that only the destination tells; Teredo servers
/// and L2TP network servers answer from their port to whichever the client chose.
inline bool openUdpTunnel(TunnelSet wanted, Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  if (!cursor.has(udpHeaderOctets)) return false;
  const uint16_t sourcePort = load16(cursor.data);
  const uint16_t destinationPort = load16(cursor.data + 2);
  cursor.skip(udpHeaderOctets);
  switch (destinationPort) {
    case tunnelPort::vxlan:
    case tunnelPort::vxlanLinux:
      return wanted.has(Tunnel::vxlan) && openVxlan(cursor, link, tunnel);
    case tunnelPort::vxlanGpe:
      return wanted.has(Tunnel::vxlan) && openVxlanGpe(cursor, link, tunnel);
    case tunnelPort::geneve:
      return wanted.has(Tunnel::geneve) && openGeneve(cursor, link, tunnel);
    case tunnelPort::gtpu:
      return wanted.has(Tunnel::gtpu) && openGtpu(cursor, link, tunnel);
    default:
      break;
  }
  if (destinationPort == tunnelPort::teredo || sourcePort == tunnelPort::teredo) {
    return wanted.has(Tunnel::teredo) && openTeredo(cursor, link, tunnel);
  }
  if (destinationPort == tunnelPort::l2tp || sourcePort == tunnelPort::l2tp) {
    return wanted.has(Tunnel::l2tp) && openL2tp2(cursor, link, tunnel);
  }
  return false;
}

/// Whether openTunnel could say yes: spares most packets the attempt.
inline bool couldBeTunnel(uint8_t protocol, const Cursor& cursor) {
  const auto isPort = [](uint16_t port) {
    switch (port) {
      case tunnelPort::l2tp:
      case tunnelPort::gtpu:
      case tunnelPort::teredo:
      case tunnelPort::vxlan:
      case tunnelPort::vxlanGpe:
      case tunnelPort::geneve:
      case tunnelPort::vxlanLinux:
        return true;
      default:
        return false;
    }
  };
  switch (protocol) {
    case ipProtocol::ipv4:
    case ipProtocol::ipv6:
    case ipProtocol::gre:
    case ipProtocol::l2tp:
      return true;
    case ipProtocol::udp:
      return cursor.has(udpHeaderOctets) && (isPort(load16(cursor.data)) || isPort(load16(cursor.data + 2)));
    default:
      return false;
  }
}

/// `cursor` is at the transport header of `ip`, which is no later fragment.
inline bool openTunnel(TunnelSet wanted, const IpHeader& ip, Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel) {
  switch (ip.protocol) {
    case ipProtocol::ipv4:
      tunnel.kind = ip.isIpv6() ? Tunnel::ipv4InIpv6 : Tunnel::ipv4InIpv4;
      link.etherType = etherType::ipv4;
      return wanted.has(tunnel.kind);
    case ipProtocol::ipv6:
      tunnel.kind = ip.isIpv6() ? Tunnel::ipv6InIpv6 : Tunnel::ipv6InIpv4;
      link.etherType = etherType::ipv6;
      return wanted.has(tunnel.kind);
    case ipProtocol::gre:
      return wanted.has(Tunnel::gre) && openGre(cursor, link, tunnel);
    case ipProtocol::l2tp:
      return wanted.has(Tunnel::l2tp) && openL2tp3(cursor, link, tunnel);
    case ipProtocol::udp:
      return openUdpTunnel(wanted, cursor, link, tunnel);
    default:
      return false;
  }
}

}  // namespace flowtap
