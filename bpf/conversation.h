// A hash that both directions of a conversation share, and all fragments of a datagram.
#ifndef FLOWTAP_BPF_CONVERSATION_H
#define FLOWTAP_BPF_CONVERSATION_H

#include "tunnel.h"

// The finalizer of MurmurHash3: every bit of the result depends on every bit of `value`.
static __always_inline __u64 mix(__u64 value) {
  value = (value ^ value >> 33) * 0xff51afd7ed558ccdULL;
  value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return value ^ value >> 33;
}

static __always_inline __u64 endpoint(__u64 seed, const __u64* address, __u32 port) {
  return mix(mix(seed ^ address[0]) ^ address[1] ^ (__u64)port << 13);
}

// The sum of both endpoints is the same from either side.
//
// Ports count only for TCP that is not fragmented, the protocol not at all: later fragments have no ports, and those of
// IPv6 need not even name the transport protocol, but must come to the thread that has their first fragment and the
// rest of their flow. TCP alone is hardly ever fragmented, and needs its ports where two proxies have most of the
// traffic between them.
static __always_inline __u64 pair_hash(__u64 seed, const __u64* source, const __u64* destination, const __be16* ports) {
  return mix(endpoint(seed, source, ports[0]) + endpoint(seed, destination, ports[1]));
}

// Of the packet whose IP header is at `ip`.
__noinline __u64 endpoints_hash(struct __sk_buff* skb, place ip, transport transport, __u64 seed) {
  __u64 source[2] = {};
  __u64 destination[2] = {};
  if (type_at(ip) == TYPE_IPV4) {
    __be32 addresses[2];
    if (load(skb, octet_of(ip) + 12, addresses, sizeof addresses) != 0) return 0;
    source[0] = addresses[0];
    destination[0] = addresses[1];
  } else {
    if (load(skb, octet_of(ip) + 8, source, sizeof source) != 0) return 0;
    if (load(skb, octet_of(ip) + 24, destination, sizeof destination) != 0) return 0;
  }
  __be16 ports[2] = {};
  if (protocol_of(transport) == PROTOCOL_TCP && (transport & TRANSPORT_FRAGMENT) == 0 &&
      load(skb, octet_of(transport), ports, sizeof ports) != 0) {
    ports[0] = ports[1] = 0;
  }
  return pair_hash(seed, source, destination, ports);
}

// Of any packet, from `first` on: of the innermost that `decapsulate` leads to. The fragments of a tunnel's packet are
// not opened: only the first has the inner addresses. A frame without IP gives a hash of its type.
__noinline __u64 followed_hash(struct __sk_buff* skb, place first, __u64 seed, __u32 decapsulate) {
  place ip = ip_behind(skb, first);
  transport transport = ip == NOWHERE ? NOWHERE : transport_of(skb, ip);
  if (transport == NOWHERE) return mix(seed ^ type_at(first));

  UNROLLED for (int depth = 0; depth < TUNNEL_DEPTH_LIMIT; ++depth) {
    if (decapsulate == 0 || (transport & TRANSPORT_FRAGMENT) != 0) break;
    const place inside = open_tunnel(skb, transport, decapsulate);
    const place inner_ip = inside == NOWHERE ? NOWHERE : ip_behind(skb, inside);
    const __u64 inner = inner_ip == NOWHERE ? NOWHERE : transport_of(skb, inner_ip);
    if (inner == NOWHERE) break;
    ip = inner_ip;
    transport = inner;
  }
  return endpoints_hash(skb, ip, transport, seed);
}

// The same for most packets, TCP and UDP right behind `first`, read at one go: calls of helpers and functions are what
// takes time here (15 ns each; 35 ns instead of 120 in all, measured). 0 for any other.
static __always_inline __u64 plain_hash(const struct __sk_buff* skb, place first, __u64 seed, __u32 decapsulate) {
  __u64 source[2] = {};
  __u64 destination[2] = {};
  __be16 ports[2];
  __u32 protocol;
  if (type_at(first) == TYPE_IPV4) {
    struct {
      struct ipv4_header ip;
      __be16 ports[2];
    } head;
    if (load(skb, octet_of(first), &head, sizeof head) != 0 || head.ip.version_and_length != 0x45) return 0;
    if ((head.ip.fragmentation & bpf_htons(0x3fff)) != 0) return 0;
    protocol = head.ip.protocol;
    source[0] = head.ip.source;
    destination[0] = head.ip.destination;
    ports[0] = head.ports[0];
    ports[1] = head.ports[1];
  } else if (type_at(first) == TYPE_IPV6) {
    struct {
      struct ipv6_header ip;
      __be16 ports[2];
    } head;
    if (load(skb, octet_of(first), &head, sizeof head.ip + sizeof head.ports) != 0 || head.ip.version >> 4 != 6)
      return 0;
    protocol = head.ip.next_header;
    source[0] = head.ip.source[0];
    source[1] = head.ip.source[1];
    destination[0] = head.ip.destination[0];
    destination[1] = head.ip.destination[1];
    ports[0] = head.ports[0];
    ports[1] = head.ports[1];
  } else {
    return 0;
  }
  if (protocol == PROTOCOL_UDP) {
    if (decapsulate != 0 && is_vxlan_port(bpf_ntohs(ports[1]))) return 0;
    ports[0] = ports[1] = 0;
  } else if (protocol != PROTOCOL_TCP) {
    return 0;
  }
  return pair_hash(seed, source, destination, ports);
}

static __always_inline __u64 conversation_hash(struct __sk_buff* skb, place first, __u64 seed, __u32 decapsulate) {
  const __u64 hash = plain_hash(skb, first, seed, decapsulate);
  return hash != 0 ? hash : followed_hash(skb, first, seed, decapsulate);
}

#endif
