// libFuzzer target of the whole core: any octets as a capture, metered with every statistic, every tunnel and the
// smallest of tables, and all sums checked.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "meter/metering_run.h"
#include "meter/run_fault.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* octets, size_t size) {
  static const int descriptor = memfd_create("capture", MFD_CLOEXEC);
  if (descriptor < 0 || ftruncate(descriptor, 0) != 0) std::abort();
  if (pwrite(descriptor, octets, size, 0) != static_cast<ssize_t>(size)) std::abort();

  flowtap::MeterOptions options = metering::defaultOptions();
  metering::measureEverything(options);
  options.captures = {"/proc/self/fd/" + std::to_string(descriptor)};
  options.decoder.decapsulate = UINT32_MAX;
  options.decoder.fragmentEntries = 8;
  options.table.maxFlows = 3;
  options.table.activeTimeout = 60'000'000;
  // The size chooses what is rare on the command line, so that a corpus of captures needs no header of choices.
  if (size % 3 == 1) options.table.direction = flowtap::FlowDirection::unidirectional;
  if (size % 5 == 1) options.table.keyParts = UINT32_MAX;
  const metering::Run run = metering::run(options, 16);
  const std::string fault = metering::runFault(run);
  if (fault.empty()) return 0;
  std::fprintf(stderr, "%s\n", fault.c_str());
  std::abort();
}
