#include "source/block_codec.h"

#include <algorithm>

#include "source/libzstd.h"
#include "source/shared_library.h"

namespace flowtap {

namespace {

/// Declared here (the bzip2 manual, section 3.5.2), so that a build does without the library's header.
struct Bzip2 {
  int (*decompress)(char* to, unsigned int* length, char* from, unsigned int size, int small, int verbosity) = nullptr;
  std::string error;
};

constexpr int bzip2Ok = 0;
constexpr int bzip2OutputFull = -8;

const Bzip2& bzip2() {
  static const Bzip2 functions = [] {
    Bzip2 found;
    SharedLibrary library({"libbz2.so.1.0", "libbz2.so.1"});
    library.bind(found.decompress, "BZ2_bzBuffToBuffDecompress");
    if (!library.error().empty()) found.error = "bzip2 needs libbz2, which cannot be loaded: " + library.error();
    return found;
  }();
  return functions;
}

std::string unpackBzip2(const uint8_t* block, size_t size, uint8_t* out, size_t room, size_t& written) {
  if (!bzip2().error.empty()) return bzip2().error;
  auto length = static_cast<unsigned int>(std::min<size_t>(room, UINT32_MAX));
  // The library does not write to its input, which its interface does not say.
  auto* input = reinterpret_cast<char*>(const_cast<uint8_t*>(block));
  const int result = bzip2().decompress(reinterpret_cast<char*>(out), &length, input, static_cast<unsigned int>(size),
                                        /*small=*/0, /*verbosity=*/0);
  if (result == bzip2OutputFull) return "unpacks to more than a block may hold";
  if (result != bzip2Ok) return "is damaged (bzip2 error " + std::to_string(result) + ")";
  written = length;
  return {};
}

std::string unpackZstd(const uint8_t* block, size_t size, uint8_t* out, size_t room, size_t& written) {
  if (!zstd().error.empty()) return zstd().error;
  const size_t result = zstd().decompress(out, room, block, size);
  if (zstd().isError(result) != 0) return std::string("is damaged (zstd: ") + zstd().getErrorName(result) + ")";
  written = result;
  return {};
}

}  // namespace

std::string unpackBlock(BlockCodec codec, const uint8_t* block, size_t size, uint8_t* out, size_t room,
                        size_t& written) {
  return codec == BlockCodec::bzip2 ? unpackBzip2(block, size, out, room, written)
                                    : unpackZstd(block, size, out, room, written);
}

}  // namespace flowtap
