#include "source/live_interface.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "source/libpcap.h"

// Since Linux 4.3 and 4.19's headers; older headers lack the names.
#ifndef PACKET_FANOUT_EBPF
#define PACKET_FANOUT_EBPF 7
#endif
#ifndef PACKET_FANOUT_DATA
#define PACKET_FANOUT_DATA 22
#endif
#ifndef SO_ATTACH_BPF
#define SO_ATTACH_BPF 50
#endif

namespace flowtap {

namespace {

constexpr uint32_t cookedHeader = 20;  // LINKTYPE_LINUX_SLL2, which libpcap puts before what the kernel's filter saw
constexpr uint32_t snapshotMargin = 4096;  // room above the snapshot length for the segments of super-packets
constexpr int noSuchDevice = PCAP_ERROR_NO_SUCH_DEVICE;

/// The longest frame that an interface of this MTU carries as one: with a link header and two VLAN tags.
uint32_t longestFrame(uint32_t mtu, bool cooked) {
  constexpr uint32_t etherHeader = 14, vlanTags = 8;
  if (mtu == 0 || mtu > UINT16_MAX) return UINT32_MAX;
  return mtu + (cooked ? cookedHeader : etherHeader) + vlanTags;
}

std::string systemText(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

/// One line for why an interface cannot be opened.
std::string activationText(const Libpcap& pcap, pcap_t* handle, int status) {
  if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
    return "capturing needs the capability CAP_NET_RAW (or root)";
  if (status == noSuchDevice) return "there is no such interface";
  if (status == PCAP_ERROR_IFACE_NOT_UP) return "the interface is down";
  const char* text = pcap.getError(handle);
  return text[0] != '\0' ? text : pcap.statusText(status);
}

}  // namespace

// ---- opening

std::unique_ptr<LiveInterface> LiveInterface::open(const Request& request, Outcome& outcome, std::string& error) {
  const LiveOptions& options = request.options;
  outcome = Outcome::failed;
  const Libpcap& pcap = libpcap();
  if (!pcap.error.empty()) {
    error = "live capture needs libpcap: " + pcap.error;
    return nullptr;
  }
  char reason[PCAP_ERRBUF_SIZE] = {};
  pcap_t* const handle = pcap.create(request.name.c_str(), reason);
  if (handle == nullptr) {
    error = reason;
    return nullptr;
  }
  std::unique_ptr<LiveInterface> opened(new LiveInterface(request));
  opened->handle_ = handle;
  pcap.setSnapshotLength(handle, static_cast<int>(options.snapshotLength + snapshotMargin));
  pcap.setPromiscuous(handle, options.promiscuous && request.name != "any" ? 1 : 0);
  pcap.setTimeout(handle, blockTimeout);
  pcap.setBufferSize(handle, static_cast<int>(options.bufferOctets));
  const int status = pcap.activate(handle);
  if (status < 0) {
    error = activationText(pcap, handle, status);
    outcome = status == noSuchDevice              ? Outcome::absent
              : status == PCAP_ERROR_IFACE_NOT_UP ? Outcome::notUp
                                                  : Outcome::failed;
    return nullptr;
  }
  error = opened->setUp(handle);
  if (error.empty() && options.threads > 1) error = opened->joinFanout(request.fanoutGroup);
  if (!error.empty()) return nullptr;
  outcome = Outcome::opened;
  return opened;
}

LiveInterface::~LiveInterface() {
  if (handle_ != nullptr) libpcap().close(handle_);
}

std::string LiveInterface::setUp(pcap_t* handle) {
  const Libpcap& pcap = libpcap();
  char reason[PCAP_ERRBUF_SIZE] = {};
  if (pcap.setNonBlocking(handle, 1, reason) != 0) return reason;
  descriptor_ = pcap.descriptor(handle);
  if (pcap.dataLink(handle) == DLT_LINUX_SLL && pcap.setDataLink(handle, DLT_LINUX_SLL2) == 0) cooked_ = true;
  linkType_ = linkTypeOf(pcap.dataLink(handle));
  if (programs_ != nullptr) seenSampledOut_ = programs_->sampledOut();
  // What came in since activation saw no filter and, of a shared interface, came to every meter.
  reject();
  discard();
  return {};
}

void LiveInterface::discard() {
  const Libpcap& pcap = libpcap();
  const auto ignore = [](u_char*, const pcap_pkthdr*, const u_char*) {};
  // Twice the time after which an unfinished block is handed over.
  for (;;) {
    while (pcap.dispatch(handle_, -1, ignore, nullptr) > 0) {
    }
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 2 * blockTimeout) <= 0 || (waiting.revents & POLLIN) == 0) break;
  }
  LiveCounters ignored;
  count(ignored);
}

/// Shares the interface's packets with the other meters: by our steering program, else by the kernel's own symmetric
/// hash, which keeps a tunnel whole instead of the conversations in it.
std::string LiveInterface::joinFanout(uint16_t group) {
  const auto join = [this, group](int type) {
    const int argument = group | type << 16;
    return ::setsockopt(descriptor_, SOL_PACKET, PACKET_FANOUT, &argument, sizeof argument) == 0;
  };
  if (programs_ == nullptr) return join(PACKET_FANOUT_HASH) ? "" : systemText("PACKET_FANOUT");
  if (!join(PACKET_FANOUT_EBPF)) return systemText("PACKET_FANOUT");
  const int steering = programs_->steering();
  if (::setsockopt(descriptor_, SOL_PACKET, PACKET_FANOUT_DATA, &steering, sizeof steering) == 0) return {};
  return systemText("PACKET_FANOUT_DATA");
}

