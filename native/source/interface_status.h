// What the kernel says of a network interface.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace flowtap {

struct InterfaceStatus {
  uint32_t index = 0;    // 0 for "any"
  uint32_t mtu = 0;      // of IP packets; 0 where it is not known
  bool up = false;       // switched on; whether there is a carrier is another question
  uint32_t dropped = 0;  // rx_dropped plus rx_missed_errors, modulo 2^32; of "any" those of all interfaces
};

/// The status of interface `name` now, or nothing when there is no such interface. "any" always is.
std::optional<InterfaceStatus> interfaceStatus(const std::string& name);

}  // namespace flowtap
