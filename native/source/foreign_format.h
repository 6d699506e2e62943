// Files that are no captures but are given as such: what they are, for the error message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace flowtap {

/// Octets that are enough to name a format.
inline constexpr size_t foreignFormatOctets = 512;

/// Names the format of a file by its first `size` octets: "empty file", "JSON text", "Parquet file", ...; or
/// "first octets xx xx xx xx" when it is not known.
std::string nameForeignFormat(const uint8_t* octets, size_t size);

}  // namespace flowtap
