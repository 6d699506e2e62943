// The two ports that TCP, UDP, UDP-Lite, SCTP and DCCP all begin with.
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-------------------------------+-------------------------------+
// |          source port          |       destination port        |
// +-------------------------------+-------------------------------+
#pragma once

#include "decode/cursor.h"
#include "decode/packet.h"

namespace flowtap {

/// Leaves the ports zero when they were not captured.
inline void readPorts(const Cursor& cursor, Packet& packet) {
  if (!cursor.has(4)) return;
  packet.sourcePort = load16(cursor.data);
  packet.destinationPort = load16(cursor.data + 2);
}

}  // namespace flowtap
