// Packets of live interfaces.
#pragma once

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "source/kernel_programs.h"
#include "source/live_interface.h"
#include "source/packet_source.h"

namespace flowtap {

/// Several interfaces read in turn. Never ends by itself: an interface that goes down or away is opened again when it
/// is back. read() waits at most `longestWait`.
class LiveSource final : public PacketSource {
 public:
  /// `stopDescriptor` ends waiting when it becomes readable.
  LiveSource(LiveOptions options, SourceListener& listener, int stopDescriptor);
  ~LiveSource() override;

  /// Opens all interfaces. Empty on success, else why not (one line): a name that does not exist, no privilege. An
  /// interface that is down is no error: it is opened when it is up.
  std::string open();

  /// Lets packets in.
  std::string begin();

  /// Changes the filter of all interfaces, with their next packets; `expression` has passed PacketFilter::check().
  void setFilter(const std::string& expression);

  State read(RawPacket* packets, size_t capacity, size_t& count) override;
  uint64_t consumed() const override { return 0; }
  uint64_t size() const override { return 0; }
  bool finish() override;
  void maintain(int64_t now) override;
  std::vector<LiveCounters> live() override;

  /// Whether the filter and sampling happen before packets reach us.
  bool filters() const { return !samples() || options_.filter.empty(); }
  bool samples() const { return options_.sampling.interval > 1 && usesPrograms_; }

 private:
  struct Port;

  static constexpr size_t batch = 64;
  static constexpr int longestNap = 25;             // milliseconds
  static constexpr int longestWait = 100;           // milliseconds
  static constexpr int64_t lookInterval = 500'000;  // microseconds between looks at the interfaces
  static constexpr int drainWait = 3 * LiveInterface::blockTimeout;

  void loadPrograms();
  LiveInterface::Outcome openPort(Port& port, std::string& error);
  void reopen(Port& port);
  void leave(Port& port, const std::string& why);
  void lose(Port& port);
  void look(Port& port);
  void place(Port& port, RawPacket* packets, size_t count);
  bool wait(int milliseconds);
  void nap();
  void notice(const Port& port, std::string text);

  LiveOptions options_;
  SourceListener& listener_;
  int stopDescriptor_;
  bool usesPrograms_ = false;
  bool finishing_ = false;
  bool busy_ = false;  // packets came since the last wait
  size_t turn_ = 0;
  int64_t nextLook_ = 0;
  size_t stride_;
  int napTime_;  // milliseconds
  std::vector<uint8_t> memory_;
  std::vector<pollfd> waiting_;
  std::vector<std::unique_ptr<Port>> ports_;
};

}  // namespace flowtap
