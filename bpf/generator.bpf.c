// The live benchmarks' packet generator: run over live frames (BPF_F_TEST_XDP_LIVE_FRAMES, kernel 5.18) it makes each
// of them the plan's next frame and sends it. bench/send.cc runs it.

#include "kernel.h"
#include "traffic.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct traffic_plan);
} plan SEC(".maps");

// Frames made so far. One thread at a time runs the program.
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} made SEC(".maps");

SEC("xdp")
int generate(struct xdp_md* context) {
  const __u32 only = 0;
  const struct traffic_plan* chosen = bpf_map_lookup_elem(&plan, &only);
  __u64* count = bpf_map_lookup_elem(&made, &only);
  __u8* frame = (__u8*)(long)context->data;
  if (chosen == 0 || count == 0 || frame + TRAFFIC_HEADER_OCTETS > (__u8*)(long)context->data_end) return XDP_ABORTED;
  if (*count >= chosen->packets) return XDP_DROP;
  traffic_write(chosen, *count, frame);
  ++*count;
  return bpf_redirect(chosen->interface_index, 0);
}

char program_license[] SEC("license") = "Dual BSD/GPL";
