// What one packet tells the flow table: the seam between decoding and metering.
#pragma once

#include <cstdint>

namespace flowtap {

/// Encapsulations that `--decapsulate` can look into. The values are written to flow records.
enum class Tunnel : uint8_t {
  none = 0,
  ipv4InIpv4 = 1,  // RFC 2003, "4in4"
  ipv4InIpv6 = 2,  // RFC 2473, "4in6"
  ipv6InIpv4 = 3,  // RFC 4213, "6in4"
  ipv6InIpv6 = 4,  // RFC 2473, "6in6"
  gre = 5,         // RFC 2784, 2890
  vxlan = 6,       // RFC 7348
  geneve = 7,      // RFC 8926
  gtpu = 8,        // 3GPP TS 29.281
  teredo = 9,      // RFC 4380
  l2tp = 10,       // RFC 2661, 3931
};

/// Bits of Packet::flags.
namespace packetFlag {
inline constexpr uint8_t ipv6 = 0x01;           // addresses are IPv6, else v4-mapped IPv4
inline constexpr uint8_t fragment = 0x02;       // part of a fragmented datagram, the first part included
inline constexpr uint8_t laterFragment = 0x04;  // fragment offset above zero: no transport header here
inline constexpr uint8_t tcpHeader = 0x08;      // the fixed TCP header was captured: sequence, flags, window are valid
inline constexpr uint8_t icmp = 0x10;           // ICMP or ICMPv6: tcpSequence holds identifier, type and code
}  // namespace packetFlag

/// Bits of Packet::tcpOptions (the option kinds seen, RFC 9293 section 3.1 and the IANA registry).
namespace tcpOption {
inline constexpr uint8_t maximumSegmentSize = 0x01;
inline constexpr uint8_t windowScale = 0x02;
inline constexpr uint8_t sackPermitted = 0x04;
inline constexpr uint8_t sack = 0x08;
inline constexpr uint8_t timestamps = 0x10;
inline constexpr uint8_t mptcpCapable = 0x20;
inline constexpr uint8_t fastOpen = 0x40;
inline constexpr uint8_t other = 0x80;
}  // namespace tcpOption

/// Summary of one metered packet. Line 0, serviceVlanId and segments are all that the base flow record needs; the rest
/// of lines 1 and 2 feeds the optional statistics groups and extended keys, and is written only then (see
/// Decoder::decode). All integers in host byte order, addresses as on the wire.
struct alignas(64) Packet {
  // ---- line 0: the flow key, then what the base record adds up
  uint8_t sourceAddress[16];       // IPv4 as ::ffff:a.b.c.d
  uint8_t destinationAddress[16];  // IPv4 as ::ffff:a.b.c.d
  uint16_t sourcePort;             // ICMP: see icmpKey() in decode/icmp.h
  uint16_t destinationPort;
  uint8_t protocol;      // of the innermost IP header that is metered
  uint8_t flags;         // packetFlag
  uint16_t vlanId;       // innermost 802.1Q tag, 0 when untagged
  int64_t time;          // microseconds since 1970-01-01 UTC
  uint32_t ipOctets;     // length of the IP packet as its header says (RFC 7012 octetDeltaCount)
  uint32_t linkOctets;   // length of the frame on the wire (layer2OctetDeltaCount)
  uint32_t tcpSequence;  // ICMP: identifier << 16 | type << 8 | code
  uint8_t tcpFlags;      // CWR ECE URG ACK PSH RST SYN FIN
  uint8_t ipClassOfService;
  uint8_t ttl;        // or hop limit
  uint8_t interface;  // slot in the meter's interface table
  // ---- line 1: transport and link detail
  uint32_t tcpAcknowledgement;
  uint32_t payloadOctets;  // behind the transport header, by IP length; of a later fragment all; 0 when unknown
  uint16_t serviceVlanId;  // outer tag of a stack (802.1ad), 0 when there is no second tag
  uint16_t tcpWindow;
  uint16_t tcpMaximumSegmentSize;
  uint8_t tcpWindowScale;
  uint8_t tcpOptions;    // tcpOption
  uint8_t sourceMac[6];  // zero where the link has none
  uint8_t destinationMac[6];
  uint32_t mplsLabels[3];  // top first, as RFC 3032 packs them without TTL: label << 4 | traffic class << 1 | bottom
  uint8_t mplsDepth;       // labels on the stack, counted beyond three
  uint8_t mplsTopTtl;
  Tunnel tunnel;      // innermost encapsulation that was opened
  uint8_t tcpUrgent;  // 1 when URG is set with a non-zero pointer
  uint32_t tunnelId;  // VNI, GRE key, PPTP call, ERSPAN session, TEID or L2TP session, 0 without
  uint16_t segments;  // frames on the wire that it stands for: 1, or more for a super-packet (GRO, GSO)
  uint8_t reserved[6];
  // ---- line 2: the outer header of `tunnel`
  uint8_t outerSourceAddress[16];
  uint8_t outerDestinationAddress[16];
  uint8_t reserved2[32];
};
static_assert(sizeof(Packet) == 192, "a packet summary is three cache lines");

/// Why a packet was not metered. Every packet is either metered or counted under exactly one of these (design rule 5).
enum class Ignored : uint8_t {
  none = 0,         // metered
  nonIp,            // a frame of another ethertype, counted by it
  truncatedLink,    // capture ends inside the link-layer headers
  truncatedIp,      // capture ends inside the fixed IP header
  malformedIp,      // header length, total length or version contradict each other
  malformedLink,    // link-layer header contradicts itself
  unknownLinkType,  // no decoder for the capture's link type
  tooDeep,          // more nested headers than the decoder follows
  filtered,         // --filter said no
  sampledOut,       // --sample left it out
  outOfRange,       // timestamp is not a date flowtap can store
  undescribed,      // a pcapng packet of an interface that its file never described
  noRoom,           // the flow table was full and so was the way out
  count
};

}  // namespace flowtap
