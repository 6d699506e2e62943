// Memory of JavaScript's typed arrays and views, for the length of a call.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace flowtap::node {

struct Octets {
  uint8_t* data = nullptr;
  size_t size = 0;
};

/// False when `array` is no typed array.
inline bool arrayOctets(napi_env env, napi_value array, Octets& octets) {
  static constexpr size_t widths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};  // by napi_typedarray_type
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* memory = nullptr;
  if (napi_get_typedarray_info(env, array, &type, &length, &memory, nullptr, nullptr) != napi_ok) return false;
  if (type >= std::size(widths)) return false;
  octets = {static_cast<uint8_t*>(memory), length * widths[type]};
  return true;
}

/// False when `view` is no DataView.
inline bool viewOctets(napi_env env, napi_value view, Octets& octets) {
  size_t size = 0;
  void* memory = nullptr;
  if (napi_get_dataview_info(env, view, &size, &memory, nullptr, nullptr) != napi_ok) return false;
  octets = {static_cast<uint8_t*>(memory), size};
  return true;
}

/// A typed array's memory; nullptr when it has not at least `octets`.
inline void* arrayMemory(napi_env env, napi_value array, size_t octets) {
  Octets found;
  return arrayOctets(env, array, found) && found.size >= octets ? found.data : nullptr;
}

}  // namespace flowtap::node
