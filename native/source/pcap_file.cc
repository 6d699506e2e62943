// pcap, draft-ietf-opsawg-pcap. The file header:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                          Magic Number                         |
//   +---------------------------------------------------------------+
//   |          Major Version        |         Minor Version         |
//   +---------------------------------------------------------------+
//   |                           Reserved1                           |
//   +---------------------------------------------------------------+
//   |                           Reserved2                           |
//   +---------------------------------------------------------------+
//   |                            SnapLen                            |
//   +---------------------------------------------------------------+
//   | FCS |f|0 0 0 0 0 0 0 0 0 0 0 0|           LinkType            |
//   +---------------------------------------------------------------+
//
// and before each packet:
//
//   +---------------------------------------------------------------+
//   |                      Timestamp (Seconds)                      |
//   +---------------------------------------------------------------+
//   |            Timestamp (Microseconds or nanoseconds)            |
//   +---------------------------------------------------------------+
//   |                    Captured Packet Length                     |
//   +---------------------------------------------------------------+
//   |                    Original Packet Length                     |
//   +---------------------------------------------------------------+
//
// The modified format goes on with interface index (32 bits), protocol (16), packet type (8) and padding (8).
#include "source/pcap_file.h"

#include <algorithm>
#include <utility>

namespace flowtap {

namespace {

constexpr size_t fileHeader = 24;
constexpr size_t recordHeader = 16;
constexpr size_t modifiedRecordHeader = 24;

}  // namespace

bool PcapFile::recogniseMagic(const uint8_t* octets, Format& format) {
  for (const ByteOrder order : {ByteOrder::little, ByteOrder::big}) {
    format.order = order;
    format.fraction = Fraction::microseconds;
    format.recordHeader = recordHeader;
    switch (load32(octets, order)) {
      case 0xa1b2c3d4:
        return true;
      case 0xa1b23c4d:
        format.fraction = Fraction::nanoseconds;
        return true;
      case 0xa1b2cd34:
        format.recordHeader = modifiedRecordHeader;
        return true;
      default:
        break;
    }
  }
  return false;
}

bool PcapFile::recognises(const ByteStream& stream) {
  Format format{};
  return stream.available() >= 4 && recogniseMagic(stream.data(), format);
}

std::unique_ptr<CaptureFile> PcapFile::open(CaptureInput input) {
  const auto refuse = [&input](std::string text) {
    input.listener->notice({.source = std::move(input.name), .offset = 0, .text = std::move(text), .fatal = true});
    return nullptr;
  };
  switch (input.stream->fill(fileHeader)) {
    case ByteStream::Fill::ready:
      break;
    case ByteStream::Fill::end:
      return refuse("ends inside the pcap file header");
    case ByteStream::Fill::failed:
      return refuse("no whole pcap file header: " + input.stream->complaint());
    case ByteStream::Fill::stopped:
      return nullptr;
  }
  Format format{};
  const uint8_t* const header = input.stream->data();
  recogniseMagic(header, format);
  const uint16_t major = load16(header + 4, format.order);
  const uint16_t minor = load16(header + 6, format.order);
  format.capturedLimit = capturedLengthLimit(load32(header + 16, format.order));
  format.linkType = static_cast<uint16_t>(load32(header + 20, format.order));  // without the bits on the FCS
  if (major != 2) {
    return refuse("pcap version " + std::to_string(major) + "." + std::to_string(minor) + " is not supported");
  }
  // Before version 2.3 the length on the wire came first, and some writers of 2.3 still did so.
  format.lengths = minor < 3 ? Lengths::wireFirst : minor == 3 ? Lengths::smallerFirst : Lengths::capturedFirst;
  input.stream->consume(fileHeader);
  return std::unique_ptr<CaptureFile>(new PcapFile(std::move(input), format));
}

PcapFile::PcapFile(CaptureInput input, const Format& format)
    : CaptureFile(std::move(input)), format_(format), interface_(listener().interfaceSlot("", format.linkType, 0)) {
  constexpr uint64_t linkTypeField = 20;  // in the file header
  noticeUnlessDecoded(linkTypeField, format.linkType);
}

CaptureFile::Need PcapFile::walk(RawPacket* packets, size_t capacity, size_t& count) {
  const Format format = format_;
  const uint64_t start = stream().offset();
  const uint8_t* const begin = stream().data();
  const uint8_t* const end = begin + stream().available();
  const uint8_t* at = begin;
  const auto offset = [&] { return start + static_cast<uint64_t>(at - begin); };
  Need need;
  while (count < capacity) {
    const size_t left = static_cast<size_t>(end - at);
    if (left < format.recordHeader) {
      need = {format.recordHeader, "packet header"};
      break;
    }
    const int64_t seconds = load32(at, format.order);
    const int64_t fraction = load32(at + 4, format.order);
    uint32_t captured = load32(at + 8, format.order);
    uint32_t wire = load32(at + 12, format.order);
    if (format.lengths != Lengths::capturedFirst) [[unlikely]] {
      if (format.lengths == Lengths::wireFirst || captured > wire) std::swap(captured, wire);
    }
    if (captured > format.capturedLimit) {
      stop(offset(), "packet with an absurd captured length of " + std::to_string(captured) + " octets");
      break;
    }
    const uint32_t kept = std::min(captured, largestPacket);
    if (left - format.recordHeader < kept) {
      need = {format.recordHeader + kept, "packet"};
      break;
    }
    RawPacket& packet = packets[count++];
    packet.data = at + format.recordHeader;
    packet.capturedLength = kept;
    packet.wireLength = wire;
    packet.time = seconds * 1'000'000 + (format.fraction == Fraction::nanoseconds ? fraction / 1000 : fraction);
    packet.linkType = format.linkType;
    packet.interface = interface_;
    reconcile(packet, offset());
    if (captured > kept) {
      noticeLongPacket(offset());
      at += format.recordHeader + kept;
      passOver(captured - kept);
      break;
    }
    at += format.recordHeader + kept;
  }
  stream().consume(static_cast<size_t>(at - begin));
  return need;
}

}  // namespace flowtap
