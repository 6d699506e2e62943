#include "text/address_text.h"

#include <array>
#include <charconv>
#include <cstring>

namespace flowtap {

namespace {

/// An octet's digits and a point behind them, written as four octets at once.
struct OctetText {
  char text[4];
  uint8_t digits;
};

constexpr std::array<OctetText, 256> makeOctets() {
  std::array<OctetText, 256> octets{};
  for (int value = 0; value < 256; ++value) {
    OctetText& each = octets[static_cast<size_t>(value)];
    if (value >= 100) each.text[each.digits++] = static_cast<char>('0' + value / 100);
    if (value >= 10) each.text[each.digits++] = static_cast<char>('0' + value / 10 % 10);
    each.text[each.digits++] = static_cast<char>('0' + value % 10);
    if (each.digits < 4) each.text[each.digits] = '.';
  }
  return octets;
}

constexpr std::array<OctetText, 256> octets = makeOctets();

char* writeDotted(uint32_t address, char* at) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    const OctetText& octet = octets[address >> shift & 0xff];
    std::memcpy(at, octet.text, sizeof octet.text);
    at += octet.digits + 1;
  }
  return at - 1;
}

/// Groups in hexadecimal; the longest run of two or more zero groups, the first of equals, becomes `::`.
char* writeGroups(const std::array<uint16_t, 8>& groups, char* at) {
  size_t start = 8;
  size_t length = 1;
  for (size_t k = 0; k < 8; ++k) {
    size_t end = k;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - k > length) {
      start = k;
      length = end - k;
    }
    if (end > k) k = end;
  }
  for (size_t k = 0; k < 8; ++k) {
    if (k == start) {
      *at++ = ':';
      if (k + length == 8) *at++ = ':';
      k += length - 1;
      continue;
    }
    if (k > 0) *at++ = ':';
    at = std::to_chars(at, at + 4, groups[k], 16).ptr;
  }
  return at;
}

}  // namespace

char* writeAddress(uint64_t hi, uint64_t lo, char* at) {
  if (hi == 0 && lo >> 32 == 0xffff) return writeDotted(static_cast<uint32_t>(lo), at);
  // IPv4-compatible addresses end in a dotted quad, where inet_ntop(3) writes them so.
  if (hi == 0 && lo >> 32 == 0 && lo > 0xffff) {
    *at++ = ':';
    *at++ = ':';
    return writeDotted(static_cast<uint32_t>(lo), at);
  }
  std::array<uint16_t, 8> groups;
  for (size_t k = 0; k < 4; ++k) {
    groups[k] = static_cast<uint16_t>(hi >> (48 - 16 * k));
    groups[4 + k] = static_cast<uint16_t>(lo >> (48 - 16 * k));
  }
  return writeGroups(groups, at);
}

}  // namespace flowtap
