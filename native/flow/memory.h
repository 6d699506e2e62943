// Fixed-ceiling arrays whose pages the kernel supplies when they are first touched.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace flowtap {

/// An array of `size` zeroed elements. Address space is reserved at once, memory is used only where it was written: a
/// small capture pays for a few pages however high the ceiling is. Check `ok()` after construction.
template <typename T>
class LazyArray {
 public:
  LazyArray() = default;
  explicit LazyArray(size_t size) : size_(size) {
    if (size == 0) return;
    void* memory =
        ::mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    elements_ = memory == MAP_FAILED ? nullptr : static_cast<T*>(memory);
    // Every packet goes to a random place in the table: with small pages most of what it costs is finding the page.
    if (ok() && size * sizeof(T) >= hugePage) ::madvise(memory, size * sizeof(T), MADV_HUGEPAGE);
  }
  LazyArray(LazyArray&& other) noexcept { swap(other); }
  LazyArray& operator=(LazyArray&& other) noexcept {
    swap(other);
    return *this;
  }
  ~LazyArray() {
    if (elements_ != nullptr) ::munmap(elements_, size_ * sizeof(T));
  }

  bool ok() const { return size_ == 0 || elements_ != nullptr; }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  T& operator[](size_t at) { return elements_[at]; }
  const T& operator[](size_t at) const { return elements_[at]; }

  void swap(LazyArray& other) {
    std::swap(elements_, other.elements_);
    std::swap(size_, other.size_);
  }

 private:
  static constexpr size_t hugePage = 2 << 20;

  T* elements_ = nullptr;
  size_t size_ = 0;
};

}  // namespace flowtap
