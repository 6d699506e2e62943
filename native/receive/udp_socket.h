// A bound UDP socket that flow records come in by.
#pragma once

#include <cstdint>
#include <string>

namespace flowtap {

struct UdpAddress {
  std::string host;   // an address in text; "::" takes IPv4, too
  uint16_t port = 0;  // 0 for any free one
};

/// Whether several sockets of this process share the port: the kernel spreads senders over them.
enum class PortSharing : uint8_t { alone, shared };

class UdpSocket {
 public:
  UdpSocket() = default;
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// Binds the socket and asks for a receive buffer of `bufferOctets`, beyond the system's limit where that is
  /// permitted. 0 on success, else the error of the system; EINVAL for a host that is no numeric address.
  int open(const UdpAddress& address, PortSharing sharing, uint32_t bufferOctets);

  int descriptor() const { return descriptor_; }
  uint16_t port() const { return port_; }
  /// Octets of the receive buffer that the system granted, its own bookkeeping not counted.
  uint32_t bufferOctets() const { return bufferOctets_; }

  /// Datagrams that the kernel has dropped since the socket was opened, modulo 2^32.
  uint32_t dropped() const;

 private:
  int descriptor_ = -1;
  uint16_t port_ = 0;
  uint32_t bufferOctets_ = 0;
};

}  // namespace flowtap
