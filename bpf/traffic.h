// The frames of the live benchmarks: frame number N of a plan, the same octets in the kernel and in user space, so that
// what a meter has to find is known beforehand. C and C++.
//
// TCP and UDP carry no valid checksum, so that GRO leaves the frames as they are. IPv4's is valid.
#ifndef FLOWTAP_BPF_TRAFFIC_H
#define FLOWTAP_BPF_TRAFFIC_H

#include <linux/types.h>

// Values of traffic_plan.mode.
#define TRAFFIC_UDP 0       // `flows` UDP flows in turn; each packet a flow of its own when that is 0
#define TRAFFIC_SYN 1       // TCP SYNs, each from another source
#define TRAFFIC_SESSIONS 2  // the same, and every 16th packet one of TCP sessions in both directions

#define TRAFFIC_SESSION_COUNT 100
#define TRAFFIC_SESSION_SHARE 16

#define TRAFFIC_HEADER_OCTETS 54  // Ethernet, IPv4 and TCP: what traffic_write() writes at most
#define TRAFFIC_LEAST_OCTETS 60   // of an Ethernet frame without its check sequence

// The one entry of the generator's map `plan`.
struct traffic_plan {
  __u64 packets;  // in all
  __u32 mode;     // TRAFFIC_
  __u32 flows;
  __u32 octets;           // of each frame, without check sequence
  __u32 interface_index;  // where they go
};

struct traffic_packet {
  __u32 source;
  __u32 destination;
  __u32 source_port;
  __u32 destination_port;
  __u32 protocol;
  __u32 tcp_flags;
  __u32 sequence;
  __u32 total_length;  // of the IPv4 packet
};

// Packets of session `session`, both directions together, after `packets` packets of the plan.
static inline __u64 traffic_session_packets(__u64 packets, __u32 session) {
  const __u64 of_all = packets / TRAFFIC_SESSION_SHARE;
  return of_all / TRAFFIC_SESSION_COUNT + (session < of_all % TRAFFIC_SESSION_COUNT);
}

// Packet `step` of session `session`: even ones from the client. SYN, SYN and ACK, data, at the plan's end FIN twice.
static inline void traffic_session(const struct traffic_plan* plan, __u64 step, __u32 session,
                                   struct traffic_packet* packet) {
  const __u32 client = 0x0ac80001 + session;       // 10.200.0.1 and up
  const __u32 server = 0xc6336401 + session % 10;  // 198.51.100.1 and up
  const __u32 client_port = 40000 + session;
  const int from_client = (step & 1) == 0;
  const int opens = step < 2;
  const int closes = !opens && step + 2 >= traffic_session_packets(plan->packets, session);
  packet->source = from_client ? client : server;
  packet->destination = from_client ? server : client;
  packet->source_port = from_client ? client_port : 443;
  packet->destination_port = from_client ? 443 : client_port;
  packet->protocol = 6;
  packet->tcp_flags = opens ? (from_client ? 0x02 : 0x12) : closes ? 0x11 : 0x18;
  packet->sequence = (__u32)step;
  packet->total_length = opens || closes ? 40 : plan->octets - 14;
}

static inline void traffic_flood(__u64 number, struct traffic_packet* packet) {
  packet->source = (__u32)number * 2654435761U;  // an odd factor permutes the 32-bit numbers
  packet->destination = 0xc0000201;              // 192.0.2.1
  packet->source_port = 1024 + (__u32)(number % 60000);
  packet->destination_port = 80;
  packet->protocol = 6;
  packet->tcp_flags = 0x02;
  packet->sequence = (__u32)number * 40503U;
  packet->total_length = 40;
}

static inline void traffic_udp(const struct traffic_plan* plan, __u64 number, struct traffic_packet* packet) {
  const __u64 flow = plan->flows != 0 ? number % plan->flows : number;
  packet->source = 0x0a000000 + (flow & 0xffffff);  // 10.0.0.0/8
  packet->destination = 0xc0000201;
  packet->source_port = 1024 + (__u32)((flow >> 24) % 60000);
  packet->destination_port = 9000;
  packet->protocol = 17;
  packet->tcp_flags = 0;
  packet->sequence = 0;
  packet->total_length = plan->octets - 14;
}

static inline void traffic_packet_of(const struct traffic_plan* plan, __u64 number, struct traffic_packet* packet) {
  if (plan->mode == TRAFFIC_UDP) return traffic_udp(plan, number, packet);
  if (plan->mode == TRAFFIC_SYN || number % TRAFFIC_SESSION_SHARE != TRAFFIC_SESSION_SHARE - 1) {
    return traffic_flood(number, packet);
  }
  const __u64 turn = number / TRAFFIC_SESSION_SHARE;
  traffic_session(plan, turn / TRAFFIC_SESSION_COUNT, (__u32)(turn % TRAFFIC_SESSION_COUNT), packet);
}

static inline void traffic_put16(__u8* to, __u32 value) {
  to[0] = (__u8)(value >> 8);
  to[1] = (__u8)value;
}

static inline void traffic_put32(__u8* to, __u32 value) {
  traffic_put16(to, value >> 16);
  traffic_put16(to + 2, value);
}

// Writes the headers of frame `number` of the plan to TRAFFIC_HEADER_OCTETS octets; zeros follow them in the frame.
static inline void traffic_write(const struct traffic_plan* plan, __u64 number, __u8* frame) {
  struct traffic_packet packet = {};
  traffic_packet_of(plan, number, &packet);
  traffic_put32(frame, 0x02000000);  // 02:00:00:00:00:01 to 02:00:00:00:00:02
  traffic_put32(frame + 4, 0x00020200);
  traffic_put32(frame + 8, 0x00000001);
  traffic_put16(frame + 12, 0x0800);

  __u8* const ip = frame + 14;
  const __u32 identification = number & 0xffff;
  traffic_put16(ip, 0x4500);
  traffic_put16(ip + 2, packet.total_length);
  traffic_put16(ip + 4, identification);
  traffic_put16(ip + 6, 0x4000);  // do not fragment
  traffic_put16(ip + 8, 64U << 8 | packet.protocol);
  traffic_put32(ip + 12, packet.source);
  traffic_put32(ip + 16, packet.destination);
  __u32 sum = 0x4500 + packet.total_length + identification + 0x4000 + (64U << 8 | packet.protocol) +
              (packet.source >> 16) + (packet.source & 0xffff) + (packet.destination >> 16) +
              (packet.destination & 0xffff);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  traffic_put16(ip + 10, ~sum & 0xffff);

  __u8* const transport = frame + 34;
  traffic_put16(transport, packet.source_port);
  traffic_put16(transport + 2, packet.destination_port);
  if (packet.protocol == 17) {
    traffic_put16(transport + 4, packet.total_length - 20);
    traffic_put16(transport + 6, 0);
    return;
  }
  traffic_put32(transport + 4, packet.sequence);
  traffic_put32(transport + 8, 0);
  traffic_put16(transport + 12, 0x5000 | packet.tcp_flags);
  traffic_put16(transport + 14, 1024);
  traffic_put32(transport + 16, 0);
}

#endif
