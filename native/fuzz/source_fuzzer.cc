// libFuzzer target: any octets as a capture file, plain or compressed, through the same door as users' files.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

#include "source/capture_file.h"

namespace {

class Listener final : public flowtap::SourceListener {
 public:
  void notice(flowtap::SourceNotice notice) override {
    if (notice.source.empty() || notice.text.empty()) std::abort();
  }
  uint8_t interfaceSlot(std::string_view name, uint16_t, uint32_t) override {
    return static_cast<uint8_t>(name.size());
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* octets, size_t size) {
  const int descriptor = memfd_create("capture", MFD_CLOEXEC);
  if (descriptor < 0 || write(descriptor, octets, size) != static_cast<ssize_t>(size)) std::abort();
  lseek(descriptor, 0, SEEK_SET);

  Listener listener;
  const auto capture = flowtap::openCapture(flowtap::Descriptor(descriptor), "fuzz", listener);
  if (capture == nullptr) return 0;
  flowtap::RawPacket packets[7];
  auto state = flowtap::PacketSource::State::more;
  volatile uint8_t sink = 0;
  while (state != flowtap::PacketSource::State::end) {
    size_t count = 0;
    state = capture->read(packets, 7, count);
    if (count > 7) std::abort();
    for (size_t i = 0; i < count; i++) {
      const flowtap::RawPacket& packet = packets[i];
      if (packet.capturedLength > packet.wireLength) std::abort();
      if (packet.capturedLength > flowtap::CaptureFile::largestPacket) std::abort();
      for (uint32_t at = 0; at < packet.capturedLength; at++) sink = sink ^ packet.data[at];
    }
  }
  return 0;
}
