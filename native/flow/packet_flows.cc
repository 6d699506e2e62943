#include "flow/packet_flows.h"

#include <bit>
#include <cstring>
#include <utility>

#include "decode/ip_header.h"
#include "decode/link_type.h"
#include "decode/transport.h"
#include "source/capture_file.h"
#include "source/capture_list.h"

namespace flowtap {

namespace {

constexpr size_t maxNotices = 1000;
constexpr size_t enoughOctets = 1 << 20;  // of packets that wait to be written

uint64_t addressHalf(const uint8_t* from) {
  uint64_t value;
  std::memcpy(&value, from, sizeof value);
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

/// No later fragment learns its ports from the first one: each packet stands for itself.
DecoderOptions withoutReassembly() {
  DecoderOptions options;
  options.fragmentEntries = 0;
  return options;
}

/// Whether the capture ended before what tells flows of the protocol apart.
bool isIncomplete(const RawPacket& raw, const Packet& packet) {
  switch (packet.protocol) {
    case ipProtocol::tcp:
      return (packet.flags & packetFlag::tcpHeader) == 0;
    case ipProtocol::icmp:
    case ipProtocol::icmpv6:
      return (packet.flags & packetFlag::icmp) == 0;
    default:
      // The decoder leaves ports that were not captured zero.
      return hasKeyInTransport(packet.protocol) && raw.capturedLength < raw.wireLength && packet.sourcePort == 0 &&
             packet.destinationPort == 0;
  }
}

}  // namespace

// ---- pcap

void PcapOctets::begin(uint32_t linkType) {
  struct {
    uint32_t magic = 0xa1b2c3d4;
    uint16_t major = 2;
    uint16_t minor = 4;
    uint32_t zone = 0;
    uint32_t accuracy = 0;
    uint32_t snapshotLength = CaptureFile::largestPacket;
    uint32_t linkType;
  } header{.linkType = linkType};
  const auto* octets = reinterpret_cast<const uint8_t*>(&header);
  octets_.insert(octets_.end(), octets, octets + sizeof header);
  linkType_ = static_cast<uint16_t>(linkType);
  begun_ = true;
}

bool PcapOctets::add(const RawPacket& packet) {
  if (!begun_) begin(packet.linkType);
  if (packet.linkType != linkType_) return false;
  const uint32_t header[4] = {static_cast<uint32_t>(packet.time / 1'000'000),
                              static_cast<uint32_t>(packet.time % 1'000'000), packet.capturedLength, packet.wireLength};
  const auto* octets = reinterpret_cast<const uint8_t*>(header);
  octets_.insert(octets_.end(), octets, octets + sizeof header);
  octets_.insert(octets_.end(), packet.data, packet.data + packet.capturedLength);
  return true;
}

void PcapOctets::finish() {
  if (!begun_) begin(linkType_);
}

std::vector<uint8_t> PcapOctets::take() {
  return std::exchange(octets_, {});
}

// ---- flows

PacketFlows::PacketFlows(PacketFlowOptions options) : options_(std::move(options)), decoder_(withoutReassembly()) {
  SourceListener& listener = *this;
  source_ = std::make_unique<CaptureList>(std::vector<std::string>{options_.capture}, listener);
}

PacketFlows::~PacketFlows() = default;

PacketFlows::State PacketFlows::read(const PacketFlowColumns& columns, size_t capacity, size_t& rows) {
  rows = 0;
  while (rows + batch <= capacity && passed_.size() + rejected_.size() < enoughOctets) {
    RawPacket raw[batch];
    size_t count = 0;
    const PacketSource::State state = source_->read(raw, batch, count);
    counters_.packets += count;
    for (size_t i = 0; i < count; ++i) {
      if (raw[i].time < options_.from || raw[i].time >= options_.before) {
        ++counters_.outside;
        continue;
      }
      Packet packet;
      const Rejected reason = judge(raw[i], packet);
      if (reason == Rejected::count) {
        write(packet, columns, rows++);
        ++counters_.flows;
        if (options_.keepPassed && !passed_.add(raw[i])) return State::mixedLinkTypes;
      } else {
        ++counters_.rejected[static_cast<size_t>(reason)];
        if (options_.keepRejected && !rejected_.add(raw[i])) return State::mixedLinkTypes;
      }
    }
    if (state == PacketSource::State::end) return State::end;
  }
  return State::more;
}

Rejected PacketFlows::judge(const RawPacket& raw, Packet& packet) {
  if (!raw.hasDate()) return Rejected::malformed;
  switch (decoder_.decode(raw, packet)) {
    case Ignored::none:
      break;
    case Ignored::nonIp:
    case Ignored::unknownLinkType:
      return Rejected::notIp;
    default:
      return Rejected::malformed;
  }
  if ((packet.flags & packetFlag::ipv6) != 0 && !options_.takeIpv6) return Rejected::ipv6;
  const bool isLater = (packet.flags & packetFlag::laterFragment) != 0;
  if ((packet.flags & packetFlag::fragment) != 0 && options_.fragments == FragmentChoice::none)
    return Rejected::fragment;
  if (isLater && options_.fragments == FragmentChoice::first) return Rejected::fragment;
  if (options_.rejectIncomplete && !isLater && isIncomplete(raw, packet)) return Rejected::incomplete;
  return Rejected::count;
}

void PacketFlows::write(const Packet& packet, const PacketFlowColumns& columns, size_t row) {
  const bool isIpv6 = (packet.flags & packetFlag::ipv6) != 0;
  const bool isIcmp = (packet.flags & packetFlag::icmp) != 0;
  columns.time[row] = static_cast<uint64_t>(packet.time);
  columns.sourceHigh[row] = addressHalf(packet.sourceAddress);
  columns.sourceLow[row] = addressHalf(packet.sourceAddress + 8);
  columns.destinationHigh[row] = addressHalf(packet.destinationAddress);
  columns.destinationLow[row] = addressHalf(packet.destinationAddress + 8);
  columns.nextHopLow[row] = isIpv6 ? 0 : uint64_t{0xffff} << 32;
  columns.octets[row] = packet.ipOctets;
  // ICMP: type and code stand where the destination port would.
  columns.sourcePort[row] = isIcmp ? 0 : packet.sourcePort;
  columns.destinationPort[row] = isIcmp ? static_cast<uint16_t>(packet.tcpSequence) : packet.destinationPort;
  columns.protocol[row] = packet.protocol;
  columns.flags[row] = packet.tcpFlags;
}

PacketFlowCounters PacketFlows::counters() const {
  PacketFlowCounters counters = counters_;
  const uint64_t undescribed = source_->undescribed();
  counters.packets += undescribed;
  counters.rejected[static_cast<size_t>(Rejected::notIp)] += undescribed;
  return counters;
}

std::vector<SourceNotice> PacketFlows::takeNotices() {
  return std::exchange(notices_, {});
}

void PacketFlows::notice(SourceNotice notice) {
  if (notices_.size() < maxNotices || notice.fatal) notices_.push_back(std::move(notice));
}

bool PacketFlows::decodes(uint16_t linkType) const {
  return isDecodedLinkType(linkType);
}

}  // namespace flowtap
