// libzstd, loaded when it is first needed.
#pragma once

#include <zstd.h>

#include <string>

namespace flowtap {

/// Functions of libzstd; when `error` is not empty, it says why there are none.
struct Zstd {
  decltype(::ZSTD_decompress)* decompress = nullptr;
  decltype(::ZSTD_createDStream)* createDStream = nullptr;
  decltype(::ZSTD_freeDStream)* freeDStream = nullptr;
  decltype(::ZSTD_decompressStream)* decompressStream = nullptr;
  decltype(::ZSTD_isError)* isError = nullptr;
  decltype(::ZSTD_getErrorName)* getErrorName = nullptr;
  std::string error;
};

const Zstd& zstd();

}  // namespace flowtap
