// A file in memory that captures are opened from by path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace support {

/// Can become shorter, but not longer than it was made.
class MemoryFile {
 public:
  MemoryFile(const uint8_t* octets, size_t size) : descriptor_(::memfd_create("capture", MFD_CLOEXEC)) {
    for (size_t at = 0; at < size;) {
      const ssize_t written = ::write(descriptor_, octets + at, size - at);
      if (written <= 0) break;
      at += static_cast<size_t>(written);
    }
  }
  /// Of a string or vector of octets.
  template <typename Octets>
  explicit MemoryFile(const Octets& octets) : MemoryFile(octets.data(), octets.size()) {}
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  bool truncate(size_t length) { return ::ftruncate(descriptor_, static_cast<off_t>(length)) == 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace support
