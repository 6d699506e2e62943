#include "receive/udp_receiver.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "clock.h"

namespace flowtap {

namespace {

constexpr int idleWait = 200;                      // milliseconds between signs of life
constexpr uint64_t leastSkb = 512;                 // octets that the kernel charges a datagram of none
constexpr int fullWait = 2;                        // milliseconds until a full ring is looked at again
constexpr int64_t housekeepingInterval = 100'000;  // microseconds
// Milliseconds in which datagrams gather in the socket, so that a call, and a turn of JavaScript, gets many; only where
// its buffer holds what comes meanwhile at 10 Gb/s.
constexpr int gatherWait = 8;
constexpr uint32_t gatherBuffer = 4 << 20;
constexpr size_t batchSize = 64;
constexpr size_t bufferStride =
    DatagramRing::longest + 1 + 128;  // not a power of two: buffers begin in different cache sets

/// Octets for the time of arrival.
struct alignas(cmsghdr) Control {
  uint8_t octets[CMSG_SPACE(sizeof(timespec))];
};

/// Microseconds since 1970 at which the kernel had the datagram.
int64_t arrivalOf(msghdr& message, int64_t now) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec time{};
    std::memcpy(&time, CMSG_DATA(each), sizeof time);
    return int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
  }
  return now;
}

void writeSource(const sockaddr_storage& from, DatagramHead& head) {
  if (from.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&from);
    std::memcpy(head.sourceAddress, &v6->sin6_addr, sizeof head.sourceAddress);
    head.sourcePort = ntohs(v6->sin6_port);
    return;
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&from);
  head.sourceAddress[10] = head.sourceAddress[11] = 0xff;
  std::memcpy(head.sourceAddress + 12, &v4->sin_addr, 4);
  head.sourcePort = ntohs(v4->sin_port);
}

}  // namespace

/// What one call of recvmmsg fills. Pages that no datagram reaches are never touched.
class UdpReceiver::Batch {
 public:
  Batch() : memory_(static_cast<uint8_t*>(std::malloc(batchSize * bufferStride))) {
    for (size_t i = 0; i < batchSize; ++i) pieces_[i] = {memory_.get() + i * bufferStride, DatagramRing::longest};
  }

  bool ok() const { return memory_ != nullptr; }

  int fill(int descriptor, size_t most) {
    for (size_t i = 0; i < most; ++i) {
      messages_[i].msg_hdr = {.msg_name = &sources_[i],
                              .msg_namelen = sizeof sources_[i],
                              .msg_iov = &pieces_[i],
                              .msg_iovlen = 1,
                              .msg_control = &controls_[i],
                              .msg_controllen = sizeof controls_[i],
                              .msg_flags = 0};
    }
    return ::recvmmsg(descriptor, messages_, static_cast<unsigned>(most), MSG_DONTWAIT, nullptr);
  }

  const uint8_t* data(size_t i) const { return static_cast<const uint8_t*>(pieces_[i].iov_base); }
  size_t octets(size_t i) const { return messages_[i].msg_len; }
  msghdr& header(size_t i) { return messages_[i].msg_hdr; }
  const sockaddr_storage& source(size_t i) const { return sources_[i]; }

 private:
  struct Free {
    void operator()(uint8_t* memory) const { std::free(memory); }
  };

  std::unique_ptr<uint8_t[], Free> memory_;
  iovec pieces_[batchSize] = {};
  mmsghdr messages_[batchSize] = {};
  sockaddr_storage sources_[batchSize] = {};
  Control controls_[batchSize] = {};
};

UdpReceiver::UdpReceiver(UdpReceiverOptions options, DatagramRing& ring, std::function<void()> wake)
    : options_(std::move(options)), ring_(ring), wake_(std::move(wake)) {}

UdpReceiver::~UdpReceiver() {
  abandoned_.store(true, std::memory_order_relaxed);
  requestStop();
  if (thread_.joinable()) thread_.join();
  if (stopEvent_ >= 0) ::close(stopEvent_);
}

