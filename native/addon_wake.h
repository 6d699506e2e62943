// Calling JavaScript from another thread.
#pragma once

#include <node_api.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>

#include "addon_values.h"

namespace flowtap::node {

/// What a queued call of the wake function looks at. It belongs to the thread-safe function, whose queue may outlive
/// the object that wakes: that one can be collected as soon as it is closed.
struct WakeState {
  std::atomic<bool> pending = false;
};

inline void callWake(napi_env env, napi_value callback, void* context, void*) {
  if (env == nullptr) return;
  // Cleared first: what is published from here on asks for a call of its own.
  static_cast<WakeState*>(context)->pending.store(false, std::memory_order_seq_cst);
  napi_value global = nullptr;
  napi_get_global(env, &global);
  napi_value ignored = nullptr;
  napi_call_function(env, global, callback, 0, nullptr, &ignored);
}

inline void finalizeWake(napi_env, void*, void* context) {
  delete static_cast<WakeState*>(context);
}

/// A function that calls `callback` soon, any number of calls at once and from any thread as one. `handle` has to be
/// released by its owner. Empty when there is no memory.
inline std::function<void()> makeWake(napi_env env, napi_value callback, const char* name,
                                      napi_threadsafe_function* handle) {
  auto state = std::make_unique<WakeState>();
  const napi_value resource = make(env, std::string_view(name));
  if (napi_create_threadsafe_function(env, callback, nullptr, resource, 0, 1, nullptr, finalizeWake, state.get(),
                                      callWake, handle) != napi_ok)
    return {};
  return [state = state.release(), function = *handle] {
    if (state->pending.exchange(true, std::memory_order_seq_cst)) return;
    napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking);
  };
}

}  // namespace flowtap::node
