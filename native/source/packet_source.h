// Where packets come from: the seam between capture files, live interfaces and the meter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace flowtap {

/// One captured frame. `data` stays valid until the next call of PacketSource::read.
struct RawPacket {
  const uint8_t* data;
  uint32_t capturedLength;  // octets at data
  uint32_t wireLength;      // octets the frame had on the wire
  int64_t time;             // microseconds since 1970-01-01 UTC
  uint16_t linkType;        // LINKTYPE_ value, https://www.tcpdump.org/linktypes.html
  uint8_t interface;        // slot in the meter's interface table
  uint16_t segments = 1;    // frames on the wire that a super-packet (GRO, GSO) stands for; 0 where the MTU has to tell
  uint16_t mtu = 0;         // of the interface, with `segments` 0

  /// Whether an exact JavaScript number can hold the time, which captures may set at will: 1970 to the year 2255.
  bool hasDate() const { return time >= 0 && time < int64_t{1} << 53; }
};

/// Something the user should hear about a source, in the order it happened.
struct SourceNotice {
  std::string source;   // file or interface
  uint64_t offset = 0;  // in the uncompressed octets of the file
  std::string text;     // one line without final stop
  bool fatal = false;   // nothing of this source could be read: not a capture, unreadable, absent
};

/// What became of the packets of one live interface, over every opening of it.
struct LiveCounters {
  enum class State : uint8_t { capturing, down, absent };

  std::string name;
  uint32_t index = 0;  // the kernel's, 0 while there is no such interface
  State state = State::absent;
  uint64_t received = 0;            // by the kernel for us: after the filter, with the dropped ones
  uint64_t droppedByKernel = 0;     // the capture buffer was full
  uint64_t droppedByInterface = 0;  // rx_dropped and rx_missed_errors, whether or not for us
  uint64_t delivered = 0;           // given out by read()
  uint64_t sampledOut = 0;          // left out by the kernel-side program
  uint64_t superPackets = 0;        // frames of several segments (GRO, GSO)
  uint64_t reopenings = 0;
};

/// Hears what sources have to say. Called on the meter's thread.
class SourceListener {
 public:
  virtual void notice(SourceNotice notice) = 0;
  /// Whether packets of this link type can be metered; where they cannot the source says so once.
  virtual bool decodes(uint16_t linkType) const {
    static_cast<void>(linkType);
    return true;
  }
  /// The interface-table slot for an interface; the same name gives the same slot. `index` is the kernel's of a live
  /// interface, else 0.
  virtual uint8_t interfaceSlot(std::string_view name, uint16_t linkType, uint32_t index) = 0;

 protected:
  ~SourceListener() = default;
};

/// A stream of packets in the order they were captured.
class PacketSource {
 public:
  virtual ~PacketSource() = default;

  enum class State : uint8_t { more, idle, end };

  /// Fills up to `capacity` packets and says how many in `count`; zero with `more` is allowed.
  /// `idle`: a live source has nothing now; `end`: no packet will follow.
  virtual State read(RawPacket* packets, size_t capacity, size_t& count) = 0;

  /// Octets of the input consumed so far, and the input's size or 0 where it is not known: for progress.
  virtual uint64_t consumed() const = 0;
  virtual uint64_t size() const = 0;

  /// Packets that were in the input but cannot be given out, because it does not say what they are (a pcapng packet of
  /// an interface that was never described). They are in no count of read().
  virtual uint64_t undescribed() const { return 0; }

  // ---- live sources

  /// Asks for the end: true when read() will go on to give out what has come in, and then end.
  virtual bool finish() { return false; }

  /// Does what is due beside reading: a look at the interfaces, opening those that have come back. Cheap when called
  /// often. `now` is in monotonic microseconds.
  virtual void maintain(int64_t now) { static_cast<void>(now); }

  /// What the kernel counted, by interface; empty for captures.
  virtual std::vector<LiveCounters> live() { return {}; }
};

}  // namespace flowtap
