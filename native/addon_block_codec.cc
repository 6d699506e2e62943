// Knows Node: function unpackBlock.
#include <cstddef>
#include <cstdint>
#include <string>

#include "addon_arrays.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "source/block_codec.h"

namespace flowtap::node {

namespace {

/// unpackBlock(codec: 0 bzip2 | 1 zstd, block: Uint8Array, into: Uint8Array): octets written
napi_value unpack(const Call& call) {
  uint32_t codec = 0;
  Octets block;
  Octets into;
  if (napi_get_value_uint32(call.env, call.arguments[0], &codec) != napi_ok || codec > 1 ||
      !arrayOctets(call.env, call.arguments[1], block) || !arrayOctets(call.env, call.arguments[2], into))
    return fail(call.env, "unpackBlock takes a codec and two arrays of octets");
  size_t written = 0;
  const std::string error =
      unpackBlock(static_cast<BlockCodec>(codec), block.data, block.size, into.data, into.size, written);
  return error.empty() ? make(call.env, static_cast<double>(written)) : fail(call.env, error);
}

}  // namespace

void exportBlockCodec(napi_env env, napi_value exports) {
  addFunction<unpack>(env, exports, "unpackBlock");
}

}  // namespace flowtap::node
