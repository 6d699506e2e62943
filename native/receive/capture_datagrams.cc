#include "receive/capture_datagrams.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "decode/ether_chain.h"
#include "decode/ipv4.h"
#include "decode/ipv6.h"
#include "decode/link_type.h"
#include "decode/transport.h"
#include "source/capture_list.h"

namespace flowtap {

namespace {

constexpr size_t batchSize = 64;
constexpr size_t maxNotices = 1000;

/// As DatagramHead and FragmentKey have addresses.
void writeAddress(uint8_t (&to)[16], const uint8_t* from, bool isIpv6) {
  if (isIpv6) {
    std::memcpy(to, from, 16);
    return;
  }
  std::memset(to, 0, 10);
  to[10] = to[11] = 0xff;
  std::memcpy(to + 12, from, 4);
}

/// Offset and "more fragments" of a fragment: of IPv4 in its header, of IPv6 in the fragment header before the cursor.
FragmentPart partOf(const IpHeader& ip, const Cursor& cursor) {
  if (!ip.isLaterFragment()) return {cursor.data, cursor.wire, 0, true};
  if (ip.isIpv6()) {
    const uint16_t field = load16(cursor.data - 6);
    return {cursor.data, cursor.wire, field & 0xfff8U, (field & 1) != 0};
  }
  const uint16_t field = load16(ip.source - 6);
  return {cursor.data, cursor.wire, (field & 0x1fffU) * 8, (field & 0x2000) != 0};
}

}  // namespace

CaptureDatagrams::CaptureDatagrams(const std::string& capture, DatagramRing& ring) : ring_(ring) {
  SourceListener& listener = *this;
  source_ = std::make_unique<CaptureList>(std::vector<std::string>{capture}, listener);
}

CaptureDatagrams::~CaptureDatagrams() = default;

bool CaptureDatagrams::read() {
  bool more = true;
  while (more) {
    const size_t most = std::min(batchSize, ring_.space());
    if (most == 0) break;
    RawPacket raw[batchSize];
    size_t count = 0;
    more = source_->read(raw, most, count) != PacketSource::State::end;
    for (size_t i = 0; i < count; ++i) take(raw[i]);
  }
  ring_.publish();
  return more;
}

void CaptureDatagrams::take(const RawPacket& raw) {
  ++counters_.packets;
  Cursor cursor{raw.data, raw.capturedLength, std::max(raw.capturedLength, raw.wireLength)};
  LinkHeaders link;
  IpHeader ip{};
  Ignored ignored = raw.hasDate() ? readLinkType(raw.linkType, cursor, link) : Ignored::outOfRange;
  if (ignored == Ignored::none) ignored = followToIp(cursor, link);
  if (ignored == Ignored::none)
    ignored = link.etherType == etherType::ipv4 ? readIpv4(cursor, ip) : readIpv6(cursor, ip);
  if (ignored != Ignored::none) {
    ++counters_.undecodable;
  } else if (ip.protocol != ipProtocol::udp) {
    ++counters_.notUdp;
  } else if (cursor.remaining < cursor.wire) {
    ++counters_.truncated;
  } else if (ip.isFragment()) {
    takeFragment(raw, link, ip, cursor);
  } else {
    takeDatagram(cursor.data, cursor.wire, ip, raw.time, 1);
  }
}

void CaptureDatagrams::takeFragment(const RawPacket& raw, const LinkHeaders& link, const IpHeader& ip,
                                    const Cursor& cursor) {
  FragmentKey key{};
  writeAddress(key.sourceAddress, ip.source, ip.isIpv6());
  writeAddress(key.destinationAddress, ip.destination, ip.isIpv6());
  key.identification = ip.identification;
  key.vlanId = link.vlanId;
  key.protocol = ipProtocol::udp;
  key.version = ip.isIpv6() ? 6 : 4;
  const Reassembly::Whole whole = reassembly_.add(key, partOf(ip, cursor), raw.time);
  if (whole.data != nullptr) takeDatagram(whole.data, whole.octets, ip, raw.time, whole.parts);
}

/// `udp` is at the UDP header, RFC 768.
void CaptureDatagrams::takeDatagram(const uint8_t* udp, uint32_t octets, const IpHeader& ip, int64_t time,
                                    uint32_t packets) {
  const uint32_t length = octets < udpHeaderOctets ? 0 : load16(udp + 4);
  if (length < udpHeaderOctets || length > octets) {
    counters_.undecodable += packets;
    return;
  }
  DatagramHead head{};
  head.time = static_cast<double>(time);
  writeAddress(head.sourceAddress, ip.source, ip.isIpv6());
  head.sourcePort = load16(udp);
  head.destinationPort = load16(udp + 2);
  ring_.put(head, udp + udpHeaderOctets, length - udpHeaderOctets);
  counters_.datagramPackets += packets;
  ++counters_.datagrams;
  counters_.octets += length - udpHeaderOctets;
}

CaptureDatagramCounters CaptureDatagrams::counters() const {
  CaptureDatagramCounters counters = counters_;
  counters.incomplete = reassembly_.incomplete();
  const uint64_t undescribed = source_->undescribed();
  counters.packets += undescribed;
  counters.undecodable += undescribed;
  return counters;
}

std::vector<SourceNotice> CaptureDatagrams::takeNotices() {
  return std::exchange(notices_, {});
}

void CaptureDatagrams::notice(SourceNotice notice) {
  if (notices_.size() < maxNotices || notice.fatal) notices_.push_back(std::move(notice));
}

bool CaptureDatagrams::decodes(uint16_t linkType) const {
  return isDecodedLinkType(linkType);
}

}  // namespace flowtap