// ---- filters

/// The kernel has room for one filter. A user's expression spares more copies than the knowledge of segments is worth,
/// but sampling has to come first of all.
bool LiveInterface::attachesProgram() const {
  return programs_ != nullptr && (options_.filter.empty() || options_.sampling.interval > 1);
}

std::string LiveInterface::begin() {
  tellsSegments_ = false;
  if (!attachesProgram()) return setClassicFilter();
  const int filter = programs_->filter();
  if (::setsockopt(descriptor_, SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof filter) != 0)
    return systemText("SO_ATTACH_BPF");
  tellsSegments_ = true;
  return {};
}

/// The user's expression; without one a program that only cuts frames to the snapshot length, which libpcap leaves to
/// filters. The loopback interface shows every packet twice, as sent and as received: once is enough.
std::string LiveInterface::setClassicFilter() {
  const Libpcap& pcap = libpcap();
  std::string expression = options_.filter;
  const char* once = cooked_ ? "not (ifindex 1 and outbound)" : name_ == "lo" ? "inbound" : "";
  if (once[0] != '\0') expression = expression.empty() ? once : std::string(once) + " and (" + expression + ")";
  bpf_program program{};
  if (pcap.compile(handle_, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) return pcap.getError(handle_);
  for (u_int at = 0; at < program.bf_len; ++at) {
    bpf_insn& instruction = program.bf_insns[at];
    if (instruction.code == (BPF_RET | BPF_K) && instruction.k != 0) instruction.k = options_.snapshotLength;
  }
  const int status = pcap.setFilter(handle_, &program);
  pcap.freeCode(&program);
  return status == 0 ? "" : pcap.getError(handle_);
}

void LiveInterface::reject() {
  sock_filter nothing[] = {{BPF_RET | BPF_K, 0, 0, 0}};
  const sock_fprog program{.len = 1, .filter = nothing};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

// ---- packets

/// Takes packets out of the capture buffer. They are copied, because libpcap gives a block back to the kernel before it
/// returns: 128 octets from a warm cache line are 5 to 10 ns.
struct LiveInterface::Delivery {
  RawPacket* packets;
  uint8_t* memory;
  size_t stride;
  size_t count;
  uint32_t snapshotLength;
  uint32_t headerOctets;  // that libpcap puts before the frame
  uint16_t linkType;
  uint32_t mtu;
  uint32_t longestFrame;  // that is no super-packet
  bool tellsSegments;
  uint64_t superPackets;

  static void take(u_char* user, const pcap_pkthdr* header, const u_char* octets) {
    auto& self = *reinterpret_cast<Delivery*>(user);
    const uint32_t length = std::min(header->caplen, static_cast<uint32_t>(self.stride));
    uint8_t* const copy = self.memory + self.count * self.stride;
    std::memcpy(copy, octets, length);
    uint32_t segments = 1;
    if (self.tellsSegments) {
      segments = KernelPrograms::segmentsOf(header->caplen - self.headerOctets, self.snapshotLength);
    } else if (header->len > self.longestFrame) {
      segments = 0;  // the decoder will know how much of it is headers
    }
    if (segments != 1) ++self.superPackets;
    self.packets[self.count++] = {
        .data = copy,
        .capturedLength = length,
        .wireLength = header->len,
        .time = static_cast<int64_t>(header->ts.tv_sec) * 1'000'000 + header->ts.tv_usec,
        .linkType = self.linkType,
        .interface = 0,
        .segments = static_cast<uint16_t>(segments),
        .mtu = static_cast<uint16_t>(self.mtu),
    };
  }
};

bool LiveInterface::read(RawPacket* packets, size_t capacity, size_t& count, uint8_t* memory, size_t stride,
                         std::string& error) {
  Delivery delivery{.packets = packets,
                    .memory = memory,
                    .stride = stride,
                    .count = 0,
                    .snapshotLength = options_.snapshotLength,
                    .headerOctets = cooked_ ? cookedHeader : 0,
                    .linkType = linkType_,
                    .mtu = mtu_,
                    .longestFrame = longestFrame(mtu_, cooked_),
                    .tellsSegments = tellsSegments_,
                    .superPackets = 0};
  const int status =
      libpcap().dispatch(handle_, static_cast<int>(capacity), Delivery::take, reinterpret_cast<u_char*>(&delivery));
  count = delivery.count;
  delivered_ += delivery.count;
  superPackets_ += delivery.superPackets;
  if (status >= 0 || status == PCAP_ERROR_BREAK) return true;
  error = libpcap().getError(handle_);
  return false;
}

void LiveInterface::count(LiveCounters& counters) {
  pcap_stat now{};
  if (libpcap().statistics(handle_, &now) == 0) {
    counters.received += now.ps_recv - seenReceived_;
    counters.droppedByKernel += now.ps_drop - seenDropped_;
    seenReceived_ = now.ps_recv;
    seenDropped_ = now.ps_drop;
  }
  if (tellsSegments_) {
    const uint64_t sampledOut = programs_->sampledOut();
    counters.sampledOut += sampledOut - seenSampledOut_;
    seenSampledOut_ = sampledOut;
  }
  counters.delivered += std::exchange(delivered_, 0);
  counters.superPackets += std::exchange(superPackets_, 0);
}

}  // namespace flowtap
