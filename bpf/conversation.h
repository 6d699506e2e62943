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

// Of the packet whose IP header is at `ip`. The sum of both endpoints is the same from either side.
//
// Ports count only for TCP that is not fragmented, the protocol not at all: later fragments have no ports, and those of
// IPv6 need not even name the transport protocol, but must come to the thread that has their first fragment and the
// rest of their flow. TCP alone is hardly ever fragmented, and needs its ports where two proxies have most of the
// traffic between them.
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
  return mix(endpoint(seed, source, ports[0]) + endpoint(seed, destination, ports[1]));
}

// Of the innermost packet that `decapsulate` leads to. The fragments of a tunnel's packet are not opened: only the
// first has the inner addresses. A frame without IP gives a hash of its type.
__noinline __u64 conversation_hash(struct __sk_buff* skb, __u64 seed, __u32 decapsulate) {
  const place first = first_place(skb);
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

#endif
