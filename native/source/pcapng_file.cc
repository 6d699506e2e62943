// pcapng, draft-ietf-opsawg-pcapng. A file is a row of blocks:
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |                          Block Type                           |
//   +---------------------------------------------------------------+
//   |                      Block Total Length                       |
//   +---------------------------------------------------------------+
//   |          Block Body, padded to 32 bits, options last          |
//   +---------------------------------------------------------------+
//   |                      Block Total Length                       |
//   +---------------------------------------------------------------+
//
// The bodies that matter here, up to their data and options:
//
//   Section Header         Byte-Order Magic (32), Major Version (16), Minor Version (16), Section Length (64)
//   Interface Description  LinkType (16), Reserved (16), SnapLen (32)
//   Enhanced Packet        Interface ID (32), Timestamp upper and lower (64), Captured and Original Packet Length (64)
//   Packet (obsolete)      Interface ID (16), Drops Count (16), Timestamp (64), Captured and Packet Length (64)
//   Simple Packet          Original Packet Length (32)
#include "source/pcapng_file.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace flowtap {

namespace {

namespace blockType {
constexpr uint32_t sectionHeader = 0x0a0d0d0a;
constexpr uint32_t interfaceDescription = 1;
constexpr uint32_t packet = 2;
constexpr uint32_t simplePacket = 3;
constexpr uint32_t enhancedPacket = 6;
}  // namespace blockType

namespace option {
constexpr uint16_t end = 0;
constexpr uint16_t interfaceName = 2;
constexpr uint16_t interfaceDescription = 3;
constexpr uint16_t timestampResolution = 9;
constexpr uint16_t timestampOffset = 14;
}  // namespace option

// Octets of each block up to its data or options, and of the trailing length.
constexpr uint32_t emptyBlock = 12;
constexpr uint32_t sectionHeader = 24;
constexpr uint32_t interfaceHeader = 16;
constexpr uint32_t packetHeader = 28;
constexpr uint32_t simplePacketHeader = 12;
constexpr uint32_t trailer = 4;

// The ceiling of libpcap and Wireshark on a block. What makes a packet block larger is its packet.
constexpr uint32_t largestBlock = uint32_t{16} * 1024 * 1024;
constexpr uint32_t largestPacketBlock = largestBlock + uint32_t{128} * 1024 * 1024;

constexpr size_t mostInterfaces = 65536;

bool isPacketBlock(uint32_t type) {
  return type == blockType::enhancedPacket || type == blockType::simplePacket || type == blockType::packet;
}

/// Takes the byte order of a section from the first 16 octets of its header, and says what is wrong with them.
std::string examineSection(const uint8_t* at, ByteOrder& order) {
  if (load32(at + 8, ByteOrder::little) == 0x1a2b3c4d) {
    order = ByteOrder::little;
  } else if (load32(at + 8, ByteOrder::big) == 0x1a2b3c4d) {
    order = ByteOrder::big;
  } else {
    return "section header without byte-order magic";
  }
  const uint32_t length = load32(at + 4, order);
  if (length < sectionHeader + trailer || length % 4 != 0 || length > largestBlock) {
    return "section header with an impossible length of " + std::to_string(length) + " octets";
  }
  const uint16_t major = load16(at + 12, order);
  const uint16_t minor = load16(at + 14, order);
  if (major != 1) return "pcapng version " + std::to_string(major) + "." + std::to_string(minor) + " is not supported";
  return "";
}

/// Calls visit(code, value, length) for each option between `at` and `end`; ends at the first that does not fit.
template <typename Visit>
void eachOption(const uint8_t* at, const uint8_t* end, ByteOrder order, Visit visit) {
  while (end - at >= 4) {
    const uint16_t code = load16(at, order);
    const uint16_t length = load16(at + 2, order);
    at += 4;
    if (code == option::end || end - at < length) return;
    visit(code, at, length);
    const ptrdiff_t padded = (length + 3) & ~3;
    at += std::min(end - at, padded);
  }
}

/// Text of an option, which some writers end with a NUL.
std::string_view optionText(const uint8_t* value, uint16_t length) {
  const std::string_view text(reinterpret_cast<const char*>(value), length);
  return text.substr(0, text.find('\0'));
}

}  // namespace

bool PcapngFile::recognises(const ByteStream& stream) {
  // The number reads the same in both byte orders.
  return stream.available() >= 4 && load32(stream.data(), ByteOrder::little) == blockType::sectionHeader;
}

