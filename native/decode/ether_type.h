// What follows a link-layer header, said in EtherTypes (https://www.iana.org/assignments/ieee-802-numbers), whatever
// the header's own way of saying it. Also the numbers under which frames without IP are counted.
#pragma once

#include <cstdint>

namespace flowtap {

namespace etherType {
inline constexpr uint16_t ipv4 = 0x0800;
inline constexpr uint16_t arp = 0x0806;
inline constexpr uint16_t transparentEthernet = 0x6558;  // RFC 1701: an Ethernet frame follows
inline constexpr uint16_t vlan = 0x8100;                 // 802.1Q customer tag
inline constexpr uint16_t ipv6 = 0x86dd;
inline constexpr uint16_t ppp = 0x880b;  // RFC 2637: a PPP frame follows
inline constexpr uint16_t mplsUnicast = 0x8847;
inline constexpr uint16_t mplsMulticast = 0x8848;
inline constexpr uint16_t pppoeDiscovery = 0x8863;
inline constexpr uint16_t pppoeSession = 0x8864;
inline constexpr uint16_t serviceVlan = 0x88a8;  // 802.1ad service tag
inline constexpr uint16_t erspan = 0x88be;       // in GRE: ERSPAN type I and II
inline constexpr uint16_t lldp = 0x88cc;
inline constexpr uint16_t oldVlan9100 = 0x9100;  // QinQ before 802.1ad
inline constexpr uint16_t oldVlan9200 = 0x9200;
inline constexpr uint16_t erspan3 = 0x22eb;  // in GRE: ERSPAN type III

/// 802.3: below this the field is a length and LLC follows.
inline constexpr uint16_t first = 0x0600;
}  // namespace etherType

/// Numbers below the first EtherType for frames that have none. 0x00 to 0xff is the LLC destination service access
/// point: 0x42 spanning tree, 0xe0 and 0xff IPX, 0xf0 NetBIOS, 0xfe IS-IS, 0xaa SNAP with an organization's own
/// protocol (CDP, PVST+).
namespace nonIpType {
inline constexpr uint16_t wifiManagement = 0x0100;
inline constexpr uint16_t wifiControl = 0x0101;
inline constexpr uint16_t wifiWithoutData = 0x0102;
inline constexpr uint16_t wifiEncrypted = 0x0103;
inline constexpr uint16_t addressFamily = 0x0110;  // BSD loopback with neither IPv4 nor IPv6
inline constexpr uint16_t cooked = 0x0120;         // Linux cooked: plus the low four bits of a protocol below 0x0600
}  // namespace nonIpType

}  // namespace flowtap
