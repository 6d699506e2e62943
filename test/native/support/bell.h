// What wakes a consumer in tests.
#pragma once

#include <condition_variable>
#include <mutex>

namespace support {

/// Lets the consumer sleep until the producer has something; as the addon's thread-safe function call, it coalesces.
class Bell {
 public:
  void ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    heard_.notify_one();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    heard_.wait(lock, [this] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  bool rung_ = false;
};

}  // namespace support
