// The programs of a capture socket: which packets are copied to user space, and to which thread.
// native/source/kernel_programs.cc loads them. Kernel 5.10; systematic sampling 5.12, for atomic fetch-and-add.
#include <linux/if_packet.h>

#include "capture_settings.h"
#include "conversation.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct capture_settings);
} settings SEC(".maps");

// Packets seen by systematic sampling. One for all CPUs, so that it is every Nth packet of all.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} seen SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} sampled_out SEC(".maps");

static __always_inline const struct capture_settings* current_settings(void) {
  const __u32 only = 0;
  return bpf_map_lookup_elem(&settings, &only);
}

// What a socket filter returns for a packet that is left out.
static __always_inline int leave_out(void) {
  const __u32 only = 0;
  __u64* count = bpf_map_lookup_elem(&sampled_out, &only);
  if (count != 0) ++*count;
  return 0;
}

// Segments of a frame on the wire. Where the sender left counting them to us (tun and virtio do), the length tells.
static __always_inline __u32 segments_of(struct __sk_buff* skb) {
  const __u32 size = skb->gso_size;
  __u32 segments = skb->gso_segs;
  if (segments != 0 || size == 0) return segments;

  const place ip = ip_behind(skb, first_place(skb));
  const transport transport = ip == NOWHERE ? NOWHERE : transport_of(skb, ip);
  if (transport == NOWHERE) return 1;
  __u32 headers = octet_of(transport) + 8;
  if (protocol_of(transport) == PROTOCOL_TCP) {
    __u8 offset;
    if (load(skb, octet_of(transport) + 12, &offset, sizeof offset) != 0) return 1;
    headers = octet_of(transport) + (offset >> 4) * 4;
  }
  const __u32 length = skb->len;
  return length > headers ? (length - headers + size - 1) / size : 1;
}

// What a socket filter returns for a packet that is taken: the snapshot length, and of a super-packet a step for each
// of its segments on top. The kernel copies the smaller of that and the frame's length, and tp_snaplen says how much it
// was, so the number can be read only from a frame that is long enough. Super-packets are, but for those of a few
// segments with hardly any payload (for two, with less than 45 octets each at a snapshot length of 128): they count as
// one.
static __always_inline int take(struct __sk_buff* skb, __u32 snapshot_length) {
  const __u32 segments = segments_of(skb);
  const __u32 told = snapshot_length + segments * CAPTURE_SEGMENT_STEP;
  return segments < 2 || skb->len < told ? snapshot_length : told;
}

// The loopback interface, which is the first of every network namespace, shows each packet as sent and as received.
static __always_inline int is_echo(struct __sk_buff* skb) {
  const __u32 loopback = 1, outgoing = 4;  // PACKET_OUTGOING of linux/if_packet.h
  return skb->ifindex == loopback && skb->pkt_type == outgoing;
}

// Takes all packets, or samples at random or by conversation.
SEC("socket")
int select_packets(struct __sk_buff* skb) {
  const struct capture_settings* chosen = current_settings();
  if (chosen == 0 || is_echo(skb)) return 0;
  const __u32 interval = chosen->interval;
  if (interval > 1) {
    __u32 draw;
    if (chosen->sampling == CAPTURE_SAMPLE_FLOW) {
      // Mixed once more: the threads share out the conversations by the same hash.
      draw = mix(conversation_hash(skb, first_place(skb), chosen->seed, chosen->decapsulate) ^ chosen->seed);
    } else {
      draw = bpf_get_prandom_u32();
    }
    if ((__u64)draw * interval >> 32 != 0) return leave_out();
  }
  return take(skb, chosen->snapshot_length);
}

// Takes exactly every interval-th packet.
SEC("socket")
int select_systematically(struct __sk_buff* skb) {
  const __u32 only = 0;
  const struct capture_settings* chosen = current_settings();
  __u64* count = bpf_map_lookup_elem(&seen, &only);
  if (chosen == 0 || count == 0 || is_echo(skb)) return 0;
  const __u32 interval = chosen->interval;
  if (interval > 1 && (__sync_fetch_and_add(count, 1) + 1) % interval != 0) return leave_out();
  return take(skb, chosen->snapshot_length);
}

// The fanout group's member for a packet, modulo the members of the group.
SEC("socket")
int steer(struct __sk_buff* skb) {
  const struct capture_settings* chosen = current_settings();
  if (chosen == 0) return 0;
  const place first = skb->pkt_type == PACKET_OUTGOING ? first_place(skb) : network_place(skb);
  return conversation_hash(skb, first, chosen->seed, chosen->decapsulate);
}

// The licence of the kernel's helpers that these programs call.
char program_license[] SEC("license") = "Dual BSD/GPL";
