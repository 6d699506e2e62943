#include "receive/udp_socket.h"

#include <arpa/inet.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace flowtap {

namespace {

/// An address of either family and its length.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

bool parse(const UdpAddress& address, SocketAddress& parsed) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(address.port);
  if (::inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1) {
    std::memcpy(&parsed.storage, &v4, sizeof v4);
    parsed.length = sizeof v4;
    return true;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  if (::inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) != 1) return false;
  std::memcpy(&parsed.storage, &v6, sizeof v6);
  parsed.length = sizeof v6;
  return true;
}

uint16_t portOf(int descriptor) {
  SocketAddress own;
  own.length = sizeof own.storage;
  if (::getsockname(descriptor, own.get(), &own.length) != 0) return 0;
  if (own.storage.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&own.storage)->sin_port);
  return ntohs(reinterpret_cast<const sockaddr_in6*>(&own.storage)->sin6_port);
}

bool turnOn(int descriptor, int level, int option, int value = 1) {
  return ::setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

}  // namespace

UdpSocket::~UdpSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int UdpSocket::open(const UdpAddress& address, PortSharing sharing, uint32_t bufferOctets) {
  SocketAddress bound;
  if (!parse(address, bound)) return EINVAL;
  descriptor_ = ::socket(bound.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor_ < 0) return errno;
  const auto wanted = static_cast<int>(bufferOctets);
  if (!turnOn(descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, wanted)) turnOn(descriptor_, SOL_SOCKET, SO_RCVBUF, wanted);
  turnOn(descriptor_, SOL_SOCKET, SO_TIMESTAMPNS);
  if (sharing == PortSharing::shared && !turnOn(descriptor_, SOL_SOCKET, SO_REUSEPORT)) return errno;
  if (bound.storage.ss_family == AF_INET6) turnOn(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, address.host == "::" ? 0 : 1);
  if (::bind(descriptor_, bound.get(), bound.length) != 0) return errno;
  port_ = portOf(descriptor_);
  int granted = 0;
  socklen_t length = sizeof granted;
  // The kernel doubles what is asked for, for its own bookkeeping (socket(7)).
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &granted, &length) == 0)
    bufferOctets_ = static_cast<uint32_t>(granted / 2);
  return 0;
}

uint32_t UdpSocket::dropped() const {
  // The counter that SO_RXQ_OVFL puts on datagrams, but also when none follow the dropped ones.
  uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof memory;
  if (::getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, memory, &length) != 0) return 0;
  return memory[SK_MEMINFO_DROPS];
}

}  // namespace flowtap
