// The octets of a capture, whatever they come from: file, FIFO or standard input, plain or compressed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "source/decompressor.h"
#include "source/descriptor.h"

namespace flowtap {

/// A window on an input that is read in large pieces. Readers parse records where they lie in the window and ask for
/// more octets when a record is not whole. The window never grows: memory does not depend on what the input claims.
class ByteStream {
 public:
  /// Octets asked of the input at once.
  static constexpr size_t pieceSize = size_t{256} * 1024;
  /// The most octets that fill() can bring together.
  static constexpr size_t largestRecord = size_t{256} * 1024 + 1024;

  enum class Fill : uint8_t {
    ready,    // the window holds what was asked for
    end,      // the input ended before that; what it had left is in the window
    failed,   // reading or decompressing failed, see complaint(); octets before the fault are in the window
    stopped,  // the stop descriptor became readable
  };

  explicit ByteStream(Descriptor descriptor);

  /// The window: octets not consumed yet. Valid until the next fill() or skip().
  const uint8_t* data() const { return window_.get() + begin_; }
  size_t available() const { return end_ - begin_; }

  /// Moves past `octets`, at most available(). What was passed stays readable until the next fill() or skip().
  void consume(size_t octets) {
    begin_ += octets;
    offset_ += octets;
  }

  /// Waits until at least `need` octets, at most largestRecord, are in the window.
  Fill fill(size_t need);

  /// Passes over the next `octets` of the input, however many; `octets` is left at what was not there.
  Fill skip(uint64_t& octets);

  /// Position of data() in the uncompressed octets.
  uint64_t offset() const { return offset_; }
  /// Octets of the input used so far, compressed ones where it is compressed, and its size or 0: for progress.
  uint64_t consumed() const;
  uint64_t size() const { return descriptor_.size(); }

  /// How the input is compressed; known after the first fill().
  Compression compression() const { return compression_; }

  /// One line on why fill() failed, or on what was wrong at the end of an input that could be used; else empty.
  const std::string& complaint() const { return complaint_; }

 private:
  Fill recognise();
  Fill produce(uint8_t* out, size_t room, size_t& got);
  Fill decompress(uint8_t* out, size_t room, size_t& got);
  Fill readCompressed();
  Fill ended(Fill fill) { return ended_ = fill; }

  static constexpr size_t windowSize = pieceSize + largestRecord;

  Descriptor descriptor_;
  std::unique_ptr<uint8_t[]> window_;
  size_t begin_ = 0;
  size_t end_ = 0;
  uint64_t offset_ = 0;
  Fill ended_ = Fill::ready;  // anything else is final
  bool recognised_ = false;

  Compression compression_ = Compression::none;
  std::unique_ptr<Decompressor> decompressor_;
  std::unique_ptr<uint8_t[]> compressed_;  // pieceSize octets
  const uint8_t* in_ = nullptr;
  const uint8_t* inEnd_ = nullptr;
  bool betweenMembers_ = true;
  bool outputPending_ = false;  // the decompressor filled all the room it had: there may be more without input
  bool inputEnded_ = false;
  std::string complaint_;
};

}  // namespace flowtap