std::unique_ptr<CaptureFile> PcapngFile::open(CaptureInput input) {
  const auto refuse = [&input](std::string text) {
    input.listener->notice({.source = std::move(input.name), .offset = 0, .text = std::move(text), .fatal = true});
    return nullptr;
  };
  switch (input.stream->fill(sectionHeader + trailer)) {
    case ByteStream::Fill::ready:
      break;
    case ByteStream::Fill::end:
      return refuse("ends inside the first pcapng section header");
    case ByteStream::Fill::failed:
      return refuse("no whole pcapng section header: " + input.stream->complaint());
    case ByteStream::Fill::stopped:
      return nullptr;
  }
  ByteOrder order{};
  std::string problem = examineSection(input.stream->data(), order);
  if (!problem.empty()) return refuse("not a usable capture: " + problem);
  return std::unique_ptr<CaptureFile>(new PcapngFile(std::move(input)));
}

/// Reads the frame of the block at `at`, and says what has to be in the window first.
inline CaptureFile::Need PcapngFile::nextBlock(const uint8_t* at, const uint8_t* end, Block& block) {
  const size_t left = static_cast<size_t>(end - at);
  if (left < emptyBlock) return {emptyBlock, "block header"};
  block.octets = at;
  block.type = load32(at, order_);
  if (block.type == blockType::sectionHeader) [[unlikely]] {
    if (left < sectionHeader) return {sectionHeader, "section header"};
    const std::string problem = examineSection(at, order_);
    if (!problem.empty()) {
      stop(block.offset, problem);
      return {};
    }
  }
  block.length = load32(at + 4, order_);
  const uint32_t ceiling = isPacketBlock(block.type) ? largestPacketBlock : largestBlock;
  if (block.length < emptyBlock || block.length % 4 != 0 || block.length > ceiling) [[unlikely]] {
    stop(block.offset, "block with an impossible length of " + std::to_string(block.length) + " octets");
    return {};
  }
  block.present = std::min<size_t>(left, block.length);
  if (block.present == block.length) [[likely]] {
    return {};
  }
  if (block.length <= ByteStream::largestRecord) return {block.length, "block"};
  // Too long to be in the window as a whole. Of a packet the beginning is enough, of blocks that are passed over less.
  if (isPacketBlock(block.type) && left < ByteStream::largestRecord) return {ByteStream::largestRecord, "block"};
  if (block.type == blockType::interfaceDescription) {
    stop(block.offset, "interface description with an absurd length of " + std::to_string(block.length) + " octets");
  }
  return {};
}

inline bool PcapngFile::trailerMatches(const uint8_t* at, uint32_t length, uint64_t offset) {
  const uint32_t repeated = load32(at, order_);
  if (repeated == length) return true;
  stop(offset, "block of " + std::to_string(length) + " octets that says " + std::to_string(repeated) + " at its end");
  return false;
}

void PcapngFile::describeInterface(const Block& block) {
  if (block.length < interfaceHeader + trailer) {
    stop(block.offset, "interface description of only " + std::to_string(block.length) + " octets");
    return;
  }
  if (interfaces_.size() >= mostInterfaces) {
    if (!noticedInterfaces_) {
      notice(block.offset, "describes more than " + std::to_string(mostInterfaces) + " interfaces");
    }
    noticedInterfaces_ = true;
    return;
  }
  const uint16_t linkType = load16(block.octets + 8, order_);
  const uint32_t snapshotLength = load32(block.octets + 12, order_);
  uint8_t resolution = 6;
  int64_t offsetSeconds = 0;
  std::string_view name;
  std::string_view description;
  eachOption(block.octets + interfaceHeader, block.octets + block.length - trailer, order_,
             [&](uint16_t code, const uint8_t* value, uint16_t length) {
               if (code == option::interfaceName) name = optionText(value, length);
               if (code == option::interfaceDescription) description = optionText(value, length);
               if (code == option::timestampResolution && length >= 1) resolution = value[0];
               if (code == option::timestampOffset && length >= 8) {
                 offsetSeconds = static_cast<int64_t>(load64(value, order_));
               }
             });
  noticeUnlessDecoded(block.offset, linkType);
  interfaces_.push_back({
      .linkType = linkType,
      .slot = listener().interfaceSlot(name.empty() ? description : name, linkType, 0),
      .snapshotLength = snapshotLength,
      .capturedLimit = capturedLengthLimit(snapshotLength),
      .scale = TimestampScale(resolution, offsetSeconds),
  });
}

inline const PcapngFile::Interface* PcapngFile::interfaceOf(const Block& block, uint32_t number) {
  if (number < interfaces_.size()) [[likely]] {
    return &interfaces_[number];
  }
  if (undescribed_++ == 0) {
    notice(block.offset, "has packets of interface " + std::to_string(number) +
                             ", which is not described; such packets are left out");
  }
  return nullptr;
}

