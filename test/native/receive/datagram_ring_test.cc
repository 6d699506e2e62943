// The ring of datagrams: what comes out of it, alone and between two threads.
#include "receive/datagram_ring.h"

#include <deque>
#include <random>
#include <thread>

#include "../support/harness.h"
#include "ring_reader.h"

namespace {

using namespace flowtap;
using support::RingReader;
using Data = std::basic_string<uint8_t>;

DatagramHead numbered(uint32_t number) {
  DatagramHead head{};
  head.time = number;
  head.sourcePort = static_cast<uint16_t>(number);
  return head;
}

/// Data that tells its number and length, so that a datagram which lies elsewhere is noticed.
Data dataOf(uint32_t number, size_t octets) {
  Data data(octets, 0);
  for (size_t at = 0; at < octets; ++at) data[at] = static_cast<uint8_t>(number * 31 + at);
  return data;
}

void put(DatagramRing& ring, uint32_t number, size_t octets) {
  const Data data = dataOf(number, octets);
  ring.put(numbered(number), data.data(), data.size());
}

/// Checks that the datagrams in `read` are those from `first` on, with the lengths in `lengths`, which are taken away.
void checkRead(const std::vector<support::ReadDatagram>& read, uint32_t& first, std::deque<size_t>& lengths) {
  for (const auto& each : read) {
    if (lengths.empty()) {
      CHECK(false && "a datagram that nobody has put there");
      return;
    }
    CHECK_EQUAL(each.head.time, first);
    CHECK_EQUAL(each.data.size(), lengths.front());
    CHECK(each.data == dataOf(first, lengths.front()));
    lengths.pop_front();
    ++first;
  }
}

BEHAVIOUR("a datagram comes out as it went in, at a multiple of 8") {
  RingReader reader;
  const Data data = dataOf(7, 13);
  DatagramHead head{};
  head.time = 1.5;
  head.sourceAddress[15] = 9;
  head.sourcePort = 4000;
  head.destinationPort = 2055;
  reader.ring().put(head, data.data(), data.size());
  CHECK(reader.ring().publish());
  CHECK_EQUAL(reader.ring().available(), 56);
  CHECK_EQUAL(reader.ring().used(), 56);
  const auto read = reader.read();
  CHECK_EQUAL(read.size(), 1);
  CHECK_EQUAL(read.at(0).head.size, 56);
  CHECK_EQUAL(read.at(0).head.time, 1.5);
  CHECK_EQUAL(read.at(0).head.sourceAddress[15], 9);
  CHECK_EQUAL(read.at(0).head.sourcePort, 4000);
  CHECK_EQUAL(read.at(0).head.destinationPort, 2055);
  CHECK(read.at(0).data == data);
  CHECK_EQUAL(reader.ring().used(), 0);
}

BEHAVIOUR("the consumer sees nothing before it is published, and publishing nothing says so") {
  RingReader reader;
  CHECK(!reader.ring().publish());
  put(reader.ring(), 0, 100);
  CHECK_EQUAL(reader.ring().available(), 0);
  CHECK(reader.ring().publish());
  CHECK(!reader.ring().publish());
  CHECK_EQUAL(reader.read().size(), 1);
}

BEHAVIOUR("an empty datagram is a datagram") {
  RingReader reader;
  reader.ring().put(numbered(0), nullptr, 0);
  reader.ring().publish();
  const auto read = reader.read();
  CHECK_EQUAL(read.size(), 1);
  CHECK_EQUAL(read.at(0).data.size(), 0);
}

BEHAVIOUR("space() datagrams of the greatest length fit, wherever the ring stands") {
  constexpr size_t capacity = 5 * datagramSize(DatagramRing::longest);
  for (size_t offset = 0; offset < capacity / 2; offset += 5000) {
    RingReader reader(capacity);
    uint32_t number = 0;
    uint32_t expected = 0;
    std::deque<size_t> lengths;
    for (size_t at = 0; at < offset; at += datagramSize(960)) {
      put(reader.ring(), number++, 960);
      lengths.push_back(960);
    }
    reader.ring().publish();
    checkRead(reader.read(), expected, lengths);
    size_t added = 0;
    while (reader.ring().space() > 0) {
      const size_t promised = reader.ring().space();
      for (size_t i = 0; i < promised; ++i, ++added) {
        put(reader.ring(), number++, DatagramRing::longest);
        lengths.push_back(DatagramRing::longest);
      }
    }
    CHECK(added >= 3);
    CHECK(reader.ring().used() <= capacity);
    reader.ring().publish();
    checkRead(reader.read(), expected, lengths);
    CHECK(lengths.empty());
    CHECK(!reader.isDamaged());
  }
}

BEHAVIOUR("a full ring has space again once the consumer has given enough back") {
  RingReader reader;
  CHECK_EQUAL(reader.ring().space(), 1);
  put(reader.ring(), 0, 8);
  CHECK_EQUAL(reader.ring().space(), 0);
  reader.ring().publish();
  CHECK_EQUAL(reader.ring().space(), 0);
  CHECK_EQUAL(reader.read().size(), 1);
  CHECK_EQUAL(reader.ring().space(), 1);
}

BEHAVIOUR("datagrams of any length come out in order, however often the ring wraps and however it is drained") {
  std::minstd_rand random(1);
  RingReader reader(RingReader::smallest + 4096);
  uint32_t number = 0;
  uint32_t expected = 0;
  std::deque<size_t> lengths;
  size_t wraps = 0;
  for (int round = 0; round < 20'000; ++round) {
    if (reader.ring().space() > 0) {
      // Mostly small: only where the others end does a long one leave a gap.
      const size_t octets = random() % 64 == 0 ? random() % (DatagramRing::longest + 1) : random() % 1500;
      put(reader.ring(), number++, octets);
      lengths.push_back(octets);
      wraps += octets;
    }
    if (random() % 3 == 0) reader.ring().publish();
    if (random() % 4 == 0) checkRead(reader.read(random() % 8), expected, lengths);
  }
  reader.ring().publish();
  checkRead(reader.read(), expected, lengths);
  CHECK(lengths.empty());
  CHECK(!reader.isDamaged());
  CHECK(wraps > 20 * RingReader::smallest);
}

BEHAVIOUR("datagrams that end exactly at the end of the memory leave no gap, those that leave 8 octets do") {
  for (const size_t left : {size_t{0}, size_t{8}}) {
    RingReader reader;
    uint32_t expected = 0;
    std::deque<size_t> lengths;
    // Two of the longest fill the memory to the last octet.
    for (uint32_t number = 0; number < 6; ++number) {
      const size_t octets = number % 2 == 0 ? DatagramRing::longest : DatagramRing::longest - left;
      put(reader.ring(), number, octets);
      lengths.push_back(octets);
      reader.ring().publish();
      checkRead(reader.read(), expected, lengths);
    }
    CHECK_EQUAL(expected, 6);
    CHECK(!reader.isDamaged());
  }
}

BEHAVIOUR("a producer and a consumer on two threads lose and mix nothing") {
  constexpr uint32_t count = 30'000;
  RingReader reader(RingReader::smallest + 65'536);
  const auto lengthOf = [](uint32_t number) { return static_cast<size_t>(number) * 7919 % 1500; };
  std::thread producer([&] {
    for (uint32_t number = 0; number < count;) {
      size_t space = reader.ring().space();
      for (; space > 0 && number < count; --space) {
        put(reader.ring(), number, lengthOf(number));
        ++number;
      }
      reader.ring().publish();
      if (space == 0) std::this_thread::yield();
    }
  });
  uint32_t expected = 0;
  size_t wrong = 0;
  while (expected < count && !reader.isDamaged()) {
    const auto read = reader.read(256);
    if (read.empty()) std::this_thread::yield();
    for (const auto& each : read) {
      if (each.head.time != expected || each.data != dataOf(expected, lengthOf(expected))) ++wrong;
      ++expected;
    }
  }
  producer.join();
  CHECK_EQUAL(wrong, 0);
  CHECK_EQUAL(expected, count);
  CHECK_EQUAL(reader.ring().used(), 0);
}

}  // namespace

int main() {
  return harness::runAll();
}
