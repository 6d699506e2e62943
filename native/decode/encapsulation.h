// What a tunnel header tells.
#pragma once

#include <cstdint>

#include "decode/cursor.h"
#include "decode/ether_type.h"
#include "decode/link_headers.h"
#include "decode/packet.h"

namespace flowtap {

/// Filled by the tunnel readers. Each of them has the form
///   bool open…(Cursor& cursor, LinkHeaders& link, Encapsulation& tunnel)
/// and either moves the cursor to what `link.etherType` then names and returns true, or returns false because this is
/// no packet of that tunnel, or one of its control messages; what it was given is then to be thrown away.
struct Encapsulation {
  Tunnel kind = Tunnel::none;
  uint32_t id = 0;  // VNI, GRE key, PPTP call, ERSPAN session, TEID, L2TP session; 0 without
};

/// Names the IP version at the cursor from its first nibble, for tunnels that carry IP without saying which.
inline bool nameIpVersion(const Cursor& cursor, LinkHeaders& link) {
  if (!cursor.has(1)) return false;
  const uint8_t version = cursor.data[0] >> 4;
  link.etherType = version == 4 ? etherType::ipv4 : etherType::ipv6;
  return version == 4 || version == 6;
}

}  // namespace flowtap
