// Zstandard files, RFC 8878: frames that follow each other, some of them skippable.
//
//   +--------------+--------------+----------------+------------------+
//   | Magic_Number | Frame_Header | Data_Block ... | Content_Checksum |
//   |   4 octets   | 2-14 octets  |                |  0 or 4 octets   |
//   +--------------+--------------+----------------+------------------+
#include "source/decompressor.h"
#include "source/libzstd.h"

namespace flowtap {

namespace {

// libzstd refuses frames with a window above 128 MB unless told otherwise: that is the bound on memory here.
class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : error_(zstd().error) {
    if (!error_.empty()) return;
    stream_ = zstd().createDStream();
    if (stream_ == nullptr) error_ = "libzstd cannot be started";
  }

  ZstdDecompressor(const ZstdDecompressor&) = delete;
  ZstdDecompressor& operator=(const ZstdDecompressor&) = delete;

  ~ZstdDecompressor() override {
    if (stream_ != nullptr) zstd().freeDStream(stream_);
  }

  Result decompress(const uint8_t*& in, const uint8_t* inEnd, uint8_t*& out, uint8_t* outEnd) override {
    ZSTD_inBuffer input{in, static_cast<size_t>(inEnd - in), 0};
    ZSTD_outBuffer output{out, static_cast<size_t>(outEnd - out), 0};
    const size_t result = zstd().decompressStream(stream_, &output, &input);
    in += input.pos;
    out += output.pos;
    if (zstd().isError(result) != 0) {
      error_ = zstd().getErrorName(result);
      return Result::corrupt;
    }
    return result == 0 ? Result::memberEnd : Result::progress;
  }

  bool startsMember(const uint8_t* in, size_t size) const override {
    return recogniseCompression(in, size) == Compression::zstd;
  }

  const std::string& error() const override { return error_; }

 private:
  ZSTD_DStream* stream_ = nullptr;
  std::string error_;
};

}  // namespace

std::unique_ptr<Decompressor> makeZstdDecompressor() {
  return std::make_unique<ZstdDecompressor>();
}

}  // namespace flowtap
