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
    // Bit 1 << Tunnel for each kind that the meter opens, as in DecoderOptions. Of these the programs open GRE, VXLAN
    // and IP in IP, so that the inner conversation counts. With tunnels that the meter does not open, it must not: the
    // outer flow would be shared out over threads.
    uint32_t decapsulate = 0;
  };

  /// Loads the programs; nothing, and why in `error` (one line), where the object, libbpf or the privilege is missing.
  static std::unique_ptr<KernelPrograms> load(const Options& options, std::string& error);

  virtual ~KernelPrograms() = default;

  /// Descriptor of the socket filter, for SO_ATTACH_BPF. It leaves out the second sight of loopback's packets, samples,
  /// cuts frames to the snapshot length and says of a super-packet how many segments it stands for: see segmentsOf().
  /// Systematic sampling counts the packets of all sockets that it is attached to.
  virtual int filter() const = 0;

  /// Descriptor of the steering program, for PACKET_FANOUT_EBPF: its result, modulo the members of the group, is the
  /// same for both directions of a conversation and for all fragments of a datagram.
  virtual int steering() const = 0;

  /// Packets that the filter left out by sampling. A super-packet is one.
  virtual uint64_t sampledOut() const = 0;

  /// The segments that a frame stands for. The filter returns the snapshot length, and a step more for each of several
  /// segments, so that tp_snaplen tells. A super-packet that is shorter than both together counts as one: two segments
  /// with less than 45 octets of payload each, at a snapshot length of 128.
  static uint32_t segmentsOf(uint32_t capturedLength, uint32_t snapshotLength) {
    constexpr uint32_t step = 8;  // CAPTURE_SEGMENT_STEP of bpf/capture_settings.h
    return capturedLength >= snapshotLength + 2 * step ? (capturedLength - snapshotLength) / step : 1;
  }
};

}  // namespace flowtap
