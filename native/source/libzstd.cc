#include "source/libzstd.h"

#include "source/shared_library.h"

namespace flowtap {

const Zstd& zstd() {
  static const Zstd functions = [] {
    Zstd found;
    SharedLibrary library({"libzstd.so.1"});
    library.bind(found.decompress, "ZSTD_decompress");
    library.bind(found.createDStream, "ZSTD_createDStream");
    library.bind(found.freeDStream, "ZSTD_freeDStream");
    library.bind(found.decompressStream, "ZSTD_decompressStream");
    library.bind(found.isError, "ZSTD_isError");
    library.bind(found.getErrorName, "ZSTD_getErrorName");
    if (!library.error().empty()) found.error = "zstd needs libzstd, which cannot be loaded: " + library.error();
    return found;
  }();
  return functions;
}

}  // namespace flowtap
