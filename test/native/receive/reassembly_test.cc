// Fragments that become datagrams, and those that must not.
#include "receive/reassembly.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "../support/harness.h"

namespace {

using namespace flowtap;
using Octets = std::basic_string<uint8_t>;

constexpr int64_t second = 1'000'000;

FragmentKey keyOf(uint32_t identification) {
  FragmentKey key{};
  key.identification = identification;
  key.protocol = 17;
  key.version = 4;
  return key;
}

Octets patterned(size_t octets, uint32_t number = 0) {
  Octets made(octets, 0);
  for (size_t at = 0; at < octets; ++at) made[at] = static_cast<uint8_t>(at * 13 + at / 256 + number);
  return made;
}

struct Piece {
  uint32_t from;
  uint32_t to;
  bool more;
};

/// Adds a piece of `datagram` from a block of its own, so that a sanitizer sees reads beyond it.
Reassembly::Whole add(Reassembly& reassembly, const Octets& datagram, const Piece& piece, uint32_t identification = 1,
                      int64_t time = 0) {
  const std::vector<uint8_t> octets(datagram.begin() + piece.from, datagram.begin() + piece.to);
  return reassembly.add(keyOf(identification), {octets.data(), piece.to - piece.from, piece.from, piece.more}, time);
}

bool isWhole(const Reassembly::Whole& whole, const Octets& datagram) {
  return whole.data != nullptr && Octets(whole.data, whole.octets) == datagram;
}

BEHAVIOUR("three fragments are a datagram in each of their orders") {
  const Octets datagram = patterned(3000);
  std::vector<Piece> pieces = {{0, 1200, true}, {1200, 2400, true}, {2400, 3000, false}};
  std::vector<int> order = {0, 1, 2};
  do {
    Reassembly reassembly;
    CHECK(add(reassembly, datagram, pieces[order[0]]).data == nullptr);
    CHECK(add(reassembly, datagram, pieces[order[1]]).data == nullptr);
    CHECK_EQUAL(reassembly.incomplete(), 2);
    const auto whole = add(reassembly, datagram, pieces[order[2]]);
    CHECK(isWhole(whole, datagram));
    CHECK_EQUAL(whole.parts, 3);
    CHECK_EQUAL(reassembly.incomplete(), 0);
  } while (std::next_permutation(order.begin(), order.end()));
}

BEHAVIOUR("fragments of other datagrams do not mix") {
  Reassembly reassembly;
  const Octets one = patterned(800, 1);
  const Octets other = patterned(800, 2);
  add(reassembly, one, {0, 400, true}, 1);
  add(reassembly, other, {0, 400, true}, 2);
  CHECK(isWhole(add(reassembly, one, {400, 800, false}, 1), one));
  CHECK(isWhole(add(reassembly, other, {400, 800, false}, 2), other));
}

BEHAVIOUR("a datagram of the greatest length is put together, one octet more is not") {
  Reassembly reassembly;
  const Octets datagram = patterned(65536);
  add(reassembly, datagram, {0, 65528, true});
  CHECK(add(reassembly, datagram, {65528, 65536, false}).data == nullptr);
  CHECK(isWhole(add(reassembly, datagram, {65528, 65535, false}), datagram.substr(0, 65535)));
  CHECK_EQUAL(reassembly.incomplete(), 1);
}

BEHAVIOUR("fragments that no datagram has are counted and not looked at") {
  Reassembly reassembly;
  const uint8_t octet = 0;
  const FragmentPart absurd[] = {
      {&octet, 0, 0, true},              // empty
      {&octet, 0, 8, false},             //
      {&octet, 1, 0, true},              // not cut at a multiple of 8
      {&octet, 1, 4, false},             // does not begin at one
      {&octet, 1, 65536, false},         // beyond
      {&octet, UINT32_MAX, 8, false},    // the end wraps
      {&octet, 8, UINT32_MAX - 7, true}  // so does the beginning
  };
  for (const FragmentPart& part : absurd) CHECK(reassembly.add(keyOf(1), part, 0).data == nullptr);
  CHECK_EQUAL(reassembly.incomplete(), 7);
}

BEHAVIOUR("what comes twice is taken once") {
  Reassembly reassembly;
  const Octets datagram = patterned(600);
  add(reassembly, datagram, {0, 304, true});
  add(reassembly, datagram, {0, 304, true});
  const auto whole = add(reassembly, datagram, {304, 600, false});
  CHECK(isWhole(whole, datagram));
  CHECK_EQUAL(whole.parts, 2);
  CHECK_EQUAL(reassembly.incomplete(), 1);
}

BEHAVIOUR("a fragment that overlaps what is there changes none of it") {
  const Octets datagram = patterned(600);
  const Octets forged(600, 0xee);
  // Beginning inside, ending inside, around it, within it.
  for (const Piece& overlap :
       {Piece{296, 400, true}, Piece{0, 208, true}, Piece{104, 400, true}, Piece{208, 296, true}}) {
    Reassembly reassembly;
    add(reassembly, datagram, {200, 304, true});
    CHECK(add(reassembly, forged, overlap).data == nullptr);
    add(reassembly, datagram, {0, 200, true});
    CHECK(isWhole(add(reassembly, datagram, {304, 600, false}), datagram));
    CHECK_EQUAL(reassembly.incomplete(), 1);
  }
}

BEHAVIOUR("a last fragment before what is there already does not pass a hole off as data") {
  Reassembly reassembly;
  const Octets datagram = patterned(2600);
  add(reassembly, datagram, {1600, 2600, true});
  CHECK(add(reassembly, datagram, {800, 1000, false}).data == nullptr);
  CHECK(add(reassembly, datagram, {0, 800, true}).data == nullptr);
  CHECK_EQUAL(reassembly.incomplete(), 3);
}

BEHAVIOUR("a second end and what lies behind the end are left out") {
  Reassembly reassembly;
  const Octets datagram = patterned(2000);
  add(reassembly, datagram, {400, 800, false});
  add(reassembly, datagram, {800, 1000, false});
  add(reassembly, datagram, {800, 1000, true});
  CHECK(isWhole(add(reassembly, datagram, {0, 400, true}), datagram.substr(0, 800)));
  CHECK_EQUAL(reassembly.incomplete(), 2);
}

BEHAVIOUR("an incomplete datagram is given up after its lifetime, and not before") {
  const Octets datagram = patterned(800);
  for (const int64_t late : {int64_t{0}, int64_t{1}}) {
    Reassembly reassembly;
    add(reassembly, datagram, {0, 400, true}, 1, 100 * second);
    const auto whole = add(reassembly, datagram, {400, 800, false}, 1, 100 * second + Reassembly::lifetime + late);
    CHECK_EQUAL(whole.data != nullptr, late == 0);
    CHECK_EQUAL(reassembly.incomplete(), late == 0 ? 0 : 2);
  }
}

BEHAVIOUR("times at both ends of what a capture can hold are only late") {
  Reassembly reassembly;
  const Octets datagram = patterned(800);
  add(reassembly, datagram, {0, 400, true}, 1, INT64_MIN);
  CHECK(add(reassembly, datagram, {400, 800, false}, 1, INT64_MAX).data == nullptr);
  CHECK(isWhole(add(reassembly, datagram, {0, 400, true}, 1, INT64_MIN), datagram));
  CHECK_EQUAL(reassembly.incomplete(), 1);
}

BEHAVIOUR("a flood of beginnings displaces the oldest and keeps the bound") {
  Reassembly reassembly;
  const Octets datagram = patterned(65535);
  constexpr uint32_t flood = 5'000;
  for (uint32_t each = 0; each < flood; ++each) add(reassembly, datagram, {64000, 65528, true}, each, each);
  CHECK_EQUAL(reassembly.incomplete(), flood);
  // The last `most` are still there, one more is not.
  for (uint32_t back = 1; back <= Reassembly::most; ++back) {
    const uint32_t each = flood - back;
    add(reassembly, datagram, {65528, 65535, false}, each, flood);
    CHECK(isWhole(add(reassembly, datagram, {0, 64000, true}, each, flood), datagram));
  }
  CHECK_EQUAL(reassembly.incomplete(), flood - Reassembly::most);
  add(reassembly, datagram, {65528, 65535, false}, 0, flood);
  CHECK(add(reassembly, datagram, {0, 64000, true}, 0, flood).data == nullptr);
}

BEHAVIOUR("datagrams cut, shuffled, doubled and missing at random are whole or counted, fragment by fragment") {
  std::minstd_rand random(1);
  for (int run = 0; run < 200; ++run) {
    Reassembly reassembly;
    struct Sent {
      uint32_t datagram;
      Piece piece;
    };
    std::vector<Octets> datagrams;
    std::vector<Sent> sent;
    std::vector<bool> isComplete;
    for (uint32_t each = 0; each < 20; ++each) {
      datagrams.push_back(patterned(1 + random() % 9000, each));
      isComplete.push_back(true);
      const auto size = static_cast<uint32_t>(datagrams.back().size());
      for (uint32_t at = 0; at < size;) {
        const uint32_t end = std::min<uint32_t>(size, at + 8 + random() % 200 * 8);
        if (random() % 40 == 0) {
          isComplete[each] = false;
        } else {
          sent.push_back({each, {at, end, end < size}});
        }
        at = end;
      }
    }
    std::shuffle(sent.begin(), sent.end(), random);
    uint64_t inWholes = 0;
    std::vector<bool> came(datagrams.size());
    for (const Sent& each : sent) {
      const auto whole = add(reassembly, datagrams[each.datagram], each.piece, each.datagram, run);
      if (whole.data == nullptr) continue;
      CHECK(isWhole(whole, datagrams[each.datagram]));
      CHECK(!came[each.datagram]);
      came[each.datagram] = true;
      inWholes += whole.parts;
    }
    CHECK(came == isComplete);
    CHECK_EQUAL(inWholes + reassembly.incomplete(), sent.size());
  }
}

}  // namespace

int main() {
  return harness::runAll();
}
