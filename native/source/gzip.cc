// gzip files, RFC 1952:
//
//   +---+---+---+---+---+---+---+---+---+---+=======================+-----------------+-----------------+
//   |ID1|ID2|CM |FLG|     MTIME     |XFL|OS |  deflated blocks ...  |      CRC32      |      ISIZE      |
//   +---+---+---+---+---+---+---+---+---+---+=======================+-----------------+-----------------+
//
// Members follow each other without a mark between them (section 2.2).
#include <zlib.h>

#include "source/decompressor.h"
#include "source/shared_library.h"

namespace flowtap {

namespace {

struct Zlib {
  decltype(::inflateInit2_)* start = nullptr;
  decltype(::inflate)* inflate = nullptr;
  decltype(::inflateReset)* inflateReset = nullptr;
  decltype(::inflateEnd)* inflateEnd = nullptr;
  std::string error;
};

const Zlib& zlib() {
  static const Zlib functions = [] {
    Zlib found;
    SharedLibrary library({"libz.so.1"});
    library.bind(found.start, "inflateInit2_");
    library.bind(found.inflate, "inflate");
    library.bind(found.inflateReset, "inflateReset");
    library.bind(found.inflateEnd, "inflateEnd");
    if (!library.error().empty()) found.error = "gzip needs zlib, which cannot be loaded: " + library.error();
    return found;
  }();
  return functions;
}

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() : error_(zlib().error) {
    if (!error_.empty()) return;
    constexpr int windowBits = 15 + 16;  // any window, gzip header and trailer only
    ready_ = zlib().start(&stream_, windowBits, ZLIB_VERSION, static_cast<int>(sizeof stream_)) == Z_OK;
    if (!ready_) error_ = "zlib cannot be started";
  }

  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  ~GzipDecompressor() override {
    if (ready_) zlib().inflateEnd(&stream_);
  }

  Result decompress(const uint8_t*& in, const uint8_t* inEnd, uint8_t*& out, uint8_t* outEnd) override {
    stream_.next_in = const_cast<Bytef*>(in);  // zlib declares it so, and only reads
    stream_.avail_in = static_cast<uInt>(inEnd - in);
    stream_.next_out = out;
    stream_.avail_out = static_cast<uInt>(outEnd - out);
    const int result = zlib().inflate(&stream_, Z_NO_FLUSH);
    in = stream_.next_in;
    out = stream_.next_out;
    if (result == Z_OK || result == Z_BUF_ERROR) return Result::progress;
    if (result == Z_STREAM_END) {
      zlib().inflateReset(&stream_);
      return Result::memberEnd;
    }
    error_ = stream_.msg != nullptr ? stream_.msg : "zlib error " + std::to_string(result);
    return Result::corrupt;
  }

  bool startsMember(const uint8_t* in, size_t size) const override {
    return recogniseCompression(in, size) == Compression::gzip;
  }

  const std::string& error() const override { return error_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
  std::string error_;
};

}  // namespace

std::unique_ptr<Decompressor> makeGzipDecompressor() {
  return std::make_unique<GzipDecompressor>();
}

}  // namespace flowtap
