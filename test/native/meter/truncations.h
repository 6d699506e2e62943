// A capture cut off at many lengths, each metered from memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "run_fault.h"
#include "support/memory_file.h"

namespace metering {

using Octets = std::vector<uint8_t>;

inline Octets readFile(const std::string& path) {
  Octets octets;
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return octets;
  uint8_t piece[65536];
  while (const size_t got = std::fread(piece, 1, sizeof piece, file)) octets.insert(octets.end(), piece, piece + got);
  std::fclose(file);
  return octets;
}

/// Offsets at which the records of a pcap or the blocks of a pcapng file end. Written apart from the sources that are
/// under test: it only has to find lengths worth trying, and stops at what it does not understand.
inline std::vector<size_t> recordEnds(const Octets& capture) {
  std::vector<size_t> ends;
  const auto word = [&capture](size_t at) {
    uint32_t value = 0;
    if (at + 4 <= capture.size()) std::memcpy(&value, &capture[at], 4);
    return value;
  };
  const uint32_t magic = word(0);
  const bool isPcapng = magic == 0x0a0d0d0a;
  const bool isSwapped = isPcapng ? word(8) == 0x4d3c2b1a : magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
  const auto number = [&](size_t at) { return isSwapped ? __builtin_bswap32(word(at)) : word(at); };
  for (size_t at = isPcapng ? 0 : 24; at < capture.size();) {
    const size_t octets = isPcapng ? number(at + 4) : size_t{16} + number(at + 8);
    if (octets < 12 || octets > capture.size() - at) break;
    ends.push_back(at += octets);
  }
  return ends;
}

/// The lengths to try, longest first: all of a small file; of others all at the beginning, those around every record's
/// end, and some at random.
inline std::vector<size_t> lengthsToTry(const Octets& capture) {
  constexpr size_t smallFile = 16 * 1024;
  constexpr size_t beginning = 2 * 1024;
  constexpr int atRandom = 500;
  std::vector<size_t> lengths;
  const size_t all = capture.size() <= smallFile ? capture.size() : beginning;
  for (size_t length = 0; length <= all; ++length) lengths.push_back(length);
  if (capture.size() > smallFile) {
    for (const size_t end : recordEnds(capture)) lengths.insert(lengths.end(), {end - 1, end, end + 1});
    std::minstd_rand random(static_cast<uint32_t>(capture.size()));
    for (int i = 0; i < atRandom; ++i) lengths.push_back(random() % capture.size());
    lengths.push_back(capture.size());
  }
  std::erase_if(lengths, [&capture](size_t length) { return length > capture.size(); });
  std::sort(lengths.begin(), lengths.end(), std::greater<>());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  return lengths;
}

/// What became of one capture's truncations.
struct Truncations {
  uint64_t tried = 0;
  std::string fault;  // of the first length that went wrong
};

/// Meters every truncation of `capture`. Each must add up, none may hold more than a longer one, and what is whole
/// enough to be recognised as a capture is so at every greater length.
inline Truncations tryTruncations(const Octets& capture, flowtap::MeterOptions options, size_t ringCapacity) {
  support::MemoryFile file(capture);
  options.captures = {file.path()};
  Truncations result;
  uint64_t packetsOfLonger = UINT64_MAX;
  bool longerWasFatal = false;
  for (const size_t length : lengthsToTry(capture)) {
    const auto wrong = [&](const std::string& fault) {
      result.fault = "cut to " + std::to_string(length) + " octets: " + fault;
      return result;
    };
    if (!file.truncate(length)) return wrong("ftruncate failed");
    const Run cut = run(options, ringCapacity);
    ++result.tried;
    const std::string fault = runFault(cut);
    if (!fault.empty()) return wrong(fault);
    if (cut.counters.packets > packetsOfLonger) return wrong("holds more packets than at a greater length");
    if (cut.anyFatal() && cut.counters.packets != 0) return wrong("is no capture, yet has packets");
    if (longerWasFatal && !cut.anyFatal()) return wrong("is a capture, but not at a greater length");
    packetsOfLonger = cut.counters.packets;
    longerWasFatal = cut.anyFatal();
  }
  return result;
}

}  // namespace metering
