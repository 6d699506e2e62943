#include "source/kernel_programs.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "../../bpf/capture_settings.h"
#include "source/bpf_object.h"

namespace flowtap {

namespace {

static_assert(static_cast<int>(SamplingMode::systematic) == CAPTURE_SAMPLE_SYSTEMATIC);
static_assert(static_cast<int>(SamplingMode::random) == CAPTURE_SAMPLE_RANDOM);
static_assert(static_cast<int>(SamplingMode::flow) == CAPTURE_SAMPLE_FLOW);

/// The same for all objects of the process: a fanout group has one steering program, which its last member brings.
uint64_t hashSeed() {
  static const uint64_t seed = [] {
    uint64_t drawn = 0;
    // Fails only before the system has gathered entropy; the hash works with any seed.
    if (getrandom(&drawn, sizeof drawn, GRND_NONBLOCK) != sizeof drawn) drawn = 0x8ebc6af09c88c6e3;
    return drawn;
  }();
  return seed;
}

const char* filterName(const Sampling& sampling) {
  const bool counts = sampling.mode == SamplingMode::systematic && sampling.interval > 1;
  return counts ? "select_systematically" : "select_packets";
}

class LoadedPrograms final : public KernelPrograms {
 public:
  LoadedPrograms(std::unique_ptr<BpfObject> object, const char* filter)
      : object_(std::move(object)),
        filter_(object_->program(filter)),
        steering_(object_->program("steer")),
        sampledOut_(object_->map("sampled_out")),
        cpus_(static_cast<size_t>(BpfObject::possibleCpus())) {}

  int filter() const override { return filter_; }
  int steering() const override { return steering_; }

  uint64_t sampledOut() const override {
    std::vector<uint64_t> counts(cpus_);
    if (!BpfObject::lookUp(sampledOut_, 0, counts.data())) return 0;
    uint64_t sum = 0;
    for (const uint64_t count : counts) sum += count;
    return sum;
  }

 private:
  std::unique_ptr<BpfObject> object_;
  int filter_;
  int steering_;
  int sampledOut_;
  size_t cpus_;
};

}  // namespace

std::unique_ptr<KernelPrograms> KernelPrograms::load(const Options& options, std::string& error) {
  const char* const filter = filterName(options.sampling);
  std::unique_ptr<BpfObject> object = BpfObject::load(options.object, {filter, "steer"}, error);
  if (object == nullptr) return nullptr;
  const capture_settings settings = {
      .seed = hashSeed(),
      .snapshot_length = options.snapshotLength,
      .interval = options.sampling.interval,
      .sampling = static_cast<uint32_t>(options.sampling.mode),
      .decapsulate = options.decapsulate,
  };
  if (!BpfObject::update(object->map("settings"), 0, &settings)) {
    error = options.object + ": " + std::strerror(errno);
    return nullptr;
  }
  return std::make_unique<LoadedPrograms>(std::move(object), filter);
}

}  // namespace flowtap
