// Values between JavaScript and C++, for the files that know Node.
#pragma once

#include <node_api.h>
#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "source/packet_source.h"

namespace flowtap::node {

/// Throws an Error when the call returns; what it returns is for the call to return.
inline napi_value fail(napi_env env, const std::string& text) {
  napi_throw_error(env, nullptr, text.c_str());
  return nullptr;
}

/// The same with an error of the system, unless it is 0: its name is the `code`, as in Node's own.
inline napi_value failUnlessZero(napi_env env, int error) {
  if (error != 0) napi_throw_error(env, uv_err_name(-error), uv_strerror(-error));
  return nullptr;
}

/// The same with what went wrong, when something did.
inline napi_value failUnlessEmpty(napi_env env, const std::string& error) {
  return error.empty() ? nullptr : fail(env, error);
}

inline napi_value property(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  napi_get_named_property(env, object, name, &value);
  return value;
}

inline double numberOf(napi_env env, napi_value object, const char* name) {
  double number = 0;
  napi_get_value_double(env, property(env, object, name), &number);
  return number;
}

inline bool booleanOf(napi_env env, napi_value object, const char* name) {
  bool boolean = false;
  napi_get_value_bool(env, property(env, object, name), &boolean);
  return boolean;
}

inline std::string text(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return {};
  std::string string(length, '\0');
  napi_get_value_string_utf8(env, value, string.data(), length + 1, &length);
  return string;
}

inline napi_value element(napi_env env, napi_value array, uint32_t at) {
  napi_value value = nullptr;
  napi_get_element(env, array, at, &value);
  return value;
}

inline uint32_t lengthOf(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  return length;
}

inline napi_value make(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

inline napi_value make(napi_env env, uint64_t number) {
  return make(env, static_cast<double>(number));
}

inline napi_value make(napi_env env, std::string_view string) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, string.data(), string.size(), &value);
  return value;
}

inline napi_value make(napi_env env, bool boolean) {
  napi_value value = nullptr;
  napi_get_boolean(env, boolean, &value);
  return value;
}

inline napi_value makeObject(napi_env env) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  return object;
}

template <typename Items, typename Convert>
napi_value makeArray(napi_env env, const Items& items, Convert convert) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, items.size(), &array);
  uint32_t at = 0;
  for (const auto& item : items) napi_set_element(env, array, at++, convert(item));
  return array;
}

template <typename Value>
void set(napi_env env, napi_value object, const char* name, Value value) {
  napi_value made = nullptr;
  if constexpr (std::is_same_v<Value, napi_value>) {
    made = value;
  } else {
    made = make(env, value);
  }
  napi_set_named_property(env, object, name, made);
}

template <typename Counts>
napi_value makeCounts(napi_env env, const Counts& counts) {
  return makeArray(env, counts, [env](uint64_t count) { return make(env, count); });
}

inline napi_value noticesOf(napi_env env, const std::vector<flowtap::SourceNotice>& notices) {
  return makeArray(env, notices, [env](const flowtap::SourceNotice& notice) {
    const napi_value item = makeObject(env);
    set(env, item, "source", std::string_view(notice.source));
    set(env, item, "offset", notice.offset);
    set(env, item, "text", std::string_view(notice.text));
    set(env, item, "fatal", notice.fatal);
    return item;
  });
}

}  // namespace flowtap::node
