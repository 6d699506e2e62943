#include "source/capture_list.h"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

namespace flowtap {

namespace {

/// Octets of a regular file, or 0.
uint64_t sizeOf(const std::string& path) {
  struct stat status{};
  const int result = path == "-" ? fstat(0, &status) : stat(path.c_str(), &status);
  return result == 0 && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace

CaptureList::CaptureList(std::vector<std::string> paths, SourceListener& listener, int stopDescriptor)
    : paths_(std::move(paths)), listener_(listener), stopDescriptor_(stopDescriptor) {
  sizes_.reserve(paths_.size());
  for (const std::string& path : paths_) sizes_.push_back(sizeOf(path));
  if (std::find(sizes_.begin(), sizes_.end(), uint64_t{0}) != sizes_.end()) return;
  for (const uint64_t size : sizes_) size_ += size;
}

PacketSource::State CaptureList::read(RawPacket* packets, size_t capacity, size_t& count) {
  count = 0;
  if (current_ == nullptr) {
    if (next_ == paths_.size() || isStopped()) return State::end;
    current_ = openCapture(paths_[next_], listener_, stopDescriptor_);
    if (current_ == nullptr) consumedBefore_ += sizes_[next_];
    next_++;
    return State::more;
  }
  const State state = current_->read(packets, capacity, count);
  if (state != State::end) return state;
  consumedBefore_ += std::max(sizes_[next_ - 1], current_->consumed());
  undescribedBefore_ += current_->undescribed();
  current_.reset();
  return State::more;
}

uint64_t CaptureList::consumed() const {
  return consumedBefore_ + (current_ != nullptr ? current_->consumed() : 0);
}

uint64_t CaptureList::undescribed() const {
  return undescribedBefore_ + (current_ != nullptr ? current_->undescribed() : 0);
}

/// Whether reading has to end: asked between captures, where the one that was waiting has ended for it.
bool CaptureList::isStopped() const {
  pollfd wait{stopDescriptor_, POLLIN, 0};
  return stopDescriptor_ >= 0 && poll(&wait, 1, 0) > 0;
}

}  // namespace flowtap
