// libpcap's functions, loaded when the first is needed.
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <string>

namespace flowtap {

/// What flowtap uses of libpcap. Functions are null and `error` says why when it cannot be loaded.
struct Libpcap {
  decltype(::pcap_open_dead)* openDead = nullptr;
  decltype(::pcap_compile)* compile = nullptr;
  decltype(::pcap_freecode)* freeCode = nullptr;
  decltype(::pcap_geterr)* getError = nullptr;
  decltype(::pcap_close)* close = nullptr;
  decltype(::bpf_filter)* run = nullptr;
  decltype(::pcap_lib_version)* version = nullptr;

  decltype(::pcap_create)* create = nullptr;
  decltype(::pcap_activate)* activate = nullptr;
  decltype(::pcap_statustostr)* statusText = nullptr;
  decltype(::pcap_set_snaplen)* setSnapshotLength = nullptr;
  decltype(::pcap_set_promisc)* setPromiscuous = nullptr;
  decltype(::pcap_set_timeout)* setTimeout = nullptr;
  decltype(::pcap_set_buffer_size)* setBufferSize = nullptr;
  decltype(::pcap_setnonblock)* setNonBlocking = nullptr;
  decltype(::pcap_datalink)* dataLink = nullptr;
  decltype(::pcap_set_datalink)* setDataLink = nullptr;
  decltype(::pcap_setfilter)* setFilter = nullptr;
  decltype(::pcap_fileno)* descriptor = nullptr;
  decltype(::pcap_dispatch)* dispatch = nullptr;
  decltype(::pcap_stats)* statistics = nullptr;

  std::string error;
};

/// The library, loaded on the first call. Safe on any thread.
const Libpcap& libpcap();

/// The DLT_ value that libpcap wants for a LINKTYPE_ value, and back. They are the same but for the types whose DLT_
/// value had come to differ between systems before there were LINKTYPE_ values
/// (https://www.tcpdump.org/linktypes.html).
int dltOf(uint16_t linkType);
uint16_t linkTypeOf(int dlt);

}  // namespace flowtap
