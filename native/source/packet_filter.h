// Packets by libpcap filter expression: --filter.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "source/packet_source.h"

namespace flowtap {

/// A filter in the language of pcap-filter(7), compiled by libpcap once for each link type that is met and run once per
/// packet. libpcap is loaded when the first filter is made. Not thread-safe, but filters on several threads may be
/// compiled at the same time.
class PacketFilter {
 public:
  /// `expression` should have passed check(). A link type for which it does not compile after all is a notice to
  /// `listener`, and none of its packets matches.
  PacketFilter(std::string expression, SourceListener& listener);
  ~PacketFilter();
  PacketFilter(const PacketFilter&) = delete;
  PacketFilter& operator=(const PacketFilter&) = delete;

  /// Whether the filter accepts `packet`.
  bool matches(const RawPacket& packet);

  /// What is wrong with `expression` for link type `linkType`; empty when nothing is. One line, libpcap's words.
  static std::string check(const std::string& expression, uint16_t linkType);

  /// What is wrong with `expression` where the link type is not known yet: the answer for Ethernet, unless the
  /// expression is good for another common link type, as `type mgt` is for 802.11.
  static std::string check(const std::string& expression);

 private:
  struct Program;

  const Program& programFor(uint16_t linkType);

  std::string expression_;
  SourceListener& listener_;
  std::vector<std::unique_ptr<Program>> programs_;
  const Program* latest_ = nullptr;
};

}  // namespace flowtap
