// Hands finished records from the metering thread to JavaScript through one fixed piece of memory.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

namespace flowtap {

/// Single-producer, single-consumer ring of fixed-size records over memory that the consumer owns. The producer writes
/// records in place, publishes them in groups, and wakes the consumer once per group: `wake` must be cheap, callable
/// from any thread, and may coalesce.
class RecordRing {
 public:
  RecordRing(uint8_t* memory, size_t capacity, size_t stride, std::function<void()> wake)
      : memory_(memory), capacity_(capacity), stride_(stride), wake_(std::move(wake)) {}

  // ---- producer

  /// Records that can be written for certain, without a look at how far the consumer has come.
  size_t room() const { return capacity_ - (written_ - seenReleased_); }

  /// Records that can be written before the ring is full.
  size_t space() {
    if (room() < lowWater) seenReleased_ = released_.load(std::memory_order_acquire);
    return room();
  }

  /// Waits until `records` fit, publishing what is written so far. False when the consumer has closed the ring.
  bool waitForSpace(size_t records) {
    if (space() >= records) return true;
    publish();
    std::unique_lock lock(mutex_);
    waiting_.store(true, std::memory_order_seq_cst);
    freed_.wait(lock, [&] {
      seenReleased_ = released_.load(std::memory_order_seq_cst);
      return room() >= records || closed_;
    });
    waiting_.store(false, std::memory_order_relaxed);
    return room() >= records;
  }

  /// The next record to fill, uninitialised. Only while `space()` is above zero.
  uint8_t* next() { return memory_ + (written_++ % capacity_) * stride_; }

  /// Shows everything written to the consumer and wakes it.
  void publish() {
    if (published_.load(std::memory_order_relaxed) == written_) return;
    published_.store(written_, std::memory_order_release);
    wake_();
  }

  /// Wakes the consumer though there is nothing new: the producer has ended.
  void wake() { wake_(); }

  size_t unpublished() const { return written_ - published_.load(std::memory_order_relaxed); }

  // ---- consumer

  /// Records that lie in one piece at the consumer's position, at most `most`.
  size_t available(size_t most) const {
    const size_t released = released_.load(std::memory_order_relaxed);
    const size_t ready = published_.load(std::memory_order_acquire) - released;
    const size_t toEnd = capacity_ - released % capacity_;
    return std::min({ready, toEnd, most});
  }

  /// Gives the first `records` back to the producer.
  void release(size_t records) {
    released_.fetch_add(records, std::memory_order_seq_cst);
    if (!waiting_.load(std::memory_order_seq_cst)) return;
    const std::lock_guard lock(mutex_);
    freed_.notify_one();
  }

  /// Lets a waiting producer go; it will not wait again.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    freed_.notify_one();
  }

 private:
  // The consumer's position is re-read only when the ring looks this full: one shared cache line less per record.
  static constexpr size_t lowWater = 4096;

  uint8_t* memory_;
  size_t capacity_;
  size_t stride_;
  std::function<void()> wake_;

  size_t written_ = 0;       // producer's own
  size_t seenReleased_ = 0;  // producer's last look at released_
  alignas(64) std::atomic<size_t> published_ = 0;
  alignas(64) std::atomic<size_t> released_ = 0;
  std::atomic<bool> waiting_ = false;
  std::mutex mutex_;
  std::condition_variable freed_;
  bool closed_ = false;
};

}  // namespace flowtap
