// Native objects behind JavaScript's: made, found at each call and deleted in one place; classes and functions.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <memory>

#include "addon_values.h"

namespace flowtap::node {

/// A call from JavaScript. Arguments that it does not bring are undefined.
struct Call {
  static constexpr size_t most = 5;

  Call(napi_env environment, napi_callback_info info) : env(environment) {
    napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
  }

  napi_env env;
  napi_value self = nullptr;
  napi_value arguments[most] = {};
  size_t count = most;  // that it brings
};

/// Keeps a JavaScript value alive. Lives and ends on JavaScript's thread.
class Reference {
 public:
  Reference() = default;
  ~Reference() {
    if (reference_ != nullptr) napi_delete_reference(env_, reference_);
  }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  /// Once. False when there is no memory.
  bool hold(napi_env env, napi_value value) {
    env_ = env;
    return napi_create_reference(env, value, 1, &reference_) == napi_ok;
  }

 private:
  napi_env env_ = nullptr;
  napi_ref reference_ = nullptr;
};

/// What a constructor returns: the object it was called on, with `native`, which is deleted when that is collected.
template <typename Native>
napi_value constructed(const Call& call, std::unique_ptr<Native> native) {
  const auto end = [](napi_env, void* ended, void*) { delete static_cast<Native*>(ended); };
  if (napi_wrap(call.env, call.self, native.get(), end, nullptr, nullptr) != napi_ok)
    return fail(call.env, "out of memory");
  static_cast<void>(native.release());
  return call.self;
}

template <typename>
struct MethodBody;

template <typename Object>
struct MethodBody<napi_value (*)(const Call&, Object&)> {
  using Native = Object;
};

/// A method with the body `napi_value Body(const Call&, Native&)`. Node lets it be called on objects of its class only.
template <auto Body>
napi_property_descriptor method(const char* name) {
  const napi_callback entry = [](napi_env env, napi_callback_info info) {
    const Call call(env, info);
    void* native = nullptr;
    if (napi_unwrap(env, call.self, &native) != napi_ok) return fail(env, "not an object of this class");
    return Body(call, *static_cast<typename MethodBody<decltype(Body)>::Native*>(native));
  };
  return {name, nullptr, entry, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

/// What Node calls for `napi_value Body(const Call&)`.
template <auto Body>
napi_value enter(napi_env env, napi_callback_info info) {
  return Body(Call(env, info));
}

/// Adds a class to the module's exports; `Construct` is a `napi_value (const Call&)` that returns `constructed`.
template <auto Construct, size_t Count>
void addClass(napi_env env, napi_value exports, const char* name, const napi_property_descriptor (&methods)[Count]) {
  napi_value made = nullptr;
  napi_define_class(env, name, NAPI_AUTO_LENGTH, enter<Construct>, nullptr, Count, methods, &made);
  napi_set_named_property(env, exports, name, made);
}

/// Adds a function `napi_value Body(const Call&)` to the module's exports.
template <auto Body>
void addFunction(napi_env env, napi_value exports, const char* name) {
  napi_value made = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, enter<Body>, nullptr, &made);
  napi_set_named_property(env, exports, name, made);
}

}  // namespace flowtap::node
