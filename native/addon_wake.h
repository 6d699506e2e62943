// Calling JavaScript from another thread.
#pragma once

#include <node_api.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string_view>

#include "addon_values.h"

namespace flowtap::node {

/// A JavaScript function that another thread calls. What the function throws is an uncaught exception, as it is in a
/// function that the event loop calls: Node would drop it with a warning (DEP0168).
class Wake {
 public:
  Wake() = default;
  ~Wake() { close(); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  /// What has `callback` called soon, any number of calls at once and from any thread as one. Empty when there is no
  /// memory. No longer to be called after `close`.
  std::function<void()> open(napi_env env, napi_value callback, std::string_view name) {
    auto state = std::make_unique<State>();
    if (napi_create_threadsafe_function(env, callback, nullptr, make(env, name), 0, 1, nullptr, finalize, state.get(),
                                        call, &function_) != napi_ok)
      return {};
    return [state = state.release(), function = function_] {
      if (state->pending.exchange(true, std::memory_order_seq_cst)) return;
      napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking);
    };
  }

  /// Lets the process end. A call that is queued is still made.
  void close() {
    if (function_ != nullptr) napi_release_threadsafe_function(function_, napi_tsfn_release);
    function_ = nullptr;
  }

 private:
  /// What a queued call looks at. It belongs to the thread-safe function, whose queue may outlive the object that
  /// wakes: that one can be collected as soon as it is closed.
  struct State {
    std::atomic<bool> pending = false;
  };

  static void call(napi_env env, napi_value callback, void* context, void*) {
    if (env == nullptr) return;
    // Cleared first: what is published from here on asks for a call of its own.
    static_cast<State*>(context)->pending.store(false, std::memory_order_seq_cst);
    napi_value global = nullptr;
    napi_get_global(env, &global);
    napi_value ignored = nullptr;
    if (napi_call_function(env, global, callback, 0, nullptr, &ignored) != napi_pending_exception) return;
    napi_value thrown = nullptr;
    if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
  }

  static void finalize(napi_env, void*, void* context) { delete static_cast<State*>(context); }

  napi_threadsafe_function function_ = nullptr;
};

}  // namespace flowtap::node
