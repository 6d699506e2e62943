// Sockets, and the thread that fills a ring from one.
#include "receive/udp_receiver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "../support/bell.h"
#include "../support/harness.h"
#include "clock.h"
#include "ring_reader.h"

namespace {

using namespace flowtap;
using support::RingReader;
using Data = std::basic_string<uint8_t>;

/// Sends datagrams to a port of this host.
class Sender {
 public:
  explicit Sender(uint16_t port, int family = AF_INET) : descriptor_(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    connected_ = family == AF_INET ? ::connect(descriptor_, reinterpret_cast<sockaddr*>(&v4), sizeof v4) == 0
                                   : ::connect(descriptor_, reinterpret_cast<sockaddr*>(&v6), sizeof v6) == 0;
  }
  ~Sender() { ::close(descriptor_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  bool send(const Data& data) { return ::send(descriptor_, data.data(), data.size(), 0) == ssize_t(data.size()); }
  bool isConnected() const { return connected_; }

  uint16_t port() const {
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &length);
    return ntohs(reinterpret_cast<sockaddr_in*>(&own)->sin_port);
  }

 private:
  int descriptor_;
  bool connected_;
};

/// A receiver with its ring and what it rings.
struct Bench {
  explicit Bench(UdpReceiverOptions options = {}, size_t capacity = RingReader::smallest)
      : reader(capacity),
        receiver(std::in_place, withHost(std::move(options)), reader.ring(), [this] { bell.ring(); }) {
    error = receiver->open();
  }

  static UdpReceiverOptions withHost(UdpReceiverOptions options) {
    if (options.address.host.empty()) options.address.host = "127.0.0.1";
    if (options.bufferOctets == 0) options.bufferOctets = 1 << 20;
    return options;
  }

  uint16_t port() const { return receiver->socket().port(); }

  /// The smallest ring has no room beside a datagram.
  bool isFull() const { return reader.ring().available() > 0; }

  /// Reads until `count` datagrams have come or the receiver has ended.
  std::vector<support::ReadDatagram> read(size_t count) {
    std::vector<support::ReadDatagram> all;
    while (all.size() < count) {
      const bool finished = receiver->counters().finished;
      for (auto& each : reader.read()) all.push_back(std::move(each));
      if (all.size() >= count || finished) break;
      bell.wait();
    }
    return all;
  }

  /// Reads what comes until the receiver has ended.
  std::vector<support::ReadDatagram> readToEnd() { return read(SIZE_MAX); }

  /// Leaves the ring as it is until the receiver has ended.
  void waitForEnd() {
    while (!receiver->counters().finished) bell.wait();
  }

