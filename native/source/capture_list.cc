#include "source/capture_list.h"

#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace flowtap {

namespace {

/// Octets of a regular file, none of a file that is not there; nothing where it cannot be known.
std::optional<uint64_t> sizeOf(const std::string& path) {
  struct stat status{};
  const int result = path == "-" ? fstat(0, &status) : stat(path.c_str(), &status);
  if (result != 0) return 0;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<uint64_t>(status.st_size);
}

}  // namespace

CaptureList::CaptureList(std::vector<std::string> paths, SourceListener& listener, int stopDescriptor)
    : paths_(std::move(paths)), listener_(listener), stopDescriptor_(stopDescriptor) {
  sizes_.reserve(paths_.size());
  bool known = true;
  for (const std::string& path : paths_) {
    const std::optional<uint64_t> size = sizeOf(path);
    known = known && size.has_value();
    sizes_.push_back(size.value_or(0));
    size_ += sizes_.back();
  }
  if (!known) size_ = 0;
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
