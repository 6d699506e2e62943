// The kernel-side programs run over single frames, without a socket (BPF_PROG_TEST_RUN).
#pragma once

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "source/kernel_programs.h"

namespace program {

inline constexpr const char* object = "build/bpf/capture.bpf.o";

inline long bpf(int command, bpf_attr& attributes) {
  return syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

/// Why nothing can be tested here; empty when it can.
inline std::string obstacle() {
  if (access(object, R_OK) != 0) return std::string(object) + " was not built (it needs clang and libbpf-dev)";
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  const long map = bpf(BPF_MAP_CREATE, attributes);
  if (map < 0) return std::string("the kernel forbids bpf(): ") + std::strerror(errno);
  close(static_cast<int>(map));
  return "";
}

/// Ends the test, loudly but well, where the kernel or the build stands in its way.
inline bool skips(const char* test) {
  const std::string why = obstacle();
  if (why.empty()) return false;
  std::fprintf(stderr, "\n*** SKIPPED: %s: %s ***\n\n", test, why.c_str());
  return true;
}

/// The programs, which must load where obstacle() found none.
inline std::unique_ptr<flowtap::KernelPrograms> load(const flowtap::KernelPrograms::Options& options) {
  std::string error;
  auto loaded = flowtap::KernelPrograms::load(options, error);
  if (loaded == nullptr) {
    std::fprintf(stderr, "%s\n", error.c_str());
    std::exit(1);
  }
  return loaded;
}

/// Segments of a frame as the kernel keeps them.
struct Segments {
  uint32_t count = 0;
  uint32_t size = 0;
};

/// What a program returns for an Ethernet frame. The frame is cut where the kernel takes no more: at about a page.
inline uint32_t run(int descriptor, const uint8_t* frame, size_t octets, Segments segments = {}) {
  constexpr size_t most = 3000;
  __sk_buff context;
  std::memset(&context, 0, sizeof context);
  context.gso_segs = segments.count;
  context.gso_size = segments.size;
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof attributes);
  attributes.test.prog_fd = static_cast<uint32_t>(descriptor);
  attributes.test.data_in = reinterpret_cast<uintptr_t>(frame);
  attributes.test.data_size_in = static_cast<uint32_t>(std::min(octets, most));
  attributes.test.ctx_in = reinterpret_cast<uintptr_t>(&context);
  attributes.test.ctx_size_in = sizeof context;
  attributes.test.repeat = 1;
  if (bpf(BPF_PROG_TEST_RUN, attributes) != 0) {
    std::fprintf(stderr, "BPF_PROG_TEST_RUN of %zu octets: %s\n", octets, std::strerror(errno));
    std::exit(1);
  }
  return attributes.test.retval;
}

}  // namespace program
