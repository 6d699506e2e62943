// Packets made in the kernel: bpf/generator.bpf.c run over live frames, which go straight to the interface's driver.
#pragma once

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../bpf/traffic.h"
#include "source/bpf_object.h"

namespace bench {

class XdpGenerator {
 public:
  /// Loads the program for a plan; nothing, and why in `error`, where the kernel cannot do it.
  static std::unique_ptr<XdpGenerator> load(const std::string& path, const traffic_plan& plan, std::string& error) {
    auto object = flowtap::BpfObject::load(path, {"generate"}, error);
    if (object == nullptr) return nullptr;
    if (!flowtap::BpfObject::update(object->map("plan"), 0, &plan)) {
      error = path + ": the plan cannot be written";
      return nullptr;
    }
    std::unique_ptr<XdpGenerator> generator(new XdpGenerator(std::move(object), plan.octets));
    generator->hold();
    return generator;
  }
  XdpGenerator(const XdpGenerator&) = delete;
  XdpGenerator& operator=(const XdpGenerator&) = delete;
  ~XdpGenerator() {
    if (link_ >= 0) close(link_);
    if (tap_ >= 0) close(tap_);
  }

  /// Sends the plan's next `packets` frames and says how many were made; why it was fewer in `error`.
  uint64_t run(uint64_t packets, std::string& error) {
    constexpr uint32_t batch = 64;
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = static_cast<uint32_t>(object_->program("generate"));
    attributes.test.data_in = reinterpret_cast<uintptr_t>(frame_.data());
    attributes.test.data_size_in = static_cast<uint32_t>(frame_.size());
    attributes.test.repeat = static_cast<uint32_t>(packets);
    attributes.test.flags = BPF_F_TEST_XDP_LIVE_FRAMES;
    attributes.test.batch_size = batch;
    const long result = syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof attributes);
    if (result != 0 && errno != EINTR) error = std::string("live frames: ") + std::strerror(errno);
    const uint64_t before = std::exchange(made_, made());
    return made_ - before;
  }

 private:
  XdpGenerator(std::unique_ptr<flowtap::BpfObject> object, uint32_t octets)
      : object_(std::move(object)), frame_(octets) {}

  /// Attaches the program to a tap interface of our own, which stays down. A program that is attached nowhere is taken
  /// into the kernel's XDP dispatcher at the beginning of each run and out of it at the end, and both wait for a grace
  /// period: 25 ms a run (measured, 6.18). Without tap interfaces runs are that slow.
  void hold() {
    tap_ = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (tap_ < 0 || ioctl(tap_, TUNSETIFF, &request) != 0) return;
    bpf_attr attributes;
    std::memset(&attributes, 0, sizeof attributes);
    attributes.link_create.prog_fd = static_cast<uint32_t>(object_->program("generate"));
    attributes.link_create.target_ifindex = if_nametoindex(request.ifr_name);
    attributes.link_create.attach_type = BPF_XDP;
    link_ = static_cast<int>(syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes));
  }

  uint64_t made() const {
    uint64_t count = 0;
    flowtap::BpfObject::lookUp(object_->map("made"), 0, &count);
    return count;
  }

  std::unique_ptr<flowtap::BpfObject> object_;
  std::vector<uint8_t> frame_;
  uint64_t made_ = 0;
  int tap_ = -1;
  int link_ = -1;
};

}  // namespace bench
