// Captures, sent frame by frame.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "ethernet_frame.h"
#include "send_options.h"
#include "source/capture_list.h"

namespace bench {

class Listener final : public flowtap::SourceListener {
 public:
  void notice(flowtap::SourceNotice notice) override {
    if (repeats) return;
    std::fprintf(stderr, "send: %s: %s\n", notice.source.c_str(), notice.text.c_str());
    if (notice.fatal) failed = true;
  }
  uint8_t interfaceSlot(std::string_view, uint16_t, uint32_t) override { return 0; }

  bool failed = false;
  bool repeats = false;  // what there is to say was said
};

inline int sendCaptures(const Options& options, PacketSocket& socket) {
  constexpr size_t batch = 64;
  Listener listener;
  PacketSocket::Outcome outcome;
  uint64_t skipped = 0;
  std::vector<std::vector<uint8_t>> frames;
  std::vector<std::vector<uint8_t>> part;
  const InterfaceCounters before = InterfaceCounters::of(options.interface);
  Pace pace(options.rate);
  for (uint64_t round = 0; round < options.repeat && stopped == 0; ++round) {
    listener.repeats = round > 0;
    flowtap::CaptureList captures(options.files, listener);
    flowtap::RawPacket packets[batch];
    for (auto state = flowtap::PacketSource::State::more; state != flowtap::PacketSource::State::end && stopped == 0;) {
      size_t count = 0;
      state = captures.read(packets, batch, count);
      frames.clear();
      for (size_t i = 0; i < count; ++i) {
        std::vector<uint8_t> frame;
        const uint64_t cutOff = packets[i].wireLength - packets[i].capturedLength;
        const bool sendable = toEthernet(packets[i], frame) && frame.size() + cutOff <= socket.longest();
        if (!sendable) {
          ++skipped;
          continue;
        }
        frame.resize(frame.size() + cutOff);
        frames.push_back(std::move(frame));
      }
      for (size_t at = 0; at < frames.size();) {
        const size_t due = pace.due(frames.size() - at);
        part.assign(std::make_move_iterator(frames.begin() + static_cast<ptrdiff_t>(at)),
                    std::make_move_iterator(frames.begin() + static_cast<ptrdiff_t>(at + due)));
        add(outcome, socket.send(part));
        pace.sent(due);
        at += due;
      }
    }
  }
  const uint32_t dropped = InterfaceCounters::of(options.interface).dropped - before.dropped;
  if (dropped > 0) std::fprintf(stderr, "send: the interface dropped %u packets\n", dropped);
  if (skipped + outcome.refused > 0) {
    std::fprintf(stderr, "send: %" PRIu64 " packets cannot be sent\n", skipped + outcome.refused);
  }
  outcome.sent -= std::min<uint64_t>(outcome.sent, dropped);
  report(outcome, pace);
  return listener.failed ? 1 : 0;
}

}  // namespace bench
