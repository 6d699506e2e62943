#include "source/foreign_format.h"

#include <algorithm>
#include <string_view>

#include "source/byte_order.h"

namespace flowtap {

namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view octets;
  std::string_view name;
};

constexpr Magic magics[] = {
    {"\x7f"
     "ELF"sv,
     "ELF program"},
    {"%PDF"sv, "PDF document"},
    {"PK\x03\x04"sv, "ZIP archive"},
    {"\xde\xad\xbe\xef"sv, "SiLK flow file"},
    {"\x0c\xa5"sv, "nfdump file"},
    {"\xa5\x0c"sv, "nfdump file"},
    {"PAR1"sv, "Parquet file"},
    {"ARROW1"sv, "Arrow file"},
    {"snoop\0\0\0"sv, "snoop capture, which is not supported"},
    {"GMBU"sv, "Microsoft Network Monitor capture, which is not supported"},
    {"RTSS"sv, "Microsoft Network Monitor capture, which is not supported"},
    {"TRSNIFF data"sv, "Sniffer capture, which is not supported"},
    {"\x1f\x8b"sv, "gzip data"},
    {"\x28\xb5\x2f\xfd"sv, "zstd data"},
    {"\xfd"
     "7zXZ\0"sv,
     "xz data, which is not supported"},
    {"BZh"sv, "bzip2 data, which is not supported"},
    {"\x04\x22\x4d\x18"sv, "lz4 data, which is not supported"},
    {"SQLite format 3\0"sv, "SQLite database"},
    {"\x89PNG"sv, "PNG image"},
};

/// RFC 7011 section 3.1: version 10, then the length of the message, header included.
bool isIpfix(std::string_view start) {
  if (start.size() < 16) return false;
  const auto* octets = reinterpret_cast<const uint8_t*>(start.data());
  return load16(octets, ByteOrder::big) == 10 && load16(octets + 2, ByteOrder::big) >= 16;
}

bool isTextOctet(char octet) {
  const auto value = static_cast<uint8_t>(octet);
  return value == '\t' || value == '\n' || value == '\r' || value == '\f' || (value >= 0x20 && value != 0x7f);
}

std::string_view nameText(std::string_view start) {
  if (start.starts_with("\xef\xbb\xbf"sv)) start.remove_prefix(3);  // byte-order mark of UTF-8
  const size_t first = start.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "text";
  if (start[first] == '{' || start[first] == '[') return "JSON text";
  if (start[first] == '<') return "XML or HTML text";
  return "text";
}

}  // namespace

std::string nameForeignFormat(const uint8_t* octets, size_t size) {
  if (size == 0) return "empty file";
  const std::string_view start(reinterpret_cast<const char*>(octets), std::min(size, foreignFormatOctets));
  for (const Magic& magic : magics) {
    if (start.starts_with(magic.octets)) return std::string(magic.name);
  }
  if (isIpfix(start)) return "IPFIX file";
  if (std::all_of(start.begin(), start.end(), isTextOctet)) return std::string(nameText(start));

  std::string text = "first octets";
  constexpr char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < std::min<size_t>(size, 4); i++) {
    text += ' ';
    text += digits[octets[i] >> 4];
    text += digits[octets[i] & 15];
  }
  return text;
}

}  // namespace flowtap
