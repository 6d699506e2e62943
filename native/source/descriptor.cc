#include "source/descriptor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace flowtap {

namespace {

std::string errorText(int number) {
  return std::generic_category().message(number);
}

}  // namespace

Descriptor Descriptor::open(const std::string& path, int stopDescriptor) {
  if (path == "-") return Descriptor(STDIN_FILENO, stopDescriptor);
  // O_NONBLOCK: opening a FIFO would else wait for its writer, deaf to the stop descriptor.
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (number < 0) return Descriptor(errorText(errno));
  return Descriptor(number, stopDescriptor);
}

Descriptor::Descriptor(int number, int stopDescriptor) : number_(number), stopDescriptor_(stopDescriptor) {
  examine();
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)),
      stopDescriptor_(other.stopDescriptor_),
      mayWait_(other.mayWait_),
      octetsRead_(other.octetsRead_),
      size_(other.size_),
      error_(std::move(other.error_)) {}

Descriptor::~Descriptor() {
  if (number_ > STDIN_FILENO) close(number_);
}

void Descriptor::examine() {
  struct stat status{};
  if (fstat(number_, &status) != 0) {
    error_ = errorText(errno);
    return;
  }
  if (S_ISDIR(status.st_mode)) {
    error_ = errorText(EISDIR);
    return;
  }
  mayWait_ = !S_ISREG(status.st_mode);
  if (mayWait_) return;
  size_ = static_cast<uint64_t>(status.st_size);
  // Only advice: its failure changes nothing.
  static_cast<void>(posix_fadvise(number_, 0, 0, POSIX_FADV_SEQUENTIAL));
}

Descriptor::Status Descriptor::read(uint8_t* out, size_t room, size_t& got) {
  got = 0;
  if (!error_.empty()) return Status::failed;
  for (;;) {
    if (mayWait_) {
      pollfd waits[2] = {{number_, POLLIN, 0}, {stopDescriptor_, POLLIN, 0}};  // poll ignores a descriptor of -1
      if (poll(waits, 2, -1) < 0) {
        if (errno == EINTR) continue;
        error_ = errorText(errno);
        return Status::failed;
      }
      if (waits[1].revents != 0) return Status::stopped;
    }
    const ssize_t octets = ::read(number_, out, room);
    if (octets > 0) {
      got = static_cast<size_t>(octets);
      octetsRead_ += got;
      return Status::octets;
    }
    if (octets == 0) return Status::end;
    if (errno == EINTR || (mayWait_ && (errno == EAGAIN || errno == EWOULDBLOCK))) continue;
    error_ = errorText(errno);
    return Status::failed;
  }
}

}  // namespace flowtap
