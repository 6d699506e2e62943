// One flow while it lives: exactly two cache lines, and what optional statistics keep beside it.
#pragma once

#include <cstdint>

namespace flowtap {

/// Bits of FlowEntry::state.
namespace flowState {
inline constexpr uint8_t live = 0x01;        // the entry is in use
inline constexpr uint8_t swapped = 0x02;     // the initiator is the larger end of the canonical key
inline constexpr uint8_t finForward = 0x04;  // FIN seen; its reverse twin is the next bit
inline constexpr uint8_t finReverse = 0x08;
inline constexpr uint8_t finAckedForward = 0x10;  // the forward FIN was acknowledged
inline constexpr uint8_t finAckedReverse = 0x20;
inline constexpr uint8_t dormant = 0x40;  // ended by the active timeout; holds no packet until the next one comes
}  // namespace flowState

/// Bits of FlowEntry::marks, which become flowAttribute bits of the record.
namespace flowMark {
inline constexpr uint8_t fragmentsForward = 0x01;
inline constexpr uint8_t fragmentsReverse = 0x02;
inline constexpr uint8_t afterFinForward = 0x04;
inline constexpr uint8_t afterFinReverse = 0x08;
inline constexpr uint8_t continuation = 0x10;
}  // namespace flowMark

/// A live flow. Line 0 is the key and the times, line 1 the counters; arrays of two are forward, reverse.
struct alignas(64) FlowEntry {
  uint64_t key[5];        // FlowKey::words
  int64_t start;          // microseconds
  int64_t end;            // of the last packet of either direction
  uint32_t reverseDelta;  // microseconds from start to the first reverse packet, saturating
  uint16_t dueTick;       // low bits of the wheel tick the entry waits for
  uint8_t state;          // flowState
  uint8_t marks;          // flowMark

  uint64_t packets[2];
  uint64_t octets[2];
  uint32_t linkOverhead[2];  // octets of the frames beyond the IP packets; the flow is split before it wraps
  uint32_t tcpSequence[2];
  uint8_t initialTcpFlags[2];
  uint8_t unionTcpFlags[2];
  uint8_t ipClassOfService[2];
  uint8_t ipClassOfServiceUnion[2];
  uint8_t minimumTtl[2];
  uint8_t maximumTtl[2];
  uint8_t interface[2];
  uint16_t serviceVlanId;
};
static_assert(sizeof(FlowEntry) == 128, "an entry is two cache lines");

/// `lengths` statistics while the flow lives.
struct alignas(64) LengthEntry {
  uint64_t payloadOctets[2];
  double payloadSquares[2];       // octets squared, non-empty packets
  double interarrivalSquares[2];  // microseconds squared
  int64_t lastTime[2];            // microseconds
  uint32_t smallPackets[2];
  uint32_t largePackets[2];
  uint32_t nonEmptyPackets[2];
  uint32_t minimumIpLength[2];
  uint32_t maximumIpLength[2];
  uint16_t firstNonEmptyPayload[2];
  uint8_t firstEightDirections;
  uint8_t directionsSeen;  // of the first eight non-empty packets
};

/// `tcp` statistics while the flow lives. Sequence numbers compare modulo 2^32 (RFC 9293 section 3.4).
struct TcpEntry {
  uint32_t nextSequence[2];  // one past the highest octet seen
  uint32_t holeStart[2];     // the latest gap in the sequence space; empty when start equals end
  uint32_t holeEnd[2];
  uint32_t retransmittedPackets[2];
  uint32_t outOfOrderPackets[2];
  uint32_t urgentPackets[2];
  uint16_t maximumSegmentSize[2];
  uint16_t initialWindow[2];
  uint8_t windowScale[2];
  uint8_t options[2];
};

}  // namespace flowtap
