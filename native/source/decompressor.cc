#include "source/decompressor.h"

#include "source/byte_order.h"

namespace flowtap {

Compression recogniseCompression(const uint8_t* octets, size_t size) {
  // RFC 1952 section 2.3.1: ID1 = 31, ID2 = 139.
  if (size >= 2 && octets[0] == 0x1f && octets[1] == 0x8b) return Compression::gzip;
  if (size < 4) return Compression::none;
  // RFC 8878 sections 3.1.1 and 3.1.2: frames and skippable frames, which parallel compressors write first.
  const uint32_t magic = load32(octets, ByteOrder::little);
  if (magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50) return Compression::zstd;
  return Compression::none;
}

std::string_view compressionName(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    case Compression::none:
      break;
  }
  return "";
}

}  // namespace flowtap
