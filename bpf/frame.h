// Where a program stands in a frame, and reading from there.
#ifndef FLOWTAP_BPF_FRAME_H
#define FLOWTAP_BPF_FRAME_H

#include "kernel.h"

#define ETHERNET_HEADER_OCTETS 14

// Without CAP_PERFMON the verifier follows loops speculatively beyond their bound, and takes them for endless (6.18).
// Repeated in the program's text they need CAP_BPF only.
#define UNROLLED _Pragma("clang loop unroll(full)")

// A header to read next: its octet in the frame, and above it what it is, as an EtherType in host order. One number,
// because functions that the verifier looks at once, not at every call, take and return numbers only (before 5.12).
// Verified in the place where they are called, these programs took it two seconds.
typedef __u64 place;

#define NOWHERE (~0ULL)

static __always_inline place place_of(__u32 type, __u32 at) {
  return (__u64)type << 32 | at;
}
static __always_inline __u32 type_at(place place) {
  return place >> 32;
}
static __always_inline __u32 octet_of(place place) {
  return place;
}

// Loads from a frame, whether or not the octets lie in the buffer's linear part. Not 0 beyond the frame's end.
static __always_inline long load(const struct __sk_buff* skb, __u32 at, void* to, __u32 octets) {
  return bpf_skb_load_bytes(skb, at, to, octets);
}

// The number of two octets, or a negative one beyond the frame's end.
static __always_inline int load16(const struct __sk_buff* skb, __u32 at) {
  __u16 octets;
  return load(skb, at, &octets, sizeof octets) == 0 ? bpf_ntohs(octets) : -1;
}

static __always_inline int equal14(const __u8* one, const __u8* other) {
  __u8 difference = 0;
  for (int i = 0; i < ETHERNET_HEADER_OCTETS; ++i) difference |= one[i] ^ other[i];
  return difference == 0;
}

// Whether octet 0 of the frame, as this program sees it, is the network header's.
//
// It depends. A socket filter runs behind packet_rcv() or tpacket_rcv(), which have pushed the link header back for a
// SOCK_RAW socket and pulled it for a SOCK_DGRAM one. A fanout program runs before them, in packet_rcv_fanout(): a
// received frame begins at its network header there, one that is being sent at its link header (seen on loopback, tap
// and tun with a 6.18 kernel; kernel_sockets_test.cc repeats it). And a tun interface has no link header at all.
// Nothing in __sk_buff tells these apart, so the octets are compared. Frames of network cards may have no more than
// the link header in the linear part, which is all that bpf_skb_load_bytes_relative() can read: hence the second look.
static __always_inline int begins_at_network_header(const struct __sk_buff* skb) {
  __u8 first[ETHERNET_HEADER_OCTETS];
  __u8 header[ETHERNET_HEADER_OCTETS];
  if (load(skb, 0, first, sizeof first) != 0) return 1;
  if (bpf_skb_load_bytes_relative(skb, 0, header, sizeof header, BPF_HDR_START_NET) == 0) return equal14(first, header);
  if (bpf_skb_load_bytes_relative(skb, 0, header, sizeof header, BPF_HDR_START_MAC) == 0) {
    return !equal14(first, header);
  }
  return 1;
}

// The first place of a frame that begins at its network header.
static __always_inline place network_place(const struct __sk_buff* skb) {
  return place_of(bpf_ntohs(skb->protocol), 0);
}

// The first header that says what follows it. Of an Ethernet header that is the type, behind which there may be tags;
// where the header is out of sight the kernel has read it, and taken off the outermost tag.
static __always_inline place first_place(const struct __sk_buff* skb) {
  if (begins_at_network_header(skb)) return network_place(skb);
  const int type = load16(skb, ETHERNET_HEADER_OCTETS - 2);
  return type < 0 ? NOWHERE : place_of(type, ETHERNET_HEADER_OCTETS);
}

#endif
