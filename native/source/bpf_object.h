// Kernel-side programs of one object file (bpf/*.bpf.c), loaded through libbpf.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

struct bpf_object;

namespace flowtap {

/// An object file whose programs and maps are in the kernel. libbpf is loaded when the first is made; objects may be
/// loaded on several threads at once.
class BpfObject {
 public:
  /// Loads those programs of the object at `path` that are named; nothing, and why in `error` (one line), where file,
  /// libbpf, privilege or program is missing, or the kernel does not accept them.
  static std::unique_ptr<BpfObject> load(const std::string& path, std::initializer_list<const char*> programs,
                                         std::string& error);
  ~BpfObject();
  BpfObject(const BpfObject&) = delete;
  BpfObject& operator=(const BpfObject&) = delete;

  /// Descriptors, which this object closes; -1 when there is none of the name.
  int program(const char* name) const;
  int map(const char* name) const;

  /// Writes or reads the value under `key` of an array map. `value` has the size of the map's values, or for a per-CPU
  /// map of as many multiples of eight octets as possibleCpus() says. False when the kernel refuses.
  static bool update(int map, uint32_t key, const void* value);
  static bool lookUp(int map, uint32_t key, void* value);

  /// CPUs that the kernel keeps per-CPU values for, at least 1.
  static int possibleCpus();

 private:
  explicit BpfObject(bpf_object* object) : object_(object) {}

  bpf_object* object_;
};

}  // namespace flowtap
