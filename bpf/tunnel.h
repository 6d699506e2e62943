// Tunnels whose inner addresses decide: IP in IP, GRE with ERSPAN, VXLAN.
#ifndef FLOWTAP_BPF_TUNNEL_H
#define FLOWTAP_BPF_TUNNEL_H

#include "ip.h"

// Tunnels opened one inside the other.
#define TUNNEL_DEPTH_LIMIT 4

// Numbers of tunnel kinds: flowtap::Tunnel of native/decode/packet.h.
#define TUNNEL_IPV4_IN_IPV4 1
#define TUNNEL_IPV4_IN_IPV6 2
#define TUNNEL_IPV6_IN_IPV4 3
#define TUNNEL_IPV6_IN_IPV6 4
#define TUNNEL_GRE 5
#define TUNNEL_VXLAN 6

#define TYPE_ERSPAN 0x88be
#define TYPE_ERSPAN_III 0x22eb
#define PORT_VXLAN 4789
#define PORT_VXLAN_LINUX 8472  // Linux's choice before the assignment

#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_ACKNOWLEDGMENT 0x0080
#define GRE_VERSION 0x0007

// GRE (RFC 2784, 2890) and PPTP's version 1 (RFC 2637). Source routes (RFC 1701) are not followed.
static __always_inline place open_gre(const struct __sk_buff* skb, __u32 at) {
  const int flags = load16(skb, at);
  const int type = load16(skb, at + 2);
  if (flags < 0 || type < 0) return NOWHERE;
  const __u32 version = flags & GRE_VERSION;
  if (version > 1 || (flags & GRE_ROUTING) != 0) return NOWHERE;
  // Of version 1, what has no sequence number acknowledges and carries nothing.
  if (version == 1 && (type != TYPE_PPP || (flags & GRE_SEQUENCE) == 0)) return NOWHERE;
  at += 4;
  if ((flags & GRE_CHECKSUM) != 0) at += 4;
  if ((flags & GRE_KEY) != 0) at += 4;
  if ((flags & GRE_SEQUENCE) != 0) at += 4;
  if (version == 1 && (flags & GRE_ACKNOWLEDGMENT) != 0) at += 4;

  if (type == TYPE_ERSPAN) {  // a sequence number tells type II from type I, which has no header
    return place_of(TYPE_TRANSPARENT_ETHERNET, (flags & GRE_SEQUENCE) != 0 ? at + 8 : at);
  }
  if (type == TYPE_ERSPAN_III) {
    __u8 head[12];
    if (load(skb, at, head, sizeof head) != 0) return NOWHERE;
    if ((head[10] & 0x7c) != 0) return NOWHERE;             // frame type: 0 is Ethernet
    const __u32 octets = (head[11] & 0x01) != 0 ? 20 : 12;  // O: platform-specific part
    return place_of(TYPE_TRANSPARENT_ETHERNET, at + octets);
  }
  return type < TYPE_FIRST ? NOWHERE : place_of(type, at);
}

static __always_inline int is_vxlan_port(int port) {
  return port == PORT_VXLAN || port == PORT_VXLAN_LINUX;
}

// VXLAN (RFC 7348). The source port is chosen for load balancing: only the destination tells.
static __always_inline place open_vxlan(const struct __sk_buff* skb, __u32 at) {
  __u8 flags;
  if (!is_vxlan_port(load16(skb, at + 2))) return NOWHERE;
  if (load(skb, at + 8, &flags, sizeof flags) != 0 || (flags & 0x08) == 0) return NOWHERE;
  return place_of(TYPE_TRANSPARENT_ETHERNET, at + 8 + 8);
}

// What is inside of the tunnel that `outer` belongs to, or NOWHERE when it is no tunnel of a kind in `wanted`.
__noinline place open_tunnel(struct __sk_buff* skb, transport outer, __u32 wanted) {
  const __u32 at = octet_of(outer);
  const int in_ipv6 = (outer & TRANSPORT_IPV6) != 0;
  switch (protocol_of(outer)) {
    case PROTOCOL_IPV4:
      if ((wanted >> (in_ipv6 ? TUNNEL_IPV4_IN_IPV6 : TUNNEL_IPV4_IN_IPV4) & 1) == 0) return NOWHERE;
      return place_of(TYPE_IPV4, at);
    case PROTOCOL_IPV6:
      if ((wanted >> (in_ipv6 ? TUNNEL_IPV6_IN_IPV6 : TUNNEL_IPV6_IN_IPV4) & 1) == 0) return NOWHERE;
      return place_of(TYPE_IPV6, at);
    case PROTOCOL_GRE:
      return (wanted >> TUNNEL_GRE & 1) != 0 ? open_gre(skb, at) : NOWHERE;
    case PROTOCOL_UDP:
      return (wanted >> TUNNEL_VXLAN & 1) != 0 ? open_vxlan(skb, at) : NOWHERE;
    default:
      return NOWHERE;
  }
}

#endif
