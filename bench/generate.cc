// Writes the benchmark's captures, the same octets on every machine:
//   generate mix|elephants|flood FILE [PACKETS]
// mix        1 flow per 10 packets, TCP/UDP/ICMP 80/18/2, 85 % IPv4, 10 % tagged, heavy-tailed sizes, 5 minutes
// elephants  all packets in 1,000 TCP flows
// flood      every packet a SYN from a source of its own
// Microsecond pcap, Ethernet, snaplen 96.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <queue>
#include <string>
#include <vector>

namespace {

constexpr uint32_t snaplen = 96;
constexpr int64_t begin = 1'700'000'000'000'000;  // microseconds
constexpr int64_t length = 300'000'000;

/// SplitMix64: small, fast, and the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double share) { return unit() < share; }

 private:
  uint64_t state_;
};

/// Writes a pcap file in large pieces.
class Capture {
 public:
  explicit Capture(const char* path) : file_(std::fopen(path, "wb")) {
    if (file_ == nullptr) {
      std::perror(path);
      std::exit(1);
    }
    std::setvbuf(file_, nullptr, _IOFBF, 1 << 20);
    const uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, snaplen, 1};
    std::fwrite(header, sizeof header, 1, file_);
  }
  ~Capture() { std::fclose(file_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  void write(int64_t time, const uint8_t* frame, uint32_t wire) {
    const uint32_t captured = std::min(wire, snaplen);
    const uint32_t header[4] = {static_cast<uint32_t>(time / 1'000'000), static_cast<uint32_t>(time % 1'000'000),
                                captured, wire};
    std::fwrite(header, sizeof header, 1, file_);
    std::fwrite(frame, captured, 1, file_);
  }

 private:
  FILE* file_;
};

void put16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}
void put32(uint8_t* at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}

enum class Kind : uint8_t { tcp, udp, icmp };

struct Flow {
  uint64_t id;
  int64_t next;   // time of its next packet
  double gap;     // mean microseconds between packets
  uint32_t left;  // packets to come
  uint32_t sent = 0;
  uint32_t sequence[2] = {0, 0};
  Kind kind;
  bool ipv6;
  bool finishes;  // closes with FIN
  uint16_t vlan;
  uint16_t port[2];
};

/// Addresses follow from the flow's number, so that they need no memory: clients of a /8, servers of a few /16.
void putAddress(uint8_t* at, const Flow& flow, bool server) {
  const uint64_t mixed = Random(flow.id * 2 + (server ? 1 : 0)).next();
  const uint32_t host = server ? 0x5db80000U | static_cast<uint32_t>(mixed % 60000)
                               : 0x0a000000U | static_cast<uint32_t>(mixed % 4'000'000);
  if (!flow.ipv6) return put32(at, host);
  put32(at, 0x20010db8);
  put32(at + 4, server ? 0x00010000 : 0x00020000);
  put32(at + 8, static_cast<uint32_t>(mixed >> 32) & 0xffff);
  put32(at + 12, host);
}

/// One frame of a flow; returns its length on the wire.
uint32_t frame(uint8_t* out, Flow& flow, Random& random) {
  const bool last = flow.left <= 2;
  const bool reply = flow.sent > 0 && (flow.sent == 1 || (last ? flow.left == 1 : random.chance(0.45)));
  uint32_t payload = 0;
  if (flow.kind == Kind::icmp) {
    payload = 56;
  } else if (flow.sent >= 2 || flow.kind == Kind::udp) {
    const double choice = random.unit();
    payload = choice < 0.4 ? 0 : choice < 0.65 ? 20 + random.below(400) : 500 + random.below(948);
    if (flow.kind == Kind::udp) payload = std::max(payload, 12U);
  }
  uint8_t* at = out;
  put32(at, 0x02000000);
  put16(at + 4, reply ? 1 : 2);
  put32(at + 6, 0x02000000);
  put16(at + 10, reply ? 2 : 1);
  at += 12;
  if (flow.vlan != 0) {
    put16(at, 0x8100);
    put16(at + 2, flow.vlan);
    at += 4;
  }
  put16(at, flow.ipv6 ? 0x86dd : 0x0800);
  at += 2;
  const uint32_t header = flow.kind == Kind::tcp ? 20 : 8;
  const uint8_t protocol = flow.kind == Kind::tcp ? 6 : flow.kind == Kind::udp ? 17 : flow.ipv6 ? 58 : 1;
  const uint32_t transport = header + payload;
  if (flow.ipv6) {
    put32(at, 0x60000000);
    put16(at + 4, transport);
    at[6] = protocol;
    at[7] = 60;
    putAddress(at + 8, flow, reply);
    putAddress(at + 24, flow, !reply);
    at += 40;
  } else {
    put32(at, 0x45000000 | (20 + transport));
    put32(at + 4, static_cast<uint32_t>(random.next()) & 0xffff0000);
    at[8] = 60;
    at[9] = protocol;
    put16(at + 10, 0);
    putAddress(at + 12, flow, reply);
    putAddress(at + 16, flow, !reply);
    at += 20;
  }
  const unsigned side = reply ? 1 : 0;
  if (flow.kind == Kind::icmp) {
    at[0] = flow.ipv6 ? (reply ? 129 : 128) : (reply ? 0 : 8);
    at[1] = 0;
    put16(at + 2, 0);
    put16(at + 4, flow.port[0]);
    put16(at + 6, flow.sent / 2);
  } else {
    put16(at, flow.port[side]);
    put16(at + 2, flow.port[1 - side]);
  }
  if (flow.kind == Kind::udp) {
    put16(at + 4, 8 + payload);
    put16(at + 6, 0);
  } else if (flow.kind == Kind::tcp) {
    const uint32_t flags = flow.sent == 0          ? 0x02
                           : flow.sent == 1        ? 0x12
                           : last && flow.finishes ? 0x11
                           : payload > 0           ? 0x18
                                                   : 0x10;
    put32(at + 4, flow.sequence[side]);
    put32(at + 8, flow.sequence[1 - side]);
    put16(at + 12, 0x5000 | flags);
    put16(at + 14, 64240);
    put32(at + 16, 0);
    flow.sequence[side] += payload + ((flags & 0x03) != 0 ? 1 : 0);
  }
  at += header;
  if (at < out + snaplen) std::memset(at, 0, static_cast<size_t>(out + snaplen - at));
  const auto headers = static_cast<uint32_t>(at - out);
  return std::max(headers + payload, 60U);
}

