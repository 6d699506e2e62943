// Packets of one network interface, through libpcap.
#pragma once

#include <pcap/pcap.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "source/kernel_programs.h"
#include "source/packet_source.h"
#include "source/sampling.h"

namespace flowtap {

/// How interfaces are captured.
struct LiveOptions {
  std::vector<std::string> interfaces;  // names, "any" for all; empty where captures are read
  std::string filter;                   // libpcap expression; works in the kernel
  bool promiscuous = true;
  uint32_t snapshotLength = 128;     // octets of a frame that are looked at
  uint32_t bufferOctets = 64 << 20;  // of each interface; 2 MB lost 1 to 6 % at 1.3 M packets/s
  uint32_t decapsulate = 0;          // as in DecoderOptions
  Sampling sampling;                 // for the kernel-side program
  std::string kernelPrograms;        // path of capture.bpf.o, empty to do without
  uint32_t threads = 1;              // meters that share the interfaces by PACKET_FANOUT
  uint16_t fanoutGroup = 0;          // of the first interface; the others follow
};

/// One interface, from opening to closing. All waiting is the owner's: nothing here blocks for longer than it takes to
/// empty the capture buffer.
class LiveInterface {
 public:
  /// Milliseconds after which the kernel hands over a block that is not full.
  static constexpr int blockTimeout = 20;

  enum class Outcome : uint8_t { opened, notUp, absent, failed };

  /// What open() needs to know.
  struct Request {
    const std::string& name;
    const LiveOptions& options;
    const KernelPrograms* programs = nullptr;  // null to do without; must outlive the interface
    uint16_t fanoutGroup = 0;
  };

  /// Opens an interface, or says in `error` (one line) why not. It is held back until begin(): it receives nothing, so
  /// that meters that share it start together. Takes some blockTimeouts.
  static std::unique_ptr<LiveInterface> open(const Request& request, Outcome& outcome, std::string& error);
  ~LiveInterface();
  LiveInterface(const LiveInterface&) = delete;
  LiveInterface& operator=(const LiveInterface&) = delete;

  /// Lets packets in that the filter of the options accepts; again when it has changed. Says why not, else nothing.
  std::string begin();

  /// Fills up to `capacity` packets, whose octets lie in `memory` with `stride` octets for each. False, with the reason
  /// in `error`, when the interface has gone.
  bool read(RawPacket* packets, size_t capacity, size_t& count, uint8_t* memory, size_t stride, std::string& error);

  /// Lets no further packets in; those in the buffer can be read for some blockTimeouts more.
  void reject();

  /// Adds to `counters` what was received, dropped, delivered and left out since the last call.
  void count(LiveCounters& counters);

  /// What the interface's MTU is now; 0 where it is not known. Longer frames are super-packets.
  void setMtu(uint32_t mtu) { mtu_ = mtu; }

  /// To be polled for reading.
  int descriptor() const { return descriptor_; }
  uint16_t linkType() const { return linkType_; }
  /// Whether frames carry the index of their interface (LINKTYPE_LINUX_SLL2), as those of "any" do.
  bool isCooked() const { return cooked_; }

 private:
  struct Delivery;

  explicit LiveInterface(const Request& request)
      : name_(request.name), options_(request.options), programs_(request.programs) {}
  bool attachesProgram() const;
  std::string setUp(pcap_t* handle);
  std::string joinFanout(uint16_t group);
  std::string setClassicFilter();
  void discard();

  const std::string& name_;
  const LiveOptions& options_;
  const KernelPrograms* programs_;
  pcap_t* handle_ = nullptr;
  int descriptor_ = -1;
  uint16_t linkType_ = 0;
  bool cooked_ = false;
  uint32_t mtu_ = 0;
  bool tellsSegments_ = false;  // the filter is our program
  uint32_t seenReceived_ = 0;   // libpcap's counters are 32 bits wide and wrap
  uint32_t seenDropped_ = 0;
  uint64_t seenSampledOut_ = 0;  // when this interface was opened, then at the last count()
  uint64_t delivered_ = 0;       // not yet fetched by count()
  uint64_t superPackets_ = 0;
};

}  // namespace flowtap
