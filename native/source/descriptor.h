// A file descriptor that is read to its end and closed with its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowtap {

/// An input opened for reading: a file, a FIFO, standard input.
///
/// Inputs that may keep a reader waiting are polled together with a stop descriptor (an eventfd), so that a meter can
/// be stopped while nothing arrives. Regular files are read without that.
class Descriptor {
 public:
  enum class Status : uint8_t { octets, end, failed, stopped };

  /// Opens `path`, or standard input for "-". Never waits: a FIFO without a writer is waited for by read().
  /// `stopDescriptor` becomes readable when reading has to end, and stays its owner's; -1 for none.
  static Descriptor open(const std::string& path, int stopDescriptor = -1);

  /// Takes over the open descriptor `number`; standard input (0) is not closed.
  explicit Descriptor(int number, int stopDescriptor = -1);
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();

  /// Reads up to `room` octets to `out` and says in `got` how many; waits until there is at least one.
  Status read(uint8_t* out, size_t room, size_t& got);

  /// Octets read so far.
  uint64_t octetsRead() const { return octetsRead_; }
  /// Octets of a regular file, 0 for anything else.
  uint64_t size() const { return size_; }
  /// What went wrong in open() or read(); empty when nothing did.
  const std::string& error() const { return error_; }

 private:
  explicit Descriptor(std::string error) : error_(std::move(error)) {}
  void examine();

  int number_ = -1;
  int stopDescriptor_ = -1;
  bool mayWait_ = false;
  uint64_t octetsRead_ = 0;
  uint64_t size_ = 0;
  std::string error_;
};

}  // namespace flowtap