int UdpReceiver::open() {
  stopEvent_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stopEvent_ < 0) return errno;
  return socket_.open(options_.address, options_.sharing, options_.bufferOctets);
}

void UdpReceiver::start() {
  thread_ = std::thread([this] { run(); });
}

void UdpReceiver::requestStop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (stopEvent_ < 0) return;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stopEvent_, &one, sizeof one);
}

UdpReceiverCounters UdpReceiver::counters() {
  const std::lock_guard lock(mutex_);
  return published_;
}

void UdpReceiver::run() {
  const auto batch = std::make_unique<Batch>();
  while (batch->ok() && !stopping_.load(std::memory_order_relaxed)) {
    while (receive(*batch) && !stopping_.load(std::memory_order_relaxed)) {
      if (ring_.publish()) wake_();
      housekeep();
    }
    if (ring_.publish()) wake_();
    housekeep();
    if (ring_.space() == 0) {
      wasFull_ = true;
      wait(fullWait, false);
    } else {
      wait(idleWait, true);
      if (socket_.bufferOctets() >= gatherBuffer) wait(gatherWait, false);
    }
  }
  if (batch->ok()) receiveLast(*batch);
  working_.finished = true;
  publishCounters();
  wake_();
}

void UdpReceiver::receiveLast(Batch& batch) {
  // Senders do not stop because we do: no more has come in before the stop than the buffer holds, with its bookkeeping
  // and one datagram that the kernel lets in when all but nothing is free.
  const uint64_t most = uint64_t{socket_.bufferOctets()} * 2 + DatagramRing::longest;
  const UdpReceiverCounters before = working_;
  const auto taken = [&] {
    return working_.octets - before.octets + (working_.datagrams - before.datagrams) * leastSkb;
  };
  while (taken() < most) {
    const bool more = receive(batch);
    if (ring_.publish()) wake_();
    housekeep();
    if (more) continue;
    if (ring_.space() > 0) return;
    wasFull_ = true;
    if (!waitForRoom()) return;
  }
}

bool UdpReceiver::waitForRoom() {
  for (uint32_t left = options_.lastWait; left > 0 && !abandoned_.load(std::memory_order_relaxed); --left) {
    if (ring_.space() > 0) return true;
    housekeep();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

void UdpReceiver::wait(int milliseconds, bool forDatagrams) {
  pollfd events[2] = {{stopEvent_, POLLIN, 0}, {socket_.descriptor(), POLLIN, 0}};
  ::poll(events, forDatagrams ? 2 : 1, milliseconds);
}

bool UdpReceiver::receive(Batch& batch) {
  const size_t most = std::min(batchSize, ring_.space());
  if (most == 0) return false;
  const int count = batch.fill(socket_.descriptor(), most);
  if (count <= 0) {
    if (count < 0 && errno != EAGAIN && errno != EINTR) ++working_.errors;
    return false;
  }
  const int64_t now = wallMicroseconds();
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    DatagramHead head{};
    head.time = static_cast<double>(arrivalOf(batch.header(i), now));
    writeSource(batch.source(i), head);
    head.destinationPort = socket_.port();
    ring_.put(head, batch.data(i), batch.octets(i));
    working_.octets += batch.octets(i);
  }
  working_.datagrams += static_cast<size_t>(count);
  return static_cast<size_t>(count) == most;
}

void UdpReceiver::housekeep() {
  const int64_t now = monotonicMicroseconds();
  if (now < nextHousekeeping_) return;
  nextHousekeeping_ = now + housekeepingInterval;
  publishCounters();
}

void UdpReceiver::publishCounters() {
  const uint32_t drops = socket_.dropped();
  (wasFull_ ? working_.droppedRing : working_.droppedKernel) += static_cast<uint32_t>(drops - seenDrops_);
  seenDrops_ = drops;
  wasFull_ = ring_.space() == 0;
  working_.ringUsed = ring_.used();
  working_.heartbeat = wallMicroseconds();
  const std::lock_guard lock(mutex_);
  published_ = working_;
}

}  // namespace flowtap
