// The kernel's types and helpers.
#ifndef FLOWTAP_BPF_KERNEL_H
#define FLOWTAP_BPF_KERNEL_H

// clang-format off: the helpers' headers take the types for granted.
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
// clang-format on

#endif
