// Single compressed blocks whose unpacked size has a known bound, as nfdump's files hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace flowtap {

enum class BlockCodec : uint8_t { bzip2, zstd };

/// Unpacks a block into `room` octets at `out`. Returns why it cannot be, or nothing with `written` set: a library that
/// is missing, a damaged block, one that unpacks to more than `room`.
std::string unpackBlock(BlockCodec codec, const uint8_t* block, size_t size, uint8_t* out, size_t room,
                        size_t& written);

}  // namespace flowtap
