// Knows Node, as addon.cc does, for the decoders that have no thread and no state beyond a call.
#include "addon_decoders.h"

#include <cstdint>
#include <iterator>
#include <memory>
#include <string>

#include "decode/sampled_headers.h"
#include "source/block_codec.h"

namespace flowtap {

namespace {

/// The octets of a typed array.
struct Octets {
  uint8_t* data = nullptr;
  size_t size = 0;
};

bool arrayOctets(napi_env env, napi_value array, Octets& octets) {
  static constexpr size_t widths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};  // by napi_typedarray_type
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* memory = nullptr;
  if (napi_get_typedarray_info(env, array, &type, &length, &memory, nullptr, nullptr) != napi_ok) return false;
  if (type >= std::size(widths)) return false;
  octets = {static_cast<uint8_t*>(memory), length * widths[type]};
  return true;
}

bool viewOctets(napi_env env, napi_value view, Octets& octets) {
  size_t size = 0;
  void* memory = nullptr;
  if (napi_get_dataview_info(env, view, &size, &memory, nullptr, nullptr) != napi_ok) return false;
  octets = {static_cast<uint8_t*>(memory), size};
  return true;
}

napi_value fail(napi_env env, const std::string& text) {
  napi_throw_error(env, nullptr, text.c_str());
  return nullptr;
}

// ---- class SampledHeaders

void finalizeSampledHeaders(napi_env, void* native, void*) {
  delete static_cast<SampledHeaders*>(native);
}

napi_value constructSampledHeaders(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  auto headers = std::make_unique<SampledHeaders>();
  if (napi_wrap(env, self, headers.get(), finalizeSampledHeaders, nullptr, nullptr) != napi_ok)
    return fail(env, "out of memory");
  static_cast<void>(headers.release());
  return self;
}

/// decode(datagram: DataView, headers: Uint32Array, count, summaries: Uint8Array, ignored: Uint8Array)
napi_value decodeSampledHeaders(napi_env env, napi_callback_info info) {
  napi_value arguments[5] = {};
  size_t given = std::size(arguments);
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &given, arguments, &self, nullptr);
  void* native = nullptr;
  uint32_t count = 0;
  Octets datagram;
  Octets headers;
  Octets summaries;
  Octets ignored;
  if (napi_unwrap(env, self, &native) != napi_ok || !viewOctets(env, arguments[0], datagram) ||
      !arrayOctets(env, arguments[1], headers) || napi_get_value_uint32(env, arguments[2], &count) != napi_ok ||
      !arrayOctets(env, arguments[3], summaries) || !arrayOctets(env, arguments[4], ignored))
    return fail(env, "decode takes a view, headers, their count, summaries and reasons");
  if (headers.size < size_t{count} * sizeof(SampledHeader) || ignored.size < count ||
      summaries.size < size_t{count} * SampledHeaders::summaryOctets)
    return fail(env, "arrays are too small for the headers");
  static_cast<SampledHeaders*>(native)->decode(datagram.data, datagram.size,
                                               reinterpret_cast<const SampledHeader*>(headers.data), count,
                                               summaries.data, ignored.data);
  return nullptr;
}

// ---- blocks

/// unpackBlock(codec: 0 bzip2 | 1 zstd, block: Uint8Array, into: Uint8Array): octets written
napi_value unpackBlockOctets(napi_env env, napi_callback_info info) {
  napi_value arguments[3] = {};
  size_t given = std::size(arguments);
  napi_get_cb_info(env, info, &given, arguments, nullptr, nullptr);
  uint32_t codec = 0;
  Octets block;
  Octets into;
  if (napi_get_value_uint32(env, arguments[0], &codec) != napi_ok || codec > 1 ||
      !arrayOctets(env, arguments[1], block) || !arrayOctets(env, arguments[2], into))
    return fail(env, "unpackBlock takes a codec and two arrays of octets");
  size_t written = 0;
  const std::string error =
      unpackBlock(static_cast<BlockCodec>(codec), block.data, block.size, into.data, into.size, written);
  if (!error.empty()) return fail(env, error);
  napi_value value = nullptr;
  napi_create_double(env, static_cast<double>(written), &value);
  return value;
}

}  // namespace

void exportDecoders(napi_env env, napi_value exports) {
  const napi_property_descriptor decoding[] = {
      {"decode", nullptr, decodeSampledHeaders, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value sampledHeaders = nullptr;
  napi_define_class(env, "SampledHeaders", NAPI_AUTO_LENGTH, constructSampledHeaders, nullptr, std::size(decoding),
                    decoding, &sampledHeaders);
  const napi_property_descriptor exported[] = {
      {"SampledHeaders", nullptr, nullptr, nullptr, nullptr, sampledHeaders, napi_default_jsproperty, nullptr},
      {"unpackBlock", nullptr, unpackBlockOctets, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_define_properties(env, exports, std::size(exported), exported);
}

}  // namespace flowtap