  RingReader reader;
  support::Bell bell;
  std::optional<UdpReceiver> receiver;
  int error = 0;
};

/// Waits until `condition` holds, 10 s at most.
bool eventually(const std::function<bool()>& condition) {
  for (int left = 10'000; left > 0; --left) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

uint64_t accounted(const UdpReceiverCounters& counters) {
  return counters.datagrams + counters.droppedKernel + counters.droppedRing;
}

// ---- the socket

BEHAVIOUR("a socket says the port that the system chose and the buffer that it granted") {
  UdpSocket socket;
  CHECK_EQUAL(socket.open({"127.0.0.1", 0}, PortSharing::alone, 64 << 10), 0);
  CHECK(socket.port() != 0);
  CHECK_EQUAL(socket.bufferOctets(), 64 << 10);
  CHECK_EQUAL(socket.dropped(), 0);
}

BEHAVIOUR("a port is for one socket alone, or for all that share it") {
  UdpSocket first;
  UdpSocket second;
  CHECK_EQUAL(first.open({"127.0.0.1", 0}, PortSharing::alone, 4096), 0);
  CHECK_EQUAL(second.open({"127.0.0.1", first.port()}, PortSharing::alone, 4096), EADDRINUSE);
  UdpSocket third;
  UdpSocket fourth;
  UdpSocket fifth;
  CHECK_EQUAL(third.open({"127.0.0.1", 0}, PortSharing::shared, 4096), 0);
  CHECK_EQUAL(fourth.open({"127.0.0.1", third.port()}, PortSharing::shared, 4096), 0);
  CHECK_EQUAL(fourth.port(), third.port());
  CHECK_EQUAL(fifth.open({"127.0.0.1", third.port()}, PortSharing::alone, 4096), EADDRINUSE);
}

BEHAVIOUR("what cannot be listened at is an error of the system") {
  CHECK_EQUAL(UdpSocket().open({"localhost", 0}, PortSharing::alone, 4096), EINVAL);
  CHECK_EQUAL(UdpSocket().open({"", 0}, PortSharing::alone, 4096), EINVAL);
  CHECK_EQUAL(UdpSocket().open({"127.0.0.1\n", 0}, PortSharing::alone, 4096), EINVAL);
  CHECK_EQUAL(UdpSocket().open({"192.0.2.1", 0}, PortSharing::alone, 4096), EADDRNOTAVAIL);
}

// ---- the receiver

BEHAVIOUR("datagrams come with their data, sender, port and time of arrival") {
  Bench bench;
  CHECK_EQUAL(bench.error, 0);
  bench.receiver->start();
  Sender sender(bench.port());
  const int64_t before = wallMicroseconds();
  for (const Data& data : {Data{1, 2, 3}, Data{}, Data(9000, 7)}) CHECK(sender.send(data));
  const auto read = bench.read(3);
  const int64_t after = wallMicroseconds();
  CHECK_EQUAL(read.size(), 3);
  CHECK(read.at(0).data == (Data{1, 2, 3}));
  CHECK_EQUAL(read.at(1).data.size(), 0);
  CHECK(read.at(2).data == Data(9000, 7));
  const uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
  for (const auto& each : read) {
    CHECK(std::memcmp(each.head.sourceAddress, mapped, sizeof mapped) == 0);
    CHECK_EQUAL(each.head.sourcePort, sender.port());
    CHECK_EQUAL(each.head.destinationPort, bench.port());
    CHECK(each.head.time >= static_cast<double>(before) && each.head.time <= static_cast<double>(after));
  }
  bench.receiver->requestStop();
  bench.waitForEnd();
  const UdpReceiverCounters counters = bench.receiver->counters();
  CHECK_EQUAL(counters.datagrams, 3);
  CHECK_EQUAL(counters.octets, 9003);
  CHECK_EQUAL(counters.errors, 0);
  CHECK_EQUAL(counters.ringUsed, 0);
  CHECK(counters.heartbeat >= before);
}

BEHAVIOUR("a socket on :: hears both families, one on ::1 only its own") {
  UdpReceiverOptions options;
  options.address.host = "::";
  Bench bench(options);
  if (bench.error != 0) {
    std::printf("*** SKIPPED: this host has no IPv6 ***\n");
    return;
  }
  bench.receiver->start();
  Sender v4(bench.port());
  Sender v6(bench.port(), AF_INET6);
  CHECK(v4.send({4}));
  CHECK(v6.isConnected() && v6.send({6}));
  const uint8_t loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  for (const auto& each : bench.read(2)) {
    const bool isV6 = std::memcmp(each.head.sourceAddress, loopback, sizeof loopback) == 0;
    CHECK_EQUAL(each.data.at(0), isV6 ? 6 : 4);
    CHECK_EQUAL(each.head.sourceAddress[10], isV6 ? 0 : 0xff);
  }
}

BEHAVIOUR("the longest datagrams wrap the smallest ring") {
  Bench bench;
  bench.receiver->start();
  Sender sender(bench.port());
  for (int each = 0; each < 20; ++each) {
    const Data data(65507 - static_cast<size_t>(each) * 3, static_cast<uint8_t>(each));
    CHECK(sender.send(data));
    const auto read = bench.read(1);
    CHECK(read.size() == 1 && read.at(0).data == data);
  }
  CHECK(!bench.reader.isDamaged());
}

BEHAVIOUR("every datagram of a flood is read or counted as dropped because the ring was full") {
  UdpReceiverOptions options;
  options.bufferOctets = 64 << 10;
  Bench bench(options);
  bench.receiver->start();
  Sender sender(bench.port());
  CHECK(sender.send({0}));
  CHECK(eventually([&] { return bench.receiver->counters().ringUsed > 0; }));
  constexpr uint64_t flood = 3000;
  for (uint64_t each = 1; each < flood; ++each) CHECK(sender.send(Data(1000, static_cast<uint8_t>(each))));
  bench.receiver->requestStop();
  const auto read = bench.readToEnd();
  const UdpReceiverCounters counters = bench.receiver->counters();
  CHECK_EQUAL(counters.datagrams, read.size());
  CHECK_EQUAL(counters.datagrams + counters.droppedRing, flood);
  CHECK_EQUAL(counters.droppedKernel, 0);
  CHECK(counters.datagrams > 1 && counters.droppedRing > 0);
  CHECK(!bench.reader.isDamaged());
}

BEHAVIOUR("what the kernel dropped before anybody listened is not our slowness") {
  UdpReceiverOptions options;
  options.bufferOctets = 64 << 10;
  Bench bench(options);
  Sender sender(bench.port());
  constexpr uint64_t flood = 1000;
  for (uint64_t each = 0; each < flood; ++each) CHECK(sender.send(Data(1000, static_cast<uint8_t>(each))));
  bench.receiver->start();
  CHECK(eventually([&] { return bench.receiver->counters().droppedKernel > 0; }));
  bench.receiver->requestStop();
  const auto read = bench.readToEnd();
  const UdpReceiverCounters counters = bench.receiver->counters();
  CHECK_EQUAL(read.size() + counters.droppedKernel, flood);
  CHECK_EQUAL(counters.droppedRing, 0);
}

BEHAVIOUR("what has come in before the stop is taken, also through a ring that has to be emptied for it many times") {
  UdpReceiverOptions options;
  options.bufferOctets = 4 << 20;
  Bench bench(options);
  Sender sender(bench.port());
  constexpr size_t count = 1500;
  for (size_t each = 0; each < count; ++each) CHECK(sender.send(Data(400, static_cast<uint8_t>(each))));
  const uint32_t dropped = bench.receiver->socket().dropped();
  bench.receiver->requestStop();
  bench.receiver->start();
  const auto read = bench.readToEnd();
  CHECK_EQUAL(read.size() + dropped, count);
  CHECK_EQUAL(accounted(bench.receiver->counters()), count);
}

BEHAVIOUR("a stop with a full ring that nobody empties ends all the same") {
  UdpReceiverOptions options;
  options.lastWait = 50;
  Bench bench(options);
  bench.receiver->start();
  Sender sender(bench.port());
  for (int each = 0; each < 400; ++each) sender.send(Data(1000, 1));
  CHECK(eventually([&] { return bench.isFull(); }));
  bench.receiver->requestStop();
  bench.waitForEnd();
  const UdpReceiverCounters counters = bench.receiver->counters();
  CHECK(counters.ringUsed > 0);
  // What is in the ring outlives the receiver.
  const auto read = bench.reader.read();
  CHECK_EQUAL(read.size(), counters.datagrams);
}

BEHAVIOUR("a receiver that is deleted while its ring is full does not wait for room") {
  UdpReceiverOptions options;
  options.lastWait = 1'000'000'000;
  Bench bench(options);
  bench.receiver->start();
  Sender sender(bench.port());
  for (int each = 0; each < 400; ++each) sender.send(Data(1000, 1));
  CHECK(eventually([&] { return bench.isFull(); }));
  bench.receiver->requestStop();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  bench.receiver.reset();  // else this would hang
  CHECK(!bench.reader.read().empty());
}

BEHAVIOUR("a stop ends under a flood that outruns the reader") {
  UdpReceiverOptions options;
  options.bufferOctets = 64 << 10;
  Bench bench(options);
  bench.receiver->start();
  std::atomic<bool> flooding = true;
  std::thread flood([&, port = bench.port()] {
    Sender sender(port);
    while (flooding.load()) sender.send(Data(1000, 1));
  });
  CHECK(eventually([&] { return bench.isFull(); }));
  bench.receiver->requestStop();
  // Reads as slowly as it can be: the ring is full again before each look.
  const bool ended = eventually([&] {
    bench.reader.read(1);
    return bench.receiver->counters().finished;
  });
  CHECK(ended);
  flooding = false;
  flood.join();
}

BEHAVIOUR("a receiver that was never opened, or never started, ends") {
  RingReader reader;
  {
    UdpReceiver unopened({}, reader.ring(), [] {});
  }
  UdpReceiver unstarted({{"127.0.0.1", 0}, PortSharing::alone, 4096}, reader.ring(), [] {});
  CHECK_EQUAL(unstarted.open(), 0);
  unstarted.requestStop();
  CHECK(!unstarted.counters().finished);
}

}  // namespace

int main() {
  return harness::runAll();
}
