// Prints what the decoder makes of a capture, one JSON line per packet: the driver of the oracle tests.
//
//   summaries [--detail] [--decapsulate all|BITS] [--snap OCTETS] FILE
//
// A packet that is not metered gives {"ignored": reason}; the last line gives the decoder's counters. --snap shortens
// every frame to OCTETS before it is decoded, from a heap block of exactly that size, so that a sanitizer sees any read
// beyond it.
#include <arpa/inet.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "decode/decoder.h"

namespace {

using flowtap::Decoder;
using flowtap::Ignored;
using flowtap::Packet;

constexpr const char* reasons[] = {"none",          "nonIp",           "truncatedLink", "truncatedIp", "malformedIp",
                                   "malformedLink", "unknownLinkType", "tooDeep",       "filtered",    "sampledOut",
                                   "outOfRange",    "undescribed",     "noRoom"};
static_assert(std::size(reasons) == static_cast<size_t>(Ignored::count));

std::string addressText(const uint8_t (&address)[16], bool isIpv6) {
  char text[INET6_ADDRSTRLEN] = {};
  if (isIpv6) {
    inet_ntop(AF_INET6, address, text, sizeof text);
  } else {
    inet_ntop(AF_INET, address + 12, text, sizeof text);
  }
  return text;
}

bool isMapped(const uint8_t (&address)[16]) {
  static constexpr uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::memcmp(address, prefix, sizeof prefix) == 0;
}

std::string macText(const uint8_t (&mac)[6]) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  return text;
}

void printBase(const Packet& packet) {
  const bool isIpv6 = (packet.flags & flowtap::packetFlag::ipv6) != 0;
  std::printf("\"source\":\"%s\",\"destination\":\"%s\"", addressText(packet.sourceAddress, isIpv6).c_str(),
              addressText(packet.destinationAddress, isIpv6).c_str());
  std::printf(",\"sourcePort\":%u,\"destinationPort\":%u,\"protocol\":%u,\"flags\":%u,\"vlanId\":%u", packet.sourcePort,
              packet.destinationPort, packet.protocol, packet.flags, packet.vlanId);
  std::printf(",\"time\":%" PRId64 ",\"ipOctets\":%u,\"linkOctets\":%u,\"tcpSequence\":%u", packet.time,
              packet.ipOctets, packet.linkOctets, packet.tcpSequence);
  std::printf(",\"tcpFlags\":%u,\"ipClassOfService\":%u,\"ttl\":%u,\"serviceVlanId\":%u", packet.tcpFlags,
              packet.ipClassOfService, packet.ttl, packet.serviceVlanId);
}

void printDetail(const Packet& packet) {
  std::printf(",\"tcpAcknowledgement\":%u,\"payloadOctets\":%u,\"tcpWindow\":%u,\"tcpMaximumSegmentSize\":%u",
              packet.tcpAcknowledgement, packet.payloadOctets, packet.tcpWindow, packet.tcpMaximumSegmentSize);
  std::printf(
      ",\"tcpWindowScale\":%u,\"tcpOptions\":%u,\"tcpUrgent\":%u,\"sourceMac\":\"%s\",\"destinationMac\":\"%s\"",
      packet.tcpWindowScale, packet.tcpOptions, packet.tcpUrgent, macText(packet.sourceMac).c_str(),
      macText(packet.destinationMac).c_str());
  std::printf(",\"mplsLabels\":[%u,%u,%u],\"mplsDepth\":%u,\"mplsTopTtl\":%u", packet.mplsLabels[0],
              packet.mplsLabels[1], packet.mplsLabels[2], packet.mplsDepth, packet.mplsTopTtl);
  std::printf(",\"tunnel\":%u,\"tunnelId\":%u", static_cast<unsigned>(packet.tunnel), packet.tunnelId);
  if (packet.tunnel != flowtap::Tunnel::none) {
    std::printf(",\"outerSource\":\"%s\",\"outerDestination\":\"%s\"",
                addressText(packet.outerSourceAddress, !isMapped(packet.outerSourceAddress)).c_str(),
                addressText(packet.outerDestinationAddress, !isMapped(packet.outerDestinationAddress)).c_str());
  }
}

/// libpcap renames some link types for its own use; files carry these numbers.
uint16_t fileLinkType(int dlt) {
  switch (dlt) {
    case DLT_RAW:
      return 101;
    case DLT_C_HDLC:
      return 104;
    case DLT_LOOP:
      return 108;
    default:
      return static_cast<uint16_t>(dlt);
  }
}

int run(const char* path, const flowtap::DecoderOptions& options, uint32_t snap) {
  char error[PCAP_ERRBUF_SIZE] = {};
  pcap_t* const capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_MICRO, error);
  if (capture == nullptr) {
    std::fprintf(stderr, "summaries: %s: %s\n", path, error);
    return 2;
  }
  const uint16_t linkType = fileLinkType(pcap_datalink(capture));
  const bool detail = options.linkDetail || options.transportDetail || options.decapsulate != 0;
  Decoder decoder(options);
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(capture, &header, &data) == 1) {
    const uint32_t captured = std::min(header->caplen, snap);
    const std::unique_ptr<uint8_t[]> frame(new uint8_t[captured]);
    std::memcpy(frame.get(), data, captured);
    const flowtap::RawPacket raw{
        frame.get(), captured, header->len, int64_t{header->ts.tv_sec} * 1'000'000 + header->ts.tv_usec, linkType, 0};
    Packet packet;
    const Ignored ignored = decoder.decode(raw, packet);
    if (ignored != Ignored::none) {
      std::printf("{\"ignored\":\"%s\"}\n", reasons[static_cast<size_t>(ignored)]);
      continue;
    }
    std::printf("{");
    printBase(packet);
    if (detail) printDetail(packet);
    std::printf("}\n");
  }
  pcap_close(capture);
  std::printf("{\"nonIp\":{");
  const char* separator = "";
  decoder.eachNonIp([&separator](uint16_t type, uint64_t frames) {
    std::printf("%s\"0x%04x\":%" PRIu64, separator, type, frames);
    separator = ",";
  });
  std::printf("},\"orphanFragments\":%" PRIu64 "}\n", decoder.orphanFragments());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  flowtap::DecoderOptions options;
  uint32_t snap = UINT32_MAX;
  const char* path = nullptr;
  for (int at = 1; at < count; ++at) {
    const std::string argument = arguments[at];
    if (argument == "--detail") {
      options.linkDetail = true;
      options.transportDetail = true;
    } else if (argument == "--decapsulate" && at + 1 < count) {
      const std::string kinds = arguments[++at];
      options.decapsulate =
          kinds == "all" ? UINT32_MAX : static_cast<uint32_t>(std::strtoul(kinds.c_str(), nullptr, 0));
    } else if (argument == "--snap" && at + 1 < count) {
      snap = static_cast<uint32_t>(std::strtoul(arguments[++at], nullptr, 10));
    } else {
      path = arguments[at];
    }
  }
  if (path == nullptr) {
    std::fprintf(stderr, "usage: summaries [--detail] [--decapsulate all|BITS] [--snap OCTETS] FILE\n");
    return 2;
  }
  return run(path, options, snap);
}
