// pcap capture files.
#pragma once

#include "source/byte_order.h"
#include "source/capture_file.h"

namespace flowtap {

/// Reads pcap files (draft-ietf-opsawg-pcap) in either byte order, with micro- or nanoseconds, and the modified format
/// with longer record headers that patched Linux versions of libpcap wrote.
class PcapFile final : public CaptureFile {
 public:
  /// Whether the window begins with one of the formats' magic numbers.
  static bool recognises(const ByteStream& stream);

  /// Reads the file header. None with a fatal notice when that is cut short or of another version.
  static std::unique_ptr<CaptureFile> open(CaptureInput input);

 private:
  enum class Fraction : uint8_t { microseconds, nanoseconds };
  /// Which of a record's two lengths comes first.
  enum class Lengths : uint8_t { capturedFirst, wireFirst, smallerFirst };

  struct Format {
    ByteOrder order;
    Fraction fraction;
    size_t recordHeader;  // octets
    Lengths lengths;
    uint16_t linkType;
    uint32_t capturedLimit;
  };

  PcapFile(CaptureInput input, const Format& format);

  static bool recogniseMagic(const uint8_t* octets, Format& format);
  Need walk(RawPacket* packets, size_t capacity, size_t& count) override;

  Format format_;
  uint8_t interface_;
};

}  // namespace flowtap
