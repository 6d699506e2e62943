#include "source/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace flowtap {

ByteStream::ByteStream(Descriptor descriptor)
    : descriptor_(std::move(descriptor)), window_(std::make_unique_for_overwrite<uint8_t[]>(windowSize)) {}

ByteStream::Fill ByteStream::fill(size_t need) {
  if (available() >= need) return Fill::ready;
  if (ended_ != Fill::ready) return ended_;
  if (begin_ > 0) {
    std::memmove(window_.get(), window_.get() + begin_, available());
    end_ -= begin_;
    begin_ = 0;
  }
  if (!recognised_) {
    const Fill fill = recognise();
    if (fill != Fill::ready) return fill;
  }
  while (available() < need) {
    size_t got = 0;
    const Fill fill = produce(window_.get() + end_, std::min(pieceSize, windowSize - end_), got);
    end_ += got;
    if (fill == Fill::ready) continue;
    ended(fill);
    // What came before the end may be enough all the same.
    return available() >= need ? Fill::ready : fill;
  }
  return Fill::ready;
}

ByteStream::Fill ByteStream::skip(uint64_t& octets) {
  while (octets > 0) {
    const Fill fill = this->fill(1);
    if (fill != Fill::ready) return fill;
    const size_t passed = static_cast<size_t>(std::min<uint64_t>(octets, available()));
    consume(passed);
    octets -= passed;
  }
  return Fill::ready;
}

uint64_t ByteStream::consumed() const {
  const uint64_t waiting = compression_ == Compression::none ? available() : static_cast<uint64_t>(inEnd_ - in_);
  return descriptor_.octetsRead() - waiting;
}

/// Reads the first four octets and sets up decompression where they ask for it.
ByteStream::Fill ByteStream::recognise() {
  while (available() < 4) {
    size_t got = 0;
    const Fill fill = produce(window_.get() + end_, pieceSize, got);
    end_ += got;
    if (fill == Fill::ready) continue;
    if (fill != Fill::end) return ended(fill);
    inputEnded_ = true;
    break;
  }
  recognised_ = true;
  compression_ = recogniseCompression(data(), available());
  if (compression_ == Compression::none) return inputEnded_ ? ended(Fill::end) : Fill::ready;

  decompressor_ = compression_ == Compression::gzip ? makeGzipDecompressor() : makeZstdDecompressor();
  if (!decompressor_->error().empty()) {
    complaint_ = decompressor_->error();
    end_ = begin_;
    return ended(Fill::failed);
  }
  // What is in the window so far is the first compressed piece: at most 3 octets and one piece were read.
  compressed_ = std::make_unique_for_overwrite<uint8_t[]>(pieceSize + 4);
  std::memcpy(compressed_.get(), data(), available());
  in_ = compressed_.get();
  inEnd_ = in_ + available();
  end_ = begin_;
  return Fill::ready;
}

ByteStream::Fill ByteStream::produce(uint8_t* out, size_t room, size_t& got) {
  if (compression_ != Compression::none) return decompress(out, room, got);
  switch (descriptor_.read(out, room, got)) {
    case Descriptor::Status::octets:
      return Fill::ready;
    case Descriptor::Status::end:
      return Fill::end;
    case Descriptor::Status::stopped:
      return Fill::stopped;
    case Descriptor::Status::failed:
      break;
  }
  complaint_ = descriptor_.error();
  return Fill::failed;
}

/// Appends a piece of the input to what is left of the one before.
ByteStream::Fill ByteStream::readCompressed() {
  const size_t left = static_cast<size_t>(inEnd_ - in_);
  std::memmove(compressed_.get(), in_, left);
  in_ = compressed_.get();
  inEnd_ = in_ + left;
  size_t got = 0;
  switch (descriptor_.read(compressed_.get() + left, pieceSize - left, got)) {
    case Descriptor::Status::octets:
      inEnd_ += got;
      return Fill::ready;
    case Descriptor::Status::end:
      inputEnded_ = true;
      return Fill::ready;
    case Descriptor::Status::stopped:
      return Fill::stopped;
    case Descriptor::Status::failed:
      break;
  }
  complaint_ = descriptor_.error();
  return Fill::failed;
}

ByteStream::Fill ByteStream::decompress(uint8_t* out, size_t room, size_t& got) {
  uint8_t* at = out;
  const std::string name(compressionName(compression_));
  while (at == out) {
    const size_t left = static_cast<size_t>(inEnd_ - in_);
    if (!inputEnded_ && (betweenMembers_ ? left < 4 : left == 0 && !outputPending_)) {
      const Fill fill = readCompressed();
      if (fill != Fill::ready) return fill;
      continue;
    }
    if (betweenMembers_) {
      if (left == 0) return Fill::end;
      if (!decompressor_->startsMember(in_, left)) {
        complaint_ = name + " data is followed by something else, which is not read (compressed offset " +
                     std::to_string(consumed()) + ")";
        return Fill::end;
      }
      betweenMembers_ = false;
    }
    if (left == 0 && !outputPending_) {
      complaint_ = name + " data is cut short (compressed offset " + std::to_string(consumed()) + ")";
      return Fill::failed;
    }
    const Decompressor::Result result = decompressor_->decompress(in_, inEnd_, at, out + room);
    outputPending_ = at == out + room;
    got = static_cast<size_t>(at - out);
    if (result == Decompressor::Result::corrupt) {
      complaint_ = name + " data is corrupt: " + decompressor_->error() + " (compressed offset " +
                   std::to_string(consumed()) + ")";
      return Fill::failed;
    }
    if (result == Decompressor::Result::memberEnd) {
      betweenMembers_ = true;
      outputPending_ = false;
    }
  }
  return Fill::ready;
}

}  // namespace flowtap
