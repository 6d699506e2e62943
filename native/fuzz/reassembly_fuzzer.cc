// libFuzzer target of reassembly. Input: five octets a fragment, which say of which datagram, where, how long, whether
// others follow, and how much later. Data is what its place says, so that what is whole can be checked.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "receive/reassembly.h"

namespace {

constexpr uint8_t datagrams = flowtap::Reassembly::most + 2;
constexpr uint64_t mostFragments = 400;

uint8_t octetAt(uint32_t place) {
  return static_cast<uint8_t>(place * 13 + place / 256 + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t octets) {
  flowtap::Reassembly reassembly;
  uint64_t fragments = 0;
  uint64_t inWholes = 0;
  int64_t time = 0;
  for (size_t at = 0; at + 5 <= octets && fragments < mostFragments; at += 5) {
    const uint8_t* each = input + at;
    flowtap::FragmentKey key{};
    key.identification = each[0] % datagrams;
    const uint32_t offset = (uint32_t{each[1]} << (each[2] & 0x07)) * 8;  // up to four times what a datagram can be
    const bool more = (each[2] & 0x40) != 0;
    const uint32_t length = (each[2] & 0x80) != 0 ? each[3] * 8U : each[3];
    time += each[4] * int64_t{100'000};
    // A block of its own, so that the sanitizer sees reads beyond it.
    const std::unique_ptr<uint8_t[]> data(new uint8_t[length]);
    for (uint32_t i = 0; i < length; ++i) data[i] = octetAt(offset + i);
    const auto whole = reassembly.add(key, {data.get(), length, offset, more}, time);
    ++fragments;
    if (whole.data != nullptr) {
      inWholes += whole.parts;
      if (whole.octets == 0 || whole.octets > 65535) std::abort();
      // A hole would show as zeros.
      for (uint32_t i = 0; i < whole.octets; ++i)
        if (whole.data[i] != octetAt(i)) std::abort();
    }
    if (inWholes + reassembly.incomplete() != fragments) std::abort();
  }
  return 0;
}
