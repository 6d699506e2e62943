// libFuzzer target: any octets as a capture whose datagrams, put together from fragments where need be, go through the
// smallest ring; every packet must end in one counter.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "receive/capture_datagrams.h"
#include "receive/ring_reader.h"
#include "support/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* octets, size_t size) {
  const support::MemoryFile file(octets, size);
  support::RingReader reader;
  flowtap::CaptureDatagrams capture(file.path(), reader.ring());
  uint64_t datagrams = 0;
  uint64_t data = 0;
  for (bool more = true; more;) {
    more = capture.read();
    for (const auto& each : reader.read()) {
      ++datagrams;
      data += each.data.size();
      if (each.head.time < 0 || each.head.time >= 0x1p53) std::abort();
    }
    if (reader.isDamaged()) std::abort();
  }
  const flowtap::CaptureDatagramCounters counters = capture.counters();
  const uint64_t accounted =
      counters.datagramPackets + counters.notUdp + counters.truncated + counters.incomplete + counters.undecodable;
  if (accounted != counters.packets || counters.datagrams != datagrams || counters.octets != data) std::abort();
  for (const auto& notice : capture.takeNotices())
    if (notice.source.empty() || notice.text.empty()) std::abort();
  return 0;
}
