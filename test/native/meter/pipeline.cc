// pipeline [OPTION]... FILE...
//
// The native core without Node: meters the captures, adds up the records and prints all counters as one JSON line. With
// --truncations meters instead every FILE cut off at many lengths, and prints how many cuts that were.
//
//   --stats           measure every statistics group
//   --decapsulate     open every kind of tunnel
//   --uniflow         one flow for each direction
//   --key             every part of the flow key
//   --max-flows N     ceiling of the flow table
//   --ring N          records that the ring between the two threads holds, 16 or more
//   --filter E        libpcap expression
//
// Exit status 0; 1 when a file could not be read at all; 2 for bad usage; 3 when something does not add up.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "metering_run.h"
#include "run_fault.h"
#include "source/packet_filter.h"
#include "truncations.h"

namespace {

constexpr int unreadable = 1;
constexpr int badUsage = 2;
constexpr int doesNotAddUp = 3;

constexpr const char* ignoredNames[] = {
    "none",    "nonIp",    "truncatedLink", "truncatedIp", "malformedIp", "malformedLink", "unknownLinkType",
    "tooDeep", "filtered", "sampledOut",    "outOfRange",  "undescribed", "noRoom"};
static_assert(std::size(ignoredNames) == static_cast<size_t>(flowtap::Ignored::count));

constexpr const char* reasonNames[] = {"none",      "idleTimeout", "activeTimeout",
                                       "endOfFlow", "forcedEnd",   "lackOfResources"};

enum class Mode : uint8_t { whole, truncations };

struct Arguments {
  flowtap::MeterOptions meter = metering::defaultOptions();
  size_t ringCapacity = 4096;
  Mode mode = Mode::whole;
};

template <size_t Size>
void printCounts(const char* name, const std::array<uint64_t, Size>& counts, const char* const* names) {
  std::printf("\"%s\":{", name);
  const char* comma = "";
  for (size_t i = 1; i < Size; ++i) {
    std::printf("%s\"%s\":%" PRIu64, comma, names[i], counts[i]);
    comma = ",";
  }
  std::printf("},");
}

void printRun(const metering::Run& run) {
  const flowtap::MeterCounters& counters = run.counters;
  const auto number = [](const char* name, uint64_t value) { std::printf("\"%s\":%" PRIu64 ",", name, value); };
  std::printf("{");
  number("packets", counters.packets);
  number("meteredPackets", counters.meteredPackets);
  number("meteredOctets", counters.meteredOctets);
  printCounts("ignored", counters.ignored, ignoredNames);
  number("flows", counters.table.flows);
  number("live", counters.table.live);
  number("peak", counters.table.peak);
  number("lostPackets", counters.table.lostPackets);
  printCounts("ended", counters.table.ended, reasonNames);
  number("records", run.sums.records);
  number("recordPackets", run.sums.packets);
  number("recordOctets", run.sums.octets);
  std::printf("\"notices\":%zu}\n", run.notices.size());
}

int meterWhole(const Arguments& arguments) {
  const metering::Run run = metering::run(arguments.meter, arguments.ringCapacity);
  for (const flowtap::SourceNotice& each : run.notices)
    std::fprintf(stderr, "%s %s:%" PRIu64 ": %s\n", each.fatal ? "fatal" : "notice", each.source.c_str(), each.offset,
                 each.text.c_str());
  printRun(run);
  const std::string fault = metering::runFault(run);
  if (fault.empty()) return run.anyFatal() ? unreadable : 0;
  std::fprintf(stderr, "pipeline: %s\n", fault.c_str());
  return doesNotAddUp;
}

int meterTruncations(const Arguments& arguments) {
  uint64_t tried = 0;
  int status = 0;
  for (const std::string& path : arguments.meter.captures) {
    const metering::Octets capture = metering::readFile(path);
    if (capture.empty()) {
      std::fprintf(stderr, "pipeline: %s: nothing to read\n", path.c_str());
      return unreadable;
    }
    const metering::Truncations result = metering::tryTruncations(capture, arguments.meter, arguments.ringCapacity);
    tried += result.tried;
    if (result.fault.empty()) continue;
    std::fprintf(stderr, "pipeline: %s %s\n", path.c_str(), result.fault.c_str());
    status = doesNotAddUp;
  }
  std::printf("{\"captures\":%zu,\"truncations\":%" PRIu64 "}\n", arguments.meter.captures.size(), tried);
  return status;
}

/// The number behind a switch, within its range; 0 when it is none.
size_t number(const char* text, size_t least, size_t most) {
  const unsigned long long value = std::strtoull(text, nullptr, 10);
  return value < least || value > most ? 0 : static_cast<size_t>(value);
}

/// Empty when all is well, else what is wrong.
std::string parse(const std::vector<std::string>& words, Arguments& to) {
  constexpr uint32_t everyPart = flowtap::keyPart::vlan | flowtap::keyPart::mac | flowtap::keyPart::tos |
                                 flowtap::keyPart::interface | flowtap::keyPart::mpls;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const char* value = i + 1 < words.size() ? words[i + 1].c_str() : "";
    if (word == "--stats") {
      metering::measureEverything(to.meter);
    } else if (word == "--decapsulate") {
      to.meter.decoder.decapsulate = UINT32_MAX;
    } else if (word == "--uniflow") {
      to.meter.table.direction = flowtap::FlowDirection::unidirectional;
    } else if (word == "--key") {
      to.meter.table.keyParts = everyPart;
      to.meter.decoder.linkDetail = true;
    } else if (word == "--truncations") {
      to.mode = Mode::truncations;
    } else if (word == "--max-flows") {
      to.meter.table.maxFlows = static_cast<uint32_t>(number(value, 1, 1U << 30));
      if (to.meter.table.maxFlows == 0) return "--max-flows takes 1 to 2^30";
      ++i;
    } else if (word == "--ring") {
      to.ringCapacity = number(value, 16, 1U << 24);
      if (to.ringCapacity == 0) return "--ring takes 16 to 2^24";
      ++i;
    } else if (word == "--filter") {
      to.meter.filter = value;
      ++i;
    } else if (word.starts_with("--")) {
      return "unknown option " + word;
    } else {
      to.meter.captures.push_back(word);
    }
  }
  if (to.meter.captures.empty()) return "no file given";
  return to.meter.filter.empty() ? "" : flowtap::PacketFilter::check(to.meter.filter);
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  const std::string error = parse({words + 1, words + count}, arguments);
  if (!error.empty()) {
    std::fprintf(stderr, "pipeline: %s\n", error.c_str());
    return badUsage;
  }
  return arguments.mode == Mode::whole ? meterWhole(arguments) : meterTruncations(arguments);
}
