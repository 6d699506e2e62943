// pcapng capture files.
#pragma once

#include <vector>

#include "source/byte_order.h"
#include "source/capture_file.h"
#include "source/timestamp_scale.h"

namespace flowtap {

/// Reads pcapng files (draft-ietf-opsawg-pcapng): sections in either byte order, any number of interfaces, Enhanced,
/// Simple and obsolete Packet Blocks. All other blocks are passed over.
///
/// Simple Packet Blocks have no timestamp: such a packet gets the time of the one before it.
class PcapngFile final : public CaptureFile {
 public:
  /// Whether the window begins with the type of a Section Header Block.
  static bool recognises(const ByteStream& stream);

  /// Checks the first section's header. None with a fatal notice when that is damaged or of another version.
  static std::unique_ptr<CaptureFile> open(CaptureInput input);

  uint64_t undescribed() const override { return undescribed_; }

 private:
  struct Interface {
    uint16_t linkType;
    uint8_t slot;
    uint32_t snapshotLength;
    uint32_t capturedLimit;
    TimestampScale scale;
  };

  /// One block in the window.
  struct Block {
    const uint8_t* octets;
    uint32_t type;
    uint32_t length;  // of the whole block
    size_t present;   // octets of it in the window
    uint64_t offset;  // in the file
  };

  explicit PcapngFile(CaptureInput input) : CaptureFile(std::move(input)) {}

  Need walk(RawPacket* packets, size_t capacity, size_t& count) override;
  Need nextBlock(const uint8_t* at, const uint8_t* end, Block& block);
  bool trailerMatches(const uint8_t* trailer, uint32_t length, uint64_t offset);
  void describeInterface(const Block& block);
  bool readPacket(const Block& block, RawPacket& packet);
  bool readSimplePacket(const Block& block, RawPacket& packet);
  const Interface* interfaceOf(const Block& block, uint32_t number);

  ByteOrder order_ = ByteOrder::little;
  std::vector<Interface> interfaces_;  // of the section
  uint32_t passedBlock_ = 0;           // length of the block that was passed over up to its trailing length, 0 for none
  uint64_t undescribed_ = 0;
  int64_t lastTime_ = 0;
  bool noticedInterfaces_ = false;
  bool noticedMissingTime_ = false;
};

}  // namespace flowtap