/// Packets per flow: bounded Pareto, trimmed at the largest flows to the exact sum.
std::vector<uint32_t> heavyTailedSizes(size_t flows, uint64_t packets, Random& random) {
  std::vector<uint32_t> sizes(flows);
  uint64_t sum = 0;
  for (uint32_t& size : sizes) {
    size = static_cast<uint32_t>(std::min(1.6 / std::pow(1.0 - random.unit(), 1.0 / 1.15), 100'000.0)) + 1;
    sum += size;
  }
  while (sum != packets) {
    uint32_t& size = sizes[random.below(static_cast<uint32_t>(flows))];
    if (sum < packets) {
      const uint64_t more = std::min<uint64_t>(packets - sum, size);
      size += static_cast<uint32_t>(more);
      sum += more;
    } else if (size > 2) {
      const uint64_t less = std::min<uint64_t>(sum - packets, size / 2);
      size -= static_cast<uint32_t>(less);
      sum -= less;
    }
  }
  return sizes;
}

Flow newFlow(uint64_t id, uint32_t packets, int64_t start, Random& random) {
  Flow flow{};
  flow.id = id;
  flow.next = start;
  flow.left = packets;
  const double kind = random.unit();
  flow.kind = kind < 0.80 ? Kind::tcp : kind < 0.98 ? Kind::udp : Kind::icmp;
  flow.ipv6 = random.chance(0.15);
  flow.finishes = random.chance(0.85);
  flow.vlan = random.chance(0.1) ? static_cast<uint16_t>(100 + random.below(8)) : 0;
  flow.port[0] = static_cast<uint16_t>(1024 + random.below(64512));
  static constexpr uint16_t services[] = {443, 443, 443, 80, 53, 22, 25, 123, 3306, 8080};
  flow.port[1] = services[random.below(10)];
  flow.sequence[0] = static_cast<uint32_t>(random.next());
  flow.sequence[1] = static_cast<uint32_t>(random.next());
  const double room = static_cast<double>(begin + length - start) / packets;
  flow.gap = std::min(std::exp(7.0 + 6.0 * random.unit()), room);  // 1 ms to 440 ms
  return flow;
}

/// Interleaves flows in time order. Flows are made when they begin, so that memory follows concurrency.
void interleave(Capture& capture, const std::vector<uint32_t>& sizes, bool spread, Random& random) {
  const auto later = [](const Flow& a, const Flow& b) { return a.next != b.next ? a.next > b.next : a.id > b.id; };
  std::priority_queue<Flow, std::vector<Flow>, decltype(later)> active(later);
  const double step = spread ? static_cast<double>(length) * 0.98 / static_cast<double>(sizes.size()) : 0;
  uint8_t out[snaplen + 160];
  for (size_t begun = 0; begun < sizes.size() || !active.empty();) {
    const int64_t start = begin + static_cast<int64_t>(static_cast<double>(begun) * step);
    if (begun < sizes.size() && (active.empty() || start <= active.top().next)) {
      active.push(newFlow(begun, sizes[begun], start, random));
      ++begun;
      continue;
    }
    Flow flow = active.top();
    active.pop();
    const uint32_t wire = frame(out, flow, random);
    capture.write(flow.next, out, wire);
    ++flow.sent;
    if (--flow.left == 0) continue;
    flow.next += 1 + static_cast<int64_t>(-std::log(1.0 - random.unit()) * flow.gap);
    active.push(flow);
  }
}

void flood(Capture& capture, uint64_t packets) {
  uint8_t out[snaplen] = {};
  static constexpr uint8_t head[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6};
  std::memcpy(out, head, sizeof head);
  put32(out + 30, 0xc0000201);
  put16(out + 36, 80);
  put16(out + 46, 0x5002);
  put16(out + 48, 1024);
  for (uint64_t at = 0; at < packets; ++at) {
    // An odd multiplier permutes the 32-bit numbers: every source is new.
    put32(out + 26, static_cast<uint32_t>(at) * 2654435761U);
    put16(out + 34, 1024 + at % 60000);
    put32(out + 38, static_cast<uint32_t>(at) * 40503U);
    capture.write(begin + static_cast<int64_t>(at * 10), out, 60);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("usage: generate mix|elephants|flood FILE [PACKETS]\n", stderr);
    return 2;
  }
  const std::string kind = arguments[1];
  const uint64_t packets = count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 10'000'000;
  Random random(20261121);
  Capture capture(arguments[2]);
  if (kind == "mix") {
    const size_t flows = static_cast<size_t>(std::max<uint64_t>(packets / 10, 1));
    interleave(capture, heavyTailedSizes(flows, packets, random), true, random);
  } else if (kind == "elephants") {
    interleave(capture, std::vector<uint32_t>(1000, static_cast<uint32_t>(packets / 1000)), false, random);
  } else if (kind == "flood") {
    flood(capture, packets);
  } else {
    std::fprintf(stderr, "unknown kind %s\n", kind.c_str());
    return 2;
  }
  return 0;
}
