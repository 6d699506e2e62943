// What capture.bpf.c and the program that loads it have to agree on. C and C++.
#ifndef FLOWTAP_BPF_CAPTURE_SETTINGS_H
#define FLOWTAP_BPF_CAPTURE_SETTINGS_H

#include <linux/types.h>

// Values of capture_settings.sampling.
#define CAPTURE_SAMPLE_SYSTEMATIC 0
#define CAPTURE_SAMPLE_RANDOM 1
#define CAPTURE_SAMPLE_FLOW 2

// Octets above the snapshot length by which the filter tells each segment of a super-packet. More than a VLAN tag has:
// libpcap puts back the one that the card took off, and the captured length grows by it.
#define CAPTURE_SEGMENT_STEP 8

// The one entry of the map `settings`, written before the programs are attached.
struct capture_settings {
  __u64 seed;             // of the conversation hash, so that nobody can aim flows at one thread
  __u32 snapshot_length;  // octets
  __u32 interval;         // one packet or conversation of this many is taken; 1 takes all
  __u32 sampling;         // CAPTURE_SAMPLE_
  __u32 decapsulate;      // bit 1 << kind for each tunnel whose inner addresses count; kinds as in decode/packet.h
};

#endif
