// A library that is loaded when it is first needed, so that flowtap starts on hosts without it.
#pragma once

#include <dlfcn.h>

#include <initializer_list>
#include <string>

namespace flowtap {

/// One library opened with dlopen(3), its symbols kept to itself. It stays loaded for the life of the process, because
/// functions taken from it may be in use on any thread.
class SharedLibrary {
 public:
  /// Opens the first of `names` that can be: sonames, tried in order.
  explicit SharedLibrary(std::initializer_list<const char*> names) {
    for (const char* name : names) {
      handle_ = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (handle_ != nullptr) {
        error_.clear();
        return;
      }
      if (error_.empty()) remember(dlerror());  // the first name is the usual one: its error tells most
    }
  }

  /// Sets `function` to the symbol `name`; a symbol that is missing shows in error().
  template <typename Function>
  void bind(Function*& function, const char* name) {
    if (handle_ == nullptr) return;
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
    if (function == nullptr && error_.empty()) remember(dlerror());
  }

  /// Why the library cannot be used; empty when it was opened and every symbol bound so far was found.
  const std::string& error() const { return error_; }

 private:
  void remember(const char* text) { error_ = text != nullptr ? text : "unknown error of the dynamic linker"; }

  void* handle_ = nullptr;
  std::string error_;
};

}  // namespace flowtap
