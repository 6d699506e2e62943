// Addresses as text: IPv4 dotted, IPv6 as RFC 5952.
#pragma once

#include <cstdint>

namespace flowtap {

/// Octets that no address exceeds: IPv6 with a dotted quad at its end.
inline constexpr int longestAddress = 46;

/// Writes the address in `hi` and `lo` (IPv4 as ::ffff:a.b.c.d) and returns the end of its text.
char* writeAddress(uint64_t hi, uint64_t lo, char* at);

}  // namespace flowtap
