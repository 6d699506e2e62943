// IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200): what tells one conversation from another.
#ifndef FLOWTAP_BPF_IP_H
#define FLOWTAP_BPF_IP_H

#include "link_layer.h"

#define PROTOCOL_HOP_BY_HOP 0
#define PROTOCOL_IPV4 4
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define PROTOCOL_IPV6 41
#define PROTOCOL_ROUTING 43
#define PROTOCOL_FRAGMENT 44
#define PROTOCOL_GRE 47
#define PROTOCOL_AUTHENTICATION 51
#define PROTOCOL_DESTINATION_OPTIONS 60

// Extension headers that are followed.
#define EXTENSION_DEPTH_LIMIT 6

// What an IP header leads to, in one number as a place is: the octet of the transport header, above it its protocol and
// these bits.
typedef __u64 transport;

#define TRANSPORT_IPV6 (1ULL << 40)
#define TRANSPORT_FRAGMENT (1ULL << 41)  // part of a fragmented datagram, the first part included

static __always_inline __u32 protocol_of(transport transport) {
  return transport >> 32 & 0xff;
}

struct ipv4_header {
  __u8 version_and_length;
  __u8 class_of_service;
  __be16 total_length;
  __be16 identification;
  __be16 fragmentation;
  __u8 ttl;
  __u8 protocol;
  __be16 checksum;
  __be32 source;
  __be32 destination;
};

struct ipv6_header {
  __u8 version;
  __u8 rest[3];
  __be16 payload_length;
  __u8 next_header;
  __u8 hop_limit;
  __u64 source[2];
  __u64 destination[2];
};

static __always_inline transport read_ipv4(const struct __sk_buff* skb, __u32 at) {
  struct ipv4_header header;
  if (load(skb, at, &header, sizeof header) != 0) return NOWHERE;
  const __u32 header_octets = (header.version_and_length & 0x0f) * 4;
  if (header.version_and_length >> 4 != 4 || header_octets < 20) return NOWHERE;
  const int is_fragment = (header.fragmentation & bpf_htons(0x3fff)) != 0;
  return place_of(header.protocol, at + header_octets) | (is_fragment ? TRANSPORT_FRAGMENT : 0);
}

// What is behind the extension header at `from`; `from` itself when it is none, or the last that can be read.
__noinline transport next_extension_header(struct __sk_buff* skb, transport from) {
  __u32 at = octet_of(from);
  __u8 head[4];
  switch (protocol_of(from)) {
    case PROTOCOL_HOP_BY_HOP:
    case PROTOCOL_ROUTING:
    case PROTOCOL_DESTINATION_OPTIONS:
      if (load(skb, at, head, sizeof head) != 0) return from;
      at += head[1] * 8 + 8;
      break;
    case PROTOCOL_AUTHENTICATION:
      if (load(skb, at, head, sizeof head) != 0) return from;
      at += head[1] * 4 + 8;
      break;
    case PROTOCOL_FRAGMENT:
      if (load(skb, at, head, sizeof head) != 0) return from;
      // Neither offset nor more: complete in itself (RFC 6946).
      if (((head[2] << 8 | head[3]) & 0xfff9) != 0) return from | TRANSPORT_FRAGMENT;
      at += 8;
      break;
    default:
      return from;
  }
  return place_of(head[0], at) | TRANSPORT_IPV6;
}

static __always_inline transport read_ipv6(struct __sk_buff* skb, __u32 at) {
  struct ipv6_header header;
  if (load(skb, at, &header, sizeof header) != 0 || header.version >> 4 != 6) return NOWHERE;
  transport found = place_of(header.next_header, at + sizeof header) | TRANSPORT_IPV6;
  UNROLLED for (int depth = 0; depth < EXTENSION_DEPTH_LIMIT; ++depth) {
    const transport next = next_extension_header(skb, found);
    if (next == found) break;
    found = next;
  }
  return found;
}

// What the IP header at `ip` leads to; NOWHERE when it is cut off or contradicts itself.
__noinline transport transport_of(struct __sk_buff* skb, place ip) {
  return type_at(ip) == TYPE_IPV4 ? read_ipv4(skb, octet_of(ip)) : read_ipv6(skb, octet_of(ip));
}

#endif
