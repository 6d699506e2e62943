// Capture files: what pcap and pcapng have in common, and the choice between them.
#pragma once

#include <memory>
#include <string>

#include "source/byte_stream.h"
#include "source/packet_source.h"

namespace flowtap {

/// An opened input, the name that notices give it, and who hears them.
struct CaptureInput {
  std::string name;
  std::unique_ptr<ByteStream> stream;
  SourceListener* listener;
};

/// Packets of one capture, parsed where they lie in the stream's window.
///
/// A record that is not whole in the window ends a read(); the next one refills the window, so that no packet is copied
/// and the pointers given out stay valid between the two.
class CaptureFile : public PacketSource {
 public:
  State read(RawPacket* packets, size_t capacity, size_t& count) final;
  uint64_t consumed() const final { return stream_->consumed(); }
  uint64_t size() const final { return stream_->size(); }

  /// Octets of a packet that are given out. What a longer one has beyond is passed over.
  static constexpr uint32_t largestPacket = 262144;

  /// The captured length above which a record must be damaged, for the snapshot length that the capture declares:
  /// largestPacket or the declared one, where that is believable.
  static uint32_t capturedLengthLimit(uint32_t snapshotLength);

 protected:
  explicit CaptureFile(CaptureInput input);

  /// Octets that have to be in the window before the walk can go on, and the part of the file that they are.
  struct Need {
    size_t octets = 0;
    const char* part = "";
  };

  /// Fills `packets` with the records that are whole in the window, adds them to `count` and consumes them. Returns
  /// what the next record needs when it is not whole, else no octets.
  virtual Need walk(RawPacket* packets, size_t capacity, size_t& count) = 0;

  ByteStream& stream() { return *stream_; }
  SourceListener& listener() { return *listener_; }

  void notice(uint64_t offset, std::string text);
  /// Says so when packets of a link type, stated at `offset`, will only be counted.
  void noticeUnlessDecoded(uint64_t offset, uint16_t linkType);
  /// Gives up the rest of the file; `text` says why.
  void stop(uint64_t offset, const std::string& text);
  bool stopped() const { return done_; }
  /// Lets the next walk() begin `octets` further on. They may be more than the window holds.
  void passOver(uint64_t octets) { toPass_ = octets; }

  /// Brings the lengths of a record into order where the writer got them wrong: there is no more of a packet than was
  /// on the wire. `offset` is the record's.
  void reconcile(RawPacket& packet, uint64_t offset) {
    if (packet.capturedLength > packet.wireLength) [[unlikely]] {
      reconcileLengths(packet, offset);
    }
  }
  /// Says, once, that packets are longer than largestPacket.
  void noticeLongPacket(uint64_t offset);

 private:
  bool refill(ByteStream::Fill fill, Need need);
  void reconcileLengths(RawPacket& packet, uint64_t offset);

  std::string name_;
  std::unique_ptr<ByteStream> stream_;
  SourceListener* listener_;
  uint64_t toPass_ = 0;
  bool done_ = false;
  bool noticedLengths_ = false;
  bool noticedLongPacket_ = false;
};

/// Opens the capture at `path`, "-" for standard input, and recognises its format by its first octets. When it is no
/// capture, or cannot be read, there is a fatal notice and no file. Waits for the first octets where the input lets it
/// wait; `stopDescriptor` ends that, without a notice, as it ends waiting in read(), and may be -1.
std::unique_ptr<CaptureFile> openCapture(const std::string& path, SourceListener& listener, int stopDescriptor = -1);

/// The same for an input that is already open. `name` stands in notices.
std::unique_ptr<CaptureFile> openCapture(Descriptor descriptor, std::string name, SourceListener& listener);

}  // namespace flowtap
