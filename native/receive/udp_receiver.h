// Receives datagrams on a thread of its own, so that a busy JavaScript costs none.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "receive/datagram_ring.h"
#include "receive/udp_socket.h"

namespace flowtap {

struct UdpReceiverOptions {
  UdpAddress address;
  PortSharing sharing = PortSharing::alone;
  uint32_t bufferOctets = 0;  // of the socket
  uint32_t lastWait = 5000;   // milliseconds that the end waits for room in a full ring, over and over
};

struct UdpReceiverCounters {
  uint64_t datagrams = 0;  // received
  uint64_t octets = 0;     // of their data
  /// The kernel's drops: those that came while the ring was full, because JavaScript was slow, and the others.
  uint64_t droppedRing = 0;
  uint64_t droppedKernel = 0;
  uint64_t errors = 0;    // failed system calls
  uint64_t ringUsed = 0;  // octets that wait for JavaScript
  int64_t heartbeat = 0;  // microseconds since 1970 of the latest publication; 0 before the first
  bool finished = false;  // the thread is done and every datagram is in the ring
};

/// One socket, one thread, one ring. A full ring leaves datagrams in the socket's buffer, where the kernel drops and
/// counts what does not fit: the thread never waits for JavaScript. Public functions are for the owner's thread.
class UdpReceiver {
 public:
  /// `ring` must outlive the receiver. `wake` is called on the receiving thread; it must be cheap and may coalesce.
  UdpReceiver(UdpReceiverOptions options, DatagramRing& ring, std::function<void()> wake);
  ~UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  /// Binds the socket, which may need privileges; 0 on success, else the error of the system.
  int open();
  void start();
  /// Asks the thread to take what has come in and end. It does so though senders go on, and though nobody makes room.
  void requestStop();

  const UdpSocket& socket() const { return socket_; }
  UdpReceiverCounters counters();

 private:
  class Batch;

  void run();
  /// Waits for datagrams, the stop, or `milliseconds`.
  void wait(int milliseconds, bool forDatagrams);
  /// Takes what has come in before the stop.
  void receiveLast(Batch& batch);
  /// At the end, with a full ring. False when nobody makes room.
  bool waitForRoom();
  /// Takes what one call brings. False when there is nothing more, or no room.
  bool receive(Batch& batch);
  void housekeep();
  void publishCounters();

  UdpReceiverOptions options_;
  DatagramRing& ring_;
  std::function<void()> wake_;
  UdpSocket socket_;
  std::thread thread_;
  int stopEvent_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> abandoned_ = false;

  UdpReceiverCounters working_;  // the receiving thread's own
  uint32_t seenDrops_ = 0;
  bool wasFull_ = false;  // since the last look at drops
  int64_t nextHousekeeping_ = 0;

  std::mutex mutex_;  // guards what follows
  UdpReceiverCounters published_;
};

}  // namespace flowtap
