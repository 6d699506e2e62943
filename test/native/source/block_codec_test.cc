// Compressed blocks: honest, damaged, cut off, and such that lie about what they unpack to.
#include "source/block_codec.h"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "../decode/frame.h"
#include "../support/harness.h"

namespace {

using namespace flowtap;
using frame::hex;
using frame::Octets;

constexpr std::string_view text = "flowtap flowtap flowtap flowtap";

/// The text in bzip2's form.
const Octets packedText =
    hex("425a68393141592653591768f655000003918040002104c480200020aa466a6843022578e76b08434d3e2ee48a70a120"
        "2ed1ecaa");
/// 900,000 zero octets.
const Octets packedZeros =
    hex("425a683931415926535963e3eca20006e4c100c00002000008200030cc09aa6994a136a9284f17724538509063e3eca2");

struct Unpacked {
  std::string error;
  std::string octets;
};

/// Into a block of exactly `room`, so that a sanitizer sees what is written beyond it.
Unpacked unpack(BlockCodec codec, const Octets& block, size_t room) {
  const std::unique_ptr<uint8_t[]> from(new uint8_t[block.size()]);
  std::copy(block.begin(), block.end(), from.get());
  const std::unique_ptr<uint8_t[]> to(new uint8_t[room]);
  size_t written = SIZE_MAX;
  Unpacked result;
  result.error = unpackBlock(codec, from.get(), block.size(), to.get(), room, written);
  if (!result.error.empty()) return result;
  CHECK(written <= room);
  result.octets.assign(reinterpret_cast<const char*>(to.get()), std::min(written, room));
  return result;
}

bool contains(const std::string& in, std::string_view part) {
  return in.find(part) != std::string::npos;
}

enum class ZstdBlock : uint32_t { raw = 0, runLength = 1, compressed = 2, reserved = 3 };

/// A frame of one block (RFC 8878 sections 3.1.1 and 3.1.1.2): `claimed` octets by its header, `size` by its block.
Octets zstdFrame(uint32_t claimed, ZstdBlock type, uint32_t size, const Octets& body) {
  const uint32_t block = size << 3 | static_cast<uint32_t>(type) << 1 | 1;
  const auto little = [](uint32_t value, int octets) {
    Octets made;
    for (int at = 0; at < octets; ++at) made.push_back(static_cast<uint8_t>(value >> 8 * at));
    return made;
  };
  return hex("28b52ffd a0") + little(claimed, 4) + little(block, 3) + body;
}

Octets octetsOf(std::string_view string) {
  return Octets(string.begin(), string.end());
}

/// False, said aloud, where the library is not installed.
bool isInstalled(BlockCodec codec, const char* library) {
  if (!contains(unpack(codec, {}, 1).error, "cannot be loaded")) return true;
  std::printf("*** SKIPPED: %s is not installed ***\n", library);
  return false;
}

BEHAVIOUR("a bzip2 block unpacks into room that is just enough") {
  if (!isInstalled(BlockCodec::bzip2, "libbz2")) return;
  const Unpacked result = unpack(BlockCodec::bzip2, packedText, text.size());
  CHECK_EQUAL(result.error, "");
  CHECK_EQUAL(result.octets, text);
}

BEHAVIOUR("a bzip2 block that unpacks to more than there is room for is refused, whatever the room") {
  if (!isInstalled(BlockCodec::bzip2, "libbz2")) return;
  for (size_t room = 1; room < text.size(); ++room)
    CHECK_EQUAL(unpack(BlockCodec::bzip2, packedText, room).error, "unpacks to more than a block may hold");
  CHECK_EQUAL(unpack(BlockCodec::bzip2, packedZeros, 65'536).error, "unpacks to more than a block may hold");
  CHECK_EQUAL(unpack(BlockCodec::bzip2, packedZeros, 900'000).octets.size(), 900'000);
}

BEHAVIOUR("no room and no block are errors") {
  for (const BlockCodec codec : {BlockCodec::bzip2, BlockCodec::zstd}) {
    CHECK(!unpack(codec, packedText, 0).error.empty());
    if (codec == BlockCodec::bzip2) CHECK(!unpack(codec, {}, 100).error.empty());
  }
}

BEHAVIOUR("a bzip2 block cut anywhere or with any bit turned is refused, or what it was") {
  if (!isInstalled(BlockCodec::bzip2, "libbz2")) return;
  for (size_t length = 0; length < packedText.size(); ++length)
    CHECK(contains(unpack(BlockCodec::bzip2, packedText.substr(0, length), 1000).error, "is damaged"));
  for (size_t bit = 0; bit < packedText.size() * 8; ++bit) {
    Octets turned = packedText;
    turned[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const Unpacked result = unpack(BlockCodec::bzip2, turned, 1000);
    if (result.error.empty()) CHECK_EQUAL(result.octets, text);
  }
}

BEHAVIOUR("zstd blocks unpack, plain and of one octet many times") {
  if (!isInstalled(BlockCodec::zstd, "libzstd")) return;
  const auto size = static_cast<uint32_t>(text.size());
  CHECK_EQUAL(unpack(BlockCodec::zstd, zstdFrame(size, ZstdBlock::raw, size, octetsOf(text)), size).octets, text);
  CHECK_EQUAL(unpack(BlockCodec::zstd, zstdFrame(1000, ZstdBlock::runLength, 1000, {'x'}), 1000).octets,
              std::string(1000, 'x'));
}

BEHAVIOUR("zstd blocks whose header and content do not agree are refused") {
  if (!isInstalled(BlockCodec::zstd, "libzstd")) return;
  const Octets liars[] = {
      zstdFrame(10, ZstdBlock::runLength, 1000, {'x'}),          // less than there is
      zstdFrame(1000, ZstdBlock::runLength, 10, {'x'}),          // more than there is
      zstdFrame(UINT32_MAX, ZstdBlock::runLength, 1000, {'x'}),  // 4 GB
      zstdFrame(20, ZstdBlock::raw, 20, {'x'}),                  // less than the block says
      zstdFrame(20, ZstdBlock::compressed, 20, frame::fill(20)),
      zstdFrame(20, ZstdBlock::reserved, 20, frame::fill(20)),
  };
  for (const Octets& liar : liars) CHECK(contains(unpack(BlockCodec::zstd, liar, 1000).error, "is damaged (zstd: "));
}

BEHAVIOUR("a zstd block that unpacks to more than there is room for is refused, whatever the room") {
  if (!isInstalled(BlockCodec::zstd, "libzstd")) return;
  const Octets block = zstdFrame(100'000, ZstdBlock::runLength, 100'000, {'x'});
  for (const size_t room : {size_t{0}, size_t{1}, size_t{99'999}})
    CHECK(contains(unpack(BlockCodec::zstd, block, room).error, "is damaged (zstd: "));
  CHECK_EQUAL(unpack(BlockCodec::zstd, block, 100'000).octets.size(), 100'000);
}

BEHAVIOUR("a zstd block cut anywhere is refused, with any bit turned it stays within its room") {
  if (!isInstalled(BlockCodec::zstd, "libzstd")) return;
  const auto size = static_cast<uint32_t>(text.size());
  const Octets block = zstdFrame(size, ZstdBlock::raw, size, octetsOf(text));
  for (size_t length = 1; length < block.size(); ++length)
    CHECK(!unpack(BlockCodec::zstd, block.substr(0, length), 1000).error.empty());
  for (size_t bit = 0; bit < block.size() * 8; ++bit) {
    Octets turned = block;
    turned[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    unpack(BlockCodec::zstd, turned, size);  // which checks what was written
  }
}

}  // namespace

int main() {
  return harness::runAll();
}
