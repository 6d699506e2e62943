#include "source/capture_file.h"

#include <algorithm>
#include <utility>

#include "source/foreign_format.h"
#include "source/pcap_file.h"
#include "source/pcapng_file.h"

namespace flowtap {

CaptureFile::CaptureFile(CaptureInput input)
    : name_(std::move(input.name)), stream_(std::move(input.stream)), listener_(input.listener) {}

uint32_t CaptureFile::capturedLengthLimit(uint32_t snapshotLength) {
  // libpcap's own ceiling, for link types with very long packets (D-Bus, USB); beyond it the length is no promise.
  constexpr uint32_t believable = uint32_t{128} * 1024 * 1024;
  return snapshotLength <= believable ? std::max(snapshotLength, largestPacket) : largestPacket;
}

PacketSource::State CaptureFile::read(RawPacket* packets, size_t capacity, size_t& count) {
  count = 0;
  if (done_) return State::end;
  if (toPass_ > 0 && !refill(stream_->skip(toPass_), {static_cast<size_t>(toPass_), "record"})) return State::end;
  // Two walks at most: a capture of blocks without packets must not keep the caller waiting to its end.
  Need need = walk(packets, capacity, count);
  if (count == 0 && !done_ && need.octets > 0) {
    if (!refill(stream_->fill(need.octets), need)) return State::end;
    walk(packets, capacity, count);
  }
  return done_ && count == 0 ? State::end : State::more;
}

/// Whether the walk can go on after the window was moved; if not, says why.
bool CaptureFile::refill(ByteStream::Fill fill, Need need) {
  if (fill == ByteStream::Fill::ready) return true;
  done_ = true;
  const uint64_t reached = stream_->offset() + stream_->available();
  if (!stream_->complaint().empty() && fill != ByteStream::Fill::stopped) notice(reached, stream_->complaint());
  if (fill != ByteStream::Fill::end) return false;
  // The end of the input between two records is the end of the capture.
  const bool passing = toPass_ > 0;
  if (stream_->available() > 0 || passing) {
    const size_t missing = passing ? static_cast<size_t>(toPass_) : need.octets - stream_->available();
    notice(stream_->offset(), std::string("ends inside a ") + need.part + ": " + std::to_string(missing) +
                                  (passing ? "" : " of " + std::to_string(need.octets)) + " octets are missing");
  }
  return false;
}

void CaptureFile::notice(uint64_t offset, std::string text) {
  listener_->notice({.source = name_, .offset = offset, .text = std::move(text), .fatal = false});
}

void CaptureFile::noticeUnlessDecoded(uint64_t offset, uint16_t linkType) {
  if (listener().decodes(linkType)) return;
  notice(offset, "link type " + std::to_string(linkType) + " is not decoded: its packets are only counted");
}

void CaptureFile::stop(uint64_t offset, const std::string& text) {
  notice(offset, text + "; the rest is not read");
  done_ = true;
}

void CaptureFile::reconcileLengths(RawPacket& packet, uint64_t offset) {
  if (!noticedLengths_) {
    noticedLengths_ = true;
    notice(offset, "has packets with more captured octets (" + std::to_string(packet.capturedLength) +
                       ") than were on the wire (" + std::to_string(packet.wireLength) + ")");
  }
  // A writer that does not know the length on the wire says 0. Otherwise what is beyond it is padding.
  if (packet.wireLength == 0) {
    packet.wireLength = packet.capturedLength;
  } else {
    packet.capturedLength = packet.wireLength;
  }
}

void CaptureFile::noticeLongPacket(uint64_t offset) {
  if (noticedLongPacket_) return;
  noticedLongPacket_ = true;
  notice(offset,
         "has packets longer than " + std::to_string(largestPacket) + " octets; what is beyond is not looked at");
}

std::unique_ptr<CaptureFile> openCapture(const std::string& path, SourceListener& listener, int stopDescriptor) {
  return openCapture(Descriptor::open(path, stopDescriptor), path == "-" ? "standard input" : path, listener);
}

std::unique_ptr<CaptureFile> openCapture(Descriptor descriptor, std::string name, SourceListener& listener) {
  auto stream = std::make_unique<ByteStream>(std::move(descriptor));
  switch (stream->fill(4)) {
    case ByteStream::Fill::ready:
    case ByteStream::Fill::end:
      break;
    case ByteStream::Fill::stopped:
      return nullptr;
    case ByteStream::Fill::failed:
      listener.notice({.source = std::move(name), .offset = 0, .text = stream->complaint(), .fatal = true});
      return nullptr;
  }
  CaptureInput input{std::move(name), std::move(stream), &listener};
  if (PcapFile::recognises(*input.stream)) return PcapFile::open(std::move(input));
  if (PcapngFile::recognises(*input.stream)) return PcapngFile::open(std::move(input));

  if (input.stream->fill(foreignFormatOctets) == ByteStream::Fill::stopped) return nullptr;
  std::string found = nameForeignFormat(input.stream->data(), input.stream->available());
  const std::string_view compression = compressionName(input.stream->compression());
  if (!compression.empty()) found += " in " + std::string(compression);
  listener.notice({.source = std::move(input.name), .offset = 0, .text = "not a capture: " + found, .fatal = true});
  return nullptr;
}

}  // namespace flowtap
