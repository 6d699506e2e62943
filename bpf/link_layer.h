// From an EtherType down to IP: VLAN tags, MPLS, PPPoE, LLC, bridged Ethernet, as native/decode/ether_chain.h does it.
#ifndef FLOWTAP_BPF_LINK_LAYER_H
#define FLOWTAP_BPF_LINK_LAYER_H

#include "frame.h"

#define TYPE_IPV4 0x0800
#define TYPE_TRANSPARENT_ETHERNET 0x6558
#define TYPE_VLAN 0x8100
#define TYPE_IPV6 0x86dd
#define TYPE_MPLS 0x8847
#define TYPE_MPLS_MULTICAST 0x8848
#define TYPE_PPP 0x880b
#define TYPE_PPPOE 0x8864
#define TYPE_SERVICE_VLAN 0x88a8
#define TYPE_OLD_VLAN_9100 0x9100
#define TYPE_OLD_VLAN_9200 0x9200
#define TYPE_FIRST 0x0600  // 802.3: below, the field is a length and LLC follows

// Headers below IP that are followed: tags and labels, each one.
#define LINK_DEPTH_LIMIT 16

static __always_inline int is_ip(__u32 type) {
  return type == TYPE_IPV4 || type == TYPE_IPV6;
}

static __always_inline place read_vlan(const struct __sk_buff* skb, __u32 at) {
  const int type = load16(skb, at + 2);
  return type < 0 ? NOWHERE : place_of(type, at + 4);
}

static __always_inline place read_ethernet(const struct __sk_buff* skb, __u32 at) {
  const int type = load16(skb, at + 12);
  return type < 0 ? NOWHERE : place_of(type, at + ETHERNET_HEADER_OCTETS);
}

// Whether version, header length and total length at `at` agree with each other and with the frame.
static __always_inline int looks_like_ip(const struct __sk_buff* skb, __u32 at) {
  __u8 head[6];
  if (load(skb, at, head, sizeof head) != 0) return 0;
  const __u32 room = skb->len - at;
  if (head[0] >> 4 == 4) {
    const __u32 header_octets = (head[0] & 0x0f) * 4;
    const __u32 total_length = head[2] << 8 | head[3];
    return header_octets >= 20 && total_length >= header_octets && total_length <= room;
  }
  const __u32 payload_length = head[4] << 8 | head[5];
  return head[0] >> 4 == 6 && payload_length != 0 && payload_length + 40 <= room;
}

static __always_inline int looks_like_ethernet(const struct __sk_buff* skb, __u32 at) {
  const int type = load16(skb, at + 12);
  if (is_ip(type)) return looks_like_ip(skb, at + ETHERNET_HEADER_OCTETS);
  return type == TYPE_VLAN || type == TYPE_SERVICE_VLAN || type == TYPE_OLD_VLAN_9100 || type == TYPE_OLD_VLAN_9200 ||
         type == TYPE_MPLS || type == TYPE_MPLS_MULTICAST || type == TYPE_PPPOE;
}

// One label (RFC 3032). What follows the last one is guessed, as routers do for load balancing (RFC 4928).
static __always_inline place read_mpls(const struct __sk_buff* skb, __u32 at) {
  __u8 entry[5];
  if (load(skb, at, entry, sizeof entry) != 0) return NOWHERE;
  const __u32 behind = at + 4;
  if ((entry[2] & 1) == 0) return place_of(TYPE_MPLS, behind);
  const __u8 nibble = entry[4] >> 4;
  if (nibble == 0 && looks_like_ethernet(skb, behind + 4)) {  // behind a control word (RFC 4385)
    return place_of(TYPE_TRANSPARENT_ETHERNET, behind + 4);
  }
  if (!looks_like_ip(skb, behind) && looks_like_ethernet(skb, behind)) {
    return place_of(TYPE_TRANSPARENT_ETHERNET, behind);
  }
  if (nibble == 4) return place_of(TYPE_IPV4, behind);
  if (nibble == 6) return place_of(TYPE_IPV6, behind);
  return NOWHERE;
}

// PPP (RFC 1661), with or without address and control octets, the protocol in one octet or two.
static __always_inline place read_ppp(const struct __sk_buff* skb, __u32 at) {
  __u8 head[2];
  if (load(skb, at, head, sizeof head) != 0) return NOWHERE;
  if (head[0] == 0xff && head[1] == 0x03) {
    at += 2;
    if (load(skb, at, head, sizeof head) != 0) return NOWHERE;
  }
  __u32 protocol = head[0];
  __u32 octets = 1;
  if ((protocol & 1) == 0) {
    protocol = protocol << 8 | head[1];
    octets = 2;
  }
  switch (protocol) {
    case 0x0021:
      return place_of(TYPE_IPV4, at + octets);
    case 0x0057:
      return place_of(TYPE_IPV6, at + octets);
    case 0x0281:
    case 0x0283:
      return place_of(TYPE_MPLS, at + octets);
    default:
      return NOWHERE;
  }
}

// RFC 2516: version and type 1, code 0 for a session, session, length.
static __always_inline place read_pppoe(const struct __sk_buff* skb, __u32 at) {
  return load16(skb, at) == 0x1100 ? read_ppp(skb, at + 6) : NOWHERE;
}

// 802.2: IP's own service access point, or SNAP with an EtherType (RFC 1042).
static __always_inline place read_llc(const struct __sk_buff* skb, __u32 at) {
  __u8 head[8];
  if (load(skb, at, head, sizeof head) != 0) return NOWHERE;
  if (head[0] == 0x06 && head[1] == 0x06 && head[2] == 0x03) return place_of(TYPE_IPV4, at + 3);
  if (head[0] != 0xaa || head[1] != 0xaa || head[2] != 0x03 || head[3] != 0 || head[4] != 0) return NOWHERE;
  const __u32 type = head[6] << 8 | head[7];
  if ((head[5] != 0 && head[5] != 0xf8) || type < TYPE_FIRST) return NOWHERE;
  return place_of(type, at + 8);
}

// The header behind the one at `from`, which is not IP's.
__noinline place next_link_header(struct __sk_buff* skb, place from) {
  const __u32 at = octet_of(from);
  switch (type_at(from)) {
    case TYPE_VLAN:
    case TYPE_SERVICE_VLAN:
    case TYPE_OLD_VLAN_9100:
    case TYPE_OLD_VLAN_9200:
      return read_vlan(skb, at);
    case TYPE_MPLS:
    case TYPE_MPLS_MULTICAST:
      return read_mpls(skb, at);
    case TYPE_PPPOE:
      return read_pppoe(skb, at);
    case TYPE_PPP:
      return read_ppp(skb, at);
    case TYPE_TRANSPARENT_ETHERNET:
      return read_ethernet(skb, at);
    default:
      return type_at(from) < TYPE_FIRST ? read_llc(skb, at) : NOWHERE;
  }
}

// The IPv4 or IPv6 header that `from` leads to, or NOWHERE.
__noinline place ip_behind(struct __sk_buff* skb, place from) {
  UNROLLED for (int depth = 0; depth < LINK_DEPTH_LIMIT; ++depth) {
    if (from == NOWHERE || is_ip(type_at(from))) return from;
    from = next_link_header(skb, from);
  }
  return NOWHERE;
}

#endif
