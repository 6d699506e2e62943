#include "source/bpf_object.h"

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "source/shared_library.h"

// Of libbpf's stable interface (bpf/libbpf.h, bpf/bpf.h), what is used here: its headers need not be there to build.
struct bpf_program;
struct bpf_map;

namespace flowtap {

namespace {

using Print = int(int level, const char* format, va_list arguments);

struct Libbpf {
  Print* (*setPrint)(Print*) = nullptr;
  bpf_object* (*openFile)(const char* path, const void* options) = nullptr;
  int (*load)(bpf_object*) = nullptr;
  void (*close)(bpf_object*) = nullptr;
  bpf_program* (*findProgram)(const bpf_object*, const char* name) = nullptr;
  bpf_program* (*nextProgram)(const bpf_object*, bpf_program*) = nullptr;
  const char* (*programName)(const bpf_program*) = nullptr;
  int (*setAutoload)(bpf_program*, bool) = nullptr;
  int (*programDescriptor)(const bpf_program*) = nullptr;
  bpf_map* (*findMap)(const bpf_object*, const char* name) = nullptr;
  int (*mapDescriptor)(const bpf_map*) = nullptr;
  int (*lookUp)(int map, const void* key, void* value) = nullptr;
  int (*update)(int map, const void* key, const void* value, uint64_t flags) = nullptr;
  int (*possibleCpus)() = nullptr;
  std::string error;
};

/// What libbpf complained of first. Its own last line of several is seldom the one that helps.
thread_local std::string complaint;

int remember(int level, const char* format, va_list arguments) {
  constexpr int warning = 0;
  if (level != warning || !complaint.empty()) return 0;
  char text[512];
  std::vsnprintf(text, sizeof text, format, arguments);
  std::string line(text, std::strcspn(text, "\n"));
  constexpr const char* prefix = "libbpf: ";
  if (line.starts_with(prefix)) line.erase(0, std::strlen(prefix));
  complaint = std::move(line);
  return 0;
}

const Libbpf& libbpf() {
  static const Libbpf functions = [] {
    Libbpf found;
    SharedLibrary library({"libbpf.so.1", "libbpf.so.0"});
    library.bind(found.setPrint, "libbpf_set_print");
    library.bind(found.openFile, "bpf_object__open_file");
    library.bind(found.load, "bpf_object__load");
    library.bind(found.close, "bpf_object__close");
    library.bind(found.findProgram, "bpf_object__find_program_by_name");
    library.bind(found.nextProgram, "bpf_object__next_program");
    library.bind(found.programName, "bpf_program__name");
    library.bind(found.setAutoload, "bpf_program__set_autoload");
    library.bind(found.programDescriptor, "bpf_program__fd");
    library.bind(found.findMap, "bpf_object__find_map_by_name");
    library.bind(found.mapDescriptor, "bpf_map__fd");
    library.bind(found.lookUp, "bpf_map_lookup_elem");
    library.bind(found.update, "bpf_map_update_elem");
    library.bind(found.possibleCpus, "libbpf_num_possible_cpus");
    found.error = library.error();
    if (found.error.empty()) found.setPrint(remember);
    return found;
  }();
  return functions;
}

/// Before version 1, libbpf returned error numbers as pointers.
bool failed(const bpf_object* object) {
  constexpr uintptr_t highestErrorNumber = 4095;
  return object == nullptr || reinterpret_cast<uintptr_t>(object) >= ~highestErrorNumber;
}

/// "PATH: Operation not permitted (needs CAP_BPF)", or with libbpf's own words where they tell more.
std::string describe(const std::string& path, int number) {
  // libbpf's own error numbers begin at 4000; of these only bad objects occur.
  constexpr int ownNumbers = 4000;
  std::string text =
      path + ": " + (number < ownNumbers ? std::strerror(number) : "is no object of kernel-side programs");
  if (number == EPERM) return text + " (needs CAP_BPF)";
  if (!complaint.empty() && number != ENOENT) text += " (" + complaint + ")";
  return text;
}

}  // namespace

std::unique_ptr<BpfObject> BpfObject::load(const std::string& path, std::initializer_list<const char*> programs,
                                           std::string& error) {
  const Libbpf& bpf = libbpf();
  if (!bpf.error.empty()) {
    error = "libbpf cannot be loaded: " + bpf.error;
    return nullptr;
  }
  // libbpf finds out what the kernel can do when it loads its first object, and keeps that in globals.
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  complaint.clear();
  errno = 0;
  bpf_object* const opened = bpf.openFile(path.c_str(), nullptr);
  if (failed(opened)) {
    const int number = opened == nullptr ? errno : static_cast<int>(-reinterpret_cast<intptr_t>(opened));
    error = describe(path, number);
    return nullptr;
  }
  std::unique_ptr<BpfObject> object(new BpfObject(opened));
  for (bpf_program* each = bpf.nextProgram(opened, nullptr); each != nullptr; each = bpf.nextProgram(opened, each)) {
    bool named = false;
    for (const char* const name : programs) named = named || std::strcmp(name, bpf.programName(each)) == 0;
    bpf.setAutoload(each, named);
  }
  if (const int result = bpf.load(opened); result != 0) {
    error = describe(path, -result);
    return nullptr;
  }
  for (const char* const name : programs) {
    if (object->program(name) >= 0) continue;
    error = path + ": has no program " + name;
    return nullptr;
  }
  return object;
}

BpfObject::~BpfObject() {
  libbpf().close(object_);
}

int BpfObject::program(const char* name) const {
  const bpf_program* const program = libbpf().findProgram(object_, name);
  return program != nullptr ? libbpf().programDescriptor(program) : -1;
}

int BpfObject::map(const char* name) const {
  const bpf_map* const map = libbpf().findMap(object_, name);
  return map != nullptr ? libbpf().mapDescriptor(map) : -1;
}

bool BpfObject::update(int map, uint32_t key, const void* value) {
  constexpr uint64_t any = 0;  // whether or not there is one under the key
  return libbpf().update(map, &key, value, any) == 0;
}

bool BpfObject::lookUp(int map, uint32_t key, void* value) {
  return libbpf().lookUp(map, &key, value) == 0;
}

int BpfObject::possibleCpus() {
  const int count = libbpf().possibleCpus();
  return count > 0 ? count : 1;
}

}  // namespace flowtap
