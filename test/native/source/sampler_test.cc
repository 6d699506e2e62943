// Sampling in user space.
#include "source/sampler.h"

#include <cstring>

#include "../support/harness.h"

namespace {

using namespace flowtap;

Packet packet(uint8_t source, uint8_t destination, uint16_t sourcePort, uint16_t destinationPort) {
  Packet made{};
  made.sourceAddress[15] = source;
  made.destinationAddress[15] = destination;
  made.sourcePort = sourcePort;
  made.destinationPort = destinationPort;
  made.protocol = 17;
  return made;
}

BEHAVIOUR("systematic sampling takes exactly every N-th packet") {
  Sampler sampler({.mode = SamplingMode::systematic, .interval = 7});
  for (int at = 1; at <= 700; ++at) CHECK_EQUAL(sampler.takes(), at % 7 == 0);
}

BEHAVIOUR("random sampling takes about one packet in N") {
  Sampler sampler({.mode = SamplingMode::random, .interval = 10});
  int taken = 0;
  for (int at = 0; at < 100'000; ++at) taken += sampler.takes() ? 1 : 0;
  // The standard deviation is 95: this is ten of them.
  CHECK(taken > 9'050 && taken < 10'950);
}

BEHAVIOUR("sampling by flow takes whole conversations, both directions, about one in N") {
  const Sampler sampler({.mode = SamplingMode::flow, .interval = 4});
  int taken = 0;
  for (uint16_t port = 1; port <= 10'000; ++port) {
    const bool forward = sampler.takes(packet(1, 2, port, 53));
    CHECK_EQUAL(sampler.takes(packet(2, 1, 53, port)), forward);
    CHECK_EQUAL(sampler.takes(packet(1, 2, port, 53)), forward);
    taken += forward ? 1 : 0;
  }
  CHECK(taken > 2'000 && taken < 3'000);
}

}  // namespace

int main() {
  return harness::runAll();
}
