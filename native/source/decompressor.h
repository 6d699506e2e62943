// Compressed input, a piece at a time: the seam between ByteStream and the compression formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace flowtap {

/// Turns compressed octets into plain ones. Compressed files are a row of members (gzip) or frames (zstd), each
/// complete in itself; the caller asks at each boundary whether another one follows.
class Decompressor {
 public:
  virtual ~Decompressor() = default;

  enum class Result : uint8_t {
    progress,   // give more input, or more room when `out` is full
    memberEnd,  // a member ended; what is left of the input starts behind it
    corrupt     // see error(); what was written to `out` before is good
  };

  /// Moves `in` and `out` forward over what was read and written, never beyond `inEnd` and `outEnd`.
  virtual Result decompress(const uint8_t*& in, const uint8_t* inEnd, uint8_t*& out, uint8_t* outEnd) = 0;

  /// Whether the `size` octets at `in`, all that is left if fewer than 4, can be the start of a member.
  virtual bool startsMember(const uint8_t* in, size_t size) const = 0;

  /// Why decompress() said corrupt, or why nothing can be decompressed at all; else empty.
  virtual const std::string& error() const = 0;
};

/// What compresses an input, as its first octets tell.
enum class Compression : uint8_t { none, gzip, zstd };

/// Recognises compressed input by its first `size` octets; 4 are enough.
Compression recogniseCompression(const uint8_t* octets, size_t size);

/// Name of the format: "gzip", "zstd", or "" for none.
std::string_view compressionName(Compression compression);

/// gzip, RFC 1952, by zlib. Its error() is set at once when zlib cannot be loaded.
std::unique_ptr<Decompressor> makeGzipDecompressor();

/// Zstandard, RFC 8878, by libzstd. Its error() is set at once when libzstd cannot be loaded.
std::unique_ptr<Decompressor> makeZstdDecompressor();

}  // namespace flowtap
