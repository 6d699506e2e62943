// bpf/'s programs for capture sockets, loaded into the kernel through libbpf.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "source/sampling.h"

namespace flowtap {

/// The programs of one capture socket, and their counters. They stay in the kernel until this object and the socket are
/// gone. libbpf is loaded when the first is made.
class KernelPrograms {
 public:
  struct Options {
    std::string object;  // path of capture.bpf.o
    Sampling sampling;
    uint32_t snapshotLength = 128;  // octets that the filter lets the kernel copy of a frame
  };

  /// Loads the programs; nothing, and why in `error` (one line), where the object, libbpf or the privilege is missing.
  static std::unique_ptr<KernelPrograms> load(const Options& options, std::string& error);

  virtual ~KernelPrograms() = default;

  /// Descriptor of the socket filter, for SO_ATTACH_BPF. It samples, cuts frames to the snapshot length and says of a
  /// super-packet how many segments it stands for: see segmentsOf().
  virtual int filter() const = 0;

  /// Descriptor of the steering program, for PACKET_FANOUT_EBPF: its result, modulo the members of the group, is the
  /// same for both directions of a conversation and for all fragments of a datagram.
  virtual int steering() const = 0;

  /// Packets that the filter left out by sampling.
  virtual uint64_t sampledOut() const = 0;

  /// The filter returns the snapshot length, or more by their number for a frame of several segments.
  static uint32_t segmentsOf(uint32_t capturedLength, uint32_t snapshotLength) {
    return capturedLength > snapshotLength ? capturedLength - snapshotLength : 1;
  }
};

}  // namespace flowtap
