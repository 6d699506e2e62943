// Several captures, one after the other.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "source/capture_file.h"
#include "source/packet_source.h"

namespace flowtap {

/// Reads captures in the order given, each opened when its turn comes. One that cannot be opened or is no capture is a
/// fatal notice of its own; the others are read all the same.
class CaptureList final : public PacketSource {
 public:
  /// `paths` may hold "-" for standard input. `stopDescriptor` (an eventfd, or -1) becomes readable when reading has to
  /// end; it is looked at wherever an input lets us wait.
  CaptureList(std::vector<std::string> paths, SourceListener& listener, int stopDescriptor = -1);

  State read(RawPacket* packets, size_t capacity, size_t& count) override;

  /// Octets of all captures so far, compressed ones where they are compressed. What was not read of a damaged capture
  /// counts as consumed once the next one is open.
  uint64_t consumed() const override;
  /// Sizes of all captures together; 0 when one is a pipe or a device.
  uint64_t size() const override { return size_; }
  uint64_t undescribed() const override;

 private:
  bool isStopped() const;

  std::vector<std::string> paths_;
  std::vector<uint64_t> sizes_;  // of each path, 0 where it is not known
  SourceListener& listener_;
  int stopDescriptor_;
  size_t next_ = 0;
  std::unique_ptr<CaptureFile> current_;
  uint64_t size_ = 0;
  uint64_t consumedBefore_ = 0;
  uint64_t undescribedBefore_ = 0;
};

}  // namespace flowtap
