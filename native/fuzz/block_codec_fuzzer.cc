// libFuzzer target of compressed blocks. Input: an octet that chooses codec, room and whether the block begins as one
// of its kind does, then the block.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "source/block_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t octets) {
  if (octets < 1) return 0;
  const auto codec = static_cast<flowtap::BlockCodec>(input[0] & 1);
  const size_t room = size_t{1} << (input[0] >> 2 & 0x0f);
  std::string block;
  if ((input[0] & 2) != 0)
    block = codec == flowtap::BlockCodec::bzip2 ? "BZh9\x31\x41\x59\x26\x53\x59" : "\x28\xb5\x2f\xfd";
  block.append(reinterpret_cast<const char*>(input + 1), octets - 1);
  const std::unique_ptr<uint8_t[]> from(new uint8_t[block.size()]);
  std::memcpy(from.get(), block.data(), block.size());
  const std::unique_ptr<uint8_t[]> to(new uint8_t[room]);

  size_t written = SIZE_MAX;
  const std::string error = flowtap::unpackBlock(codec, from.get(), block.size(), to.get(), room, written);
  if (error.find('\n') != std::string::npos) std::abort();
  if (error.empty() && written > room) std::abort();
  if (!error.empty() && written != SIZE_MAX) std::abort();
  return 0;
}
