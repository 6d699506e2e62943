// Frames out of an interface through a packet socket, many at a time.
#pragma once

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "pace.h"

namespace bench {

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "send: %s\n", what.c_str());
  std::exit(1);
}

/// The interface's own counts of what it sent and what it had to drop of that. They are 32 bits wide.
struct InterfaceCounters {
  uint32_t sent = 0;
  uint32_t dropped = 0;

  static InterfaceCounters of(const std::string& interface) {
    InterfaceCounters found;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) return found;
    for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
      if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_PACKET || interface != each->ifa_name) continue;
      if (each->ifa_data == nullptr) continue;
      const auto* const statistics = static_cast<const rtnl_link_stats*>(each->ifa_data);
      found = {statistics->tx_packets, statistics->tx_dropped};
    }
    freeifaddrs(list);
    return found;
  }
};

/// Sends frames at once, past the queueing discipline: the kernel says then which ones it had no room for, and these
/// are sent again.
class PacketSocket {
 public:
  explicit PacketSocket(const std::string& interface) : descriptor_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    if (descriptor_ < 0) fail(std::string("packet socket: ") + std::strerror(errno));
    address_.sll_family = AF_PACKET;
    address_.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    if (address_.sll_ifindex == 0) fail(interface + ": no such interface");
    ifreq request{};
    std::strncpy(request.ifr_name, interface.c_str(), IFNAMSIZ - 1);
    if (ioctl(descriptor_, SIOCGIFMTU, &request) != 0) fail(interface + ": " + std::strerror(errno));
    constexpr size_t headerAndTag = 14 + 4;
    longest_ = static_cast<size_t>(request.ifr_mtu) + headerAndTag;
    const int bypass = 1;
    setsockopt(descriptor_, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof bypass);
  }
  PacketSocket(const PacketSocket&) = delete;
  PacketSocket& operator=(const PacketSocket&) = delete;
  ~PacketSocket() { close(descriptor_); }

  int interfaceIndex() const { return address_.sll_ifindex; }
  /// Octets of the longest frame that the interface takes.
  size_t longest() const { return longest_; }

  /// Frames that were sent, and those that the kernel refused for what they are.
  struct Outcome {
    uint64_t sent = 0;
    uint64_t octets = 0;
    uint64_t refused = 0;
  };

  /// Sends all of `frames`.
  Outcome send(std::vector<std::vector<uint8_t>>& frames) {
    Outcome outcome;
    vectors_.resize(frames.size());
    messages_.assign(frames.size(), {});
    for (size_t i = 0; i < frames.size(); ++i) {
      vectors_[i] = {frames[i].data(), frames[i].size()};
      messages_[i].msg_hdr.msg_name = &address_;
      messages_[i].msg_hdr.msg_namelen = sizeof address_;
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
    for (size_t at = 0; at < frames.size();) {
      const int count = sendmmsg(descriptor_, &messages_[at], static_cast<unsigned>(frames.size() - at), 0);
      if (count > 0) {
        for (int i = 0; i < count; ++i) outcome.octets += frames[at + static_cast<size_t>(i)].size();
        outcome.sent += static_cast<uint64_t>(count);
        at += static_cast<size_t>(count);
      } else if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR) {
        constexpr int64_t pause = 50'000;
        sleepUntil(nanosecondsNow() + pause);
      } else if (errno == EMSGSIZE || errno == EINVAL) {
        ++outcome.refused;
        ++at;
      } else {
        fail(std::string("sendmmsg: ") + std::strerror(errno));
      }
    }
    return outcome;
  }

 private:
  int descriptor_;
  size_t longest_ = 0;
  sockaddr_ll address_{};
  std::vector<iovec> vectors_;
  std::vector<mmsghdr> messages_;
};

}  // namespace bench
