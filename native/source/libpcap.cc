#include "source/libpcap.h"

#include "source/shared_library.h"

namespace flowtap {

namespace {

struct LinkTypeNumbers {
  uint16_t linkType;
  int dlt;
};

constexpr LinkTypeNumbers differing[] = {
    {100, DLT_ATM_RFC1483}, {101, DLT_RAW}, {102, DLT_SLIP_BSDOS}, {103, DLT_PPP_BSDOS}, {106, DLT_ATM_CLIP},
};

Libpcap load() {
  Libpcap found;
  // Debian kept the soname of libpcap 0.8; upstream's is 1.
  SharedLibrary library({"libpcap.so.0.8", "libpcap.so.1"});
  library.bind(found.openDead, "pcap_open_dead");
  library.bind(found.compile, "pcap_compile");
  library.bind(found.freeCode, "pcap_freecode");
  library.bind(found.getError, "pcap_geterr");
  library.bind(found.close, "pcap_close");
  library.bind(found.run, "bpf_filter");
  library.bind(found.version, "pcap_lib_version");
  library.bind(found.create, "pcap_create");
  library.bind(found.activate, "pcap_activate");
  library.bind(found.statusText, "pcap_statustostr");
  library.bind(found.setSnapshotLength, "pcap_set_snaplen");
  library.bind(found.setPromiscuous, "pcap_set_promisc");
  library.bind(found.setTimeout, "pcap_set_timeout");
  library.bind(found.setBufferSize, "pcap_set_buffer_size");
  library.bind(found.setNonBlocking, "pcap_setnonblock");
  library.bind(found.dataLink, "pcap_datalink");
  library.bind(found.setDataLink, "pcap_set_datalink");
  library.bind(found.setFilter, "pcap_setfilter");
  library.bind(found.descriptor, "pcap_fileno");
  library.bind(found.dispatch, "pcap_dispatch");
  library.bind(found.statistics, "pcap_stats");
  if (!library.error().empty()) found.error = "libpcap cannot be loaded: " + library.error();
  return found;
}

}  // namespace

const Libpcap& libpcap() {
  static const Libpcap functions = load();
  return functions;
}

int dltOf(uint16_t linkType) {
  for (const auto& each : differing) {
    if (each.linkType == linkType) return each.dlt;
  }
  return linkType;
}

uint16_t linkTypeOf(int dlt) {
  for (const auto& each : differing) {
    if (each.dlt == dlt) return each.linkType;
  }
  return static_cast<uint16_t>(dlt);
}

}  // namespace flowtap
