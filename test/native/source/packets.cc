// packets [--count] [--each] [--filter EXPRESSION] FILE...
//
// Prints what the packet sources read: one line per packet with time (microseconds), captured length, length on the
// wire, link type, interface slot and the CRC-32 of the captured octets; then a line "count N". --count prints that one
// only; --each reads every file on its own, with a count line for each. Notices and the interface table go to standard
// error. Exit status 1 after a fatal notice, 2 for bad usage. SIGTERM ends reading, as stopping a meter does.
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/capture_list.h"
#include "source/packet_filter.h"

namespace {

int stopDescriptor = -1;

void requestStop(int) {
  const uint64_t one = 1;
  static_cast<void>(!write(stopDescriptor, &one, sizeof one));
}

class Listener final : public flowtap::SourceListener {
 public:
  void notice(flowtap::SourceNotice notice) override {
    std::fprintf(stderr, "%s %s:%" PRIu64 ": %s\n", notice.fatal ? "fatal" : "notice", notice.source.c_str(),
                 notice.offset, notice.text.c_str());
    if (notice.fatal) fatal_ = true;
  }

  uint8_t interfaceSlot(std::string_view name, uint16_t linkType, uint32_t) override {
    for (size_t slot = 0; slot < names_.size(); slot++) {
      if (names_[slot] == name) return static_cast<uint8_t>(slot);
    }
    if (names_.size() > UINT8_MAX) return UINT8_MAX;
    names_.emplace_back(name);
    std::fprintf(stderr, "interface %zu link type %d name '%s'\n", names_.size() - 1, linkType, names_.back().c_str());
    return static_cast<uint8_t>(names_.size() - 1);
  }

  bool fatal() const { return fatal_; }

 private:
  std::vector<std::string> names_;
  bool fatal_ = false;
};

constexpr std::array<uint32_t, 256> crcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t octet = 0; octet < 256; octet++) {
    uint32_t value = octet;
    for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320 : value >> 1;
    table[octet] = value;
  }
  return table;
}();

uint32_t crc32(const uint8_t* octets, size_t size) {
  uint32_t value = 0xffffffff;
  for (size_t i = 0; i < size; i++) value = value >> 8 ^ crcTable[(value ^ octets[i]) & 0xff];
  return ~value;
}

enum class Print : uint8_t { packets, count };

void printPackets(std::vector<std::string> paths, const std::string& expression, Print print, Listener& listener) {
  flowtap::CaptureList captures(std::move(paths), listener, stopDescriptor);
  flowtap::PacketFilter filter(expression, listener);
  flowtap::RawPacket packets[64];
  uint64_t total = 0;
  for (;;) {
    size_t count = 0;
    const auto state = captures.read(packets, 64, count);
    for (size_t i = 0; i < count; i++) {
      const flowtap::RawPacket& packet = packets[i];
      if (!expression.empty() && !filter.matches(packet)) continue;
      total++;
      if (print == Print::count) continue;
      std::printf("%" PRId64 " %u %u %u %u %08x\n", packet.time, packet.capturedLength, packet.wireLength,
                  packet.linkType, packet.interface, crc32(packet.data, packet.capturedLength));
    }
    if (count > 0 && print == Print::packets) std::fflush(stdout);
    if (state == flowtap::PacketSource::State::end) break;
  }
  std::printf("count %" PRIu64 " undescribed %" PRIu64 " consumed %" PRIu64 " size %" PRIu64 "\n", total,
              captures.undescribed(), captures.consumed(), captures.size());
}

}  // namespace

int main(int argumentCount, char** arguments) {
  std::vector<std::string> paths;
  std::string expression;
  Print print = Print::packets;
  bool each = false;
  for (int i = 1; i < argumentCount; i++) {
    const std::string_view argument = arguments[i];
    if (argument == "--count") {
      print = Print::count;
    } else if (argument == "--each") {
      each = true;
    } else if (argument == "--filter" && i + 1 < argumentCount) {
      expression = arguments[++i];
    } else {
      paths.emplace_back(argument);
    }
  }
  if (!expression.empty()) {
    const std::string error = flowtap::PacketFilter::check(expression);
    if (!error.empty()) {
      std::fprintf(stderr, "filter: %s\n", error.c_str());
      return 2;
    }
  }
  stopDescriptor = eventfd(0, EFD_CLOEXEC);
  std::signal(SIGTERM, requestStop);

  Listener listener;
  if (each) {
    for (const std::string& path : paths) printPackets({path}, expression, print, listener);
  } else {
    printPackets(std::move(paths), expression, print, listener);
  }
  return listener.fatal() ? 1 : 0;
}
