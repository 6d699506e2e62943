#include "source/interface_status.h"

#include <ifaddrs.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace flowtap {

namespace {

uint32_t mtuOf(const std::string& name) {
  ifreq request{};
  if (name.size() >= sizeof request.ifr_name) return 0;
  name.copy(request.ifr_name, name.size());
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return 0;
  const bool known = ::ioctl(socket, SIOCGIFMTU, &request) == 0;
  ::close(socket);
  return known && request.ifr_mtu > 0 ? static_cast<uint32_t>(request.ifr_mtu) : 0;
}

}  // namespace

std::optional<InterfaceStatus> interfaceStatus(const std::string& name) {
  const bool any = name == "any";
  std::optional<InterfaceStatus> found;
  if (any) found = InterfaceStatus{.index = 0, .mtu = 0, .up = true, .dropped = 0};
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return found;
  for (const ifaddrs* each = all; each != nullptr; each = each->ifa_next) {
    // Link-layer entries carry the interface's counters.
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_PACKET) continue;
    if (!any && name != each->ifa_name) continue;
    if (!any) {
      found = InterfaceStatus{
          .index = ::if_nametoindex(each->ifa_name), .mtu = mtuOf(name), .up = (each->ifa_flags & IFF_UP) != 0};
    }
    if (each->ifa_data == nullptr) continue;
    const auto* counters = static_cast<const rtnl_link_stats*>(each->ifa_data);
    found->dropped += counters->rx_dropped + counters->rx_missed_errors;
  }
  ::freeifaddrs(all);
  return found;
}

}  // namespace flowtap