/// Reads an Enhanced or an obsolete Packet Block, which differ in their first 32 bits only.
inline bool PcapngFile::readPacket(const Block& block, RawPacket& packet) {
  if (block.length < packetHeader + trailer) {
    stop(block.offset, "packet block of only " + std::to_string(block.length) + " octets");
    return false;
  }
  const uint8_t* const at = block.octets;
  const uint32_t number = block.type == blockType::packet ? load16(at + 8, order_) : load32(at + 8, order_);
  const uint64_t units = uint64_t{load32(at + 12, order_)} << 32 | load32(at + 16, order_);
  const uint32_t captured = load32(at + 20, order_);
  const uint32_t wire = load32(at + 24, order_);
  if (captured > block.length - packetHeader - trailer) {
    stop(block.offset, "packet with a captured length of " + std::to_string(captured) + " octets, which its block of " +
                           std::to_string(block.length) + " cannot hold");
    return false;
  }
  const Interface* const interface = interfaceOf(block, number);
  if (interface == nullptr) return false;
  if (captured > interface->capturedLimit) {
    stop(block.offset, "packet with an absurd captured length of " + std::to_string(captured) + " octets");
    return false;
  }
  if (captured > largestPacket) noticeLongPacket(block.offset);
  packet.data = at + packetHeader;
  packet.capturedLength = std::min(captured, largestPacket);
  packet.wireLength = wire;
  packet.time = lastTime_ = interface->scale.microseconds(units);
  packet.linkType = interface->linkType;
  packet.interface = interface->slot;
  reconcile(packet, block.offset);
  return true;
}

bool PcapngFile::readSimplePacket(const Block& block, RawPacket& packet) {
  if (block.length < simplePacketHeader + trailer) {
    stop(block.offset, "packet block of only " + std::to_string(block.length) + " octets");
    return false;
  }
  const Interface* const interface = interfaceOf(block, 0);
  if (interface == nullptr) return false;
  const uint32_t wire = load32(block.octets + 8, order_);
  uint32_t captured = std::min(wire, block.length - simplePacketHeader - trailer);
  if (interface->snapshotLength > 0) captured = std::min(captured, interface->snapshotLength);
  if (captured > largestPacket) noticeLongPacket(block.offset);
  if (!noticedMissingTime_) {
    noticedMissingTime_ = true;
    notice(block.offset, "has packets without a time (Simple Packet Blocks); they get that of the packet before");
  }
  packet.data = block.octets + simplePacketHeader;
  packet.capturedLength = std::min(captured, largestPacket);
  packet.wireLength = wire;
  packet.time = lastTime_;
  packet.linkType = interface->linkType;
  packet.interface = interface->slot;
  return true;
}

CaptureFile::Need PcapngFile::walk(RawPacket* packets, size_t capacity, size_t& count) {
  const uint64_t start = stream().offset();
  const uint8_t* const begin = stream().data();
  const uint8_t* const end = begin + stream().available();
  const uint8_t* at = begin;
  Need need;
  while (count < capacity) {
    if (passedBlock_ > 0) {
      need = {trailer, "block"};
      if (end - at < static_cast<ptrdiff_t>(trailer)) break;
      need = {};
      const uint64_t offset = start + static_cast<uint64_t>(at - begin);
      if (!trailerMatches(at, passedBlock_, offset - (passedBlock_ - trailer))) break;
      at += trailer;
      passedBlock_ = 0;
      continue;
    }
    Block block{};
    block.offset = start + static_cast<uint64_t>(at - begin);
    need = nextBlock(at, end, block);
    if (need.octets > 0 || stopped()) break;
    const bool whole = block.present == block.length;
    if (whole && !trailerMatches(at + block.length - trailer, block.length, block.offset)) break;

    switch (block.type) {
      case blockType::enhancedPacket:
      case blockType::packet:
        if (readPacket(block, packets[count])) count++;
        break;
      case blockType::simplePacket:
        if (readSimplePacket(block, packets[count])) count++;
        break;
      case blockType::interfaceDescription:
        describeInterface(block);
        break;
      case blockType::sectionHeader:
        interfaces_.clear();
        break;
      default:
        break;
    }
    if (stopped()) break;
    if (whole) {
      at += block.length;
      continue;
    }
    const uint32_t body = block.length - trailer;
    const uint32_t present = static_cast<uint32_t>(std::min<size_t>(block.present, body));
    at += present;
    passOver(body - present);
    passedBlock_ = block.length;
    break;
  }
  stream().consume(static_cast<size_t>(at - begin));
  return need;
}

}  // namespace flowtap
