// Knows Node: the native receivers as JavaScript sees them (src/receive/native_receiver.ts types this surface).
#include "addon_receive.h"

#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "addon_values.h"
#include "addon_wake.h"
#include "receive/capture_datagrams.h"
#include "receive/udp_receiver.h"

namespace flowtap::node {

namespace {

/// Memory of JavaScript's that a ring lies in.
class RingMemory {
 public:
  /// False, with an error thrown, when `buffer` is no ArrayBuffer that is large enough.
  bool hold(napi_env env, napi_value buffer) {
    void* memory = nullptr;
    size_t size = 0;
    if (napi_get_arraybuffer_info(env, buffer, &memory, &size) != napi_ok ||
        size < 2 * datagramSize(DatagramRing::longest) || size % 8 != 0) {
      fail(env, "the memory for datagrams is too small");
      return false;
    }
    if (napi_create_reference(env, buffer, 1, &reference_) != napi_ok) return false;
    ring_ = std::make_unique<DatagramRing>(static_cast<uint8_t*>(memory), size);
    return true;
  }

  void drop(napi_env env) {
    if (reference_ != nullptr) napi_delete_reference(env, reference_);
    reference_ = nullptr;
  }

  DatagramRing& ring() { return *ring_; }

 private:
  napi_ref reference_ = nullptr;
  std::unique_ptr<DatagramRing> ring_;
};

/// What one JavaScript object owns.
struct ReceiverObject {
  RingMemory memory;
  napi_threadsafe_function wake = nullptr;
  std::unique_ptr<UdpReceiver> receiver;

  void close() {
    receiver.reset();
    if (wake != nullptr) napi_release_threadsafe_function(wake, napi_tsfn_release);
    wake = nullptr;
  }
};

struct CaptureObject {
  RingMemory memory;
  std::unique_ptr<CaptureDatagrams> capture;
};

void finalizeReceiver(napi_env env, void* native, void*) {
  auto* object = static_cast<ReceiverObject*>(native);
  object->close();
  object->memory.drop(env);
  delete object;
}

void finalizeCapture(napi_env env, void* native, void*) {
  auto* object = static_cast<CaptureObject*>(native);
  object->memory.drop(env);
  delete object;
}

/// The object behind a method call, with up to one argument.
template <typename Object>
Object* unwrap(napi_env env, napi_callback_info info, napi_value* argument = nullptr) {
  size_t count = 1;
  napi_value self = nullptr;
  napi_value first = nullptr;
  napi_get_cb_info(env, info, &count, &first, &self, nullptr);
  if (argument != nullptr) *argument = first;
  void* native = nullptr;
  if (napi_unwrap(env, self, &native) != napi_ok) {
    fail(env, "not an object of this class");
    return nullptr;
  }
  return static_cast<Object*>(native);
}

/// The same; throws after close().
ReceiverObject* unwrapReceiver(napi_env env, napi_callback_info info) {
  auto* object = unwrap<ReceiverObject>(env, info);
  if (object == nullptr || object->receiver != nullptr) return object;
  fail(env, "the receiver is closed");
  return nullptr;
}

/// poll(): octets of whole datagrams that lie in one piece behind those released
template <typename Object>
napi_value poll(napi_env env, napi_callback_info info) {
  auto* object = unwrap<Object>(env, info);
  return object == nullptr ? nullptr : make(env, static_cast<double>(object->memory.ring().available()));
}

/// release(octets)
template <typename Object>
napi_value release(napi_env env, napi_callback_info info) {
  napi_value argument = nullptr;
  auto* object = unwrap<Object>(env, info, &argument);
  if (object == nullptr) return nullptr;
  double octets = 0;
  napi_get_value_double(env, argument, &octets);
  DatagramRing& ring = object->memory.ring();
  if (octets < 0 || octets > static_cast<double>(ring.available())) {
    fail(env, "more octets released than there are");
    return nullptr;
  }
  ring.release(static_cast<size_t>(octets));
  return nullptr;
}

// ---- class UdpReceiver

/// new UdpReceiver(options, memory: ArrayBuffer, wake: () => void)
napi_value constructReceiver(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3] = {};
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
  auto object = std::make_unique<ReceiverObject>();
  if (count != 3 || !object->memory.hold(env, arguments[1])) return nullptr;
  UdpReceiverOptions options;
  options.address.host = text(env, property(env, arguments[0], "host"));
  options.address.port = static_cast<uint16_t>(numberOf(env, arguments[0], "port"));
  options.sharing = booleanOf(env, arguments[0], "shared") ? PortSharing::shared : PortSharing::alone;
  options.bufferOctets = static_cast<uint32_t>(numberOf(env, arguments[0], "bufferOctets"));
  auto wake = makeWake(env, arguments[2], "flowtap receiver", &object->wake);
  if (wake == nullptr) {
    object->memory.drop(env);
    fail(env, "the receiver cannot call back into JavaScript");
    return nullptr;
  }
  object->receiver = std::make_unique<UdpReceiver>(std::move(options), object->memory.ring(), std::move(wake));
  if (napi_wrap(env, self, object.release(), finalizeReceiver, nullptr, nullptr) != napi_ok) fail(env, "out of memory");
  return self;
}

napi_value receiverOpen(napi_env env, napi_callback_info info) {
  ReceiverObject* object = unwrapReceiver(env, info);
  if (object == nullptr) return nullptr;
  const std::string error = object->receiver->open();
  if (!error.empty()) fail(env, error);
  return nullptr;
}

napi_value receiverStart(napi_env env, napi_callback_info info) {
  if (ReceiverObject* object = unwrapReceiver(env, info)) object->receiver->start();
  return nullptr;
}

napi_value receiverStop(napi_env env, napi_callback_info info) {
  if (ReceiverObject* object = unwrapReceiver(env, info)) object->receiver->requestStop();
  return nullptr;
}

napi_value receiverStats(napi_env env, napi_callback_info info) {
  ReceiverObject* object = unwrapReceiver(env, info);
  if (object == nullptr) return nullptr;
  const UdpReceiverCounters counters = object->receiver->counters();
  const napi_value stats = makeObject(env);
  set(env, stats, "port", static_cast<double>(object->receiver->socket().port()));
  set(env, stats, "bufferOctets", static_cast<double>(object->receiver->socket().bufferOctets()));
  set(env, stats, "datagrams", counters.datagrams);
  set(env, stats, "octets", counters.octets);
  set(env, stats, "droppedRing", counters.droppedRing);
  set(env, stats, "droppedKernel", counters.droppedKernel);
  set(env, stats, "errors", counters.errors);
  set(env, stats, "ringUsed", counters.ringUsed);
  set(env, stats, "heartbeat", static_cast<double>(counters.heartbeat));
  set(env, stats, "finished", counters.finished);
  return stats;
}

napi_value receiverClose(napi_env env, napi_callback_info info) {
  if (auto* object = unwrap<ReceiverObject>(env, info)) object->close();
  return nullptr;
}

// ---- class CaptureDatagrams

/// new CaptureDatagrams(path, memory: ArrayBuffer)
napi_value constructCapture(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {};
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
  auto object = std::make_unique<CaptureObject>();
  if (count != 2 || !object->memory.hold(env, arguments[1])) return nullptr;
  object->capture = std::make_unique<CaptureDatagrams>(text(env, arguments[0]), object->memory.ring());
  if (napi_wrap(env, self, object.release(), finalizeCapture, nullptr, nullptr) != napi_ok) fail(env, "out of memory");
  return self;
}

/// read(): fills the ring; false at the end of the capture
napi_value captureRead(napi_env env, napi_callback_info info) {
  auto* object = unwrap<CaptureObject>(env, info);
  return object == nullptr ? nullptr : make(env, object->capture->read());
}

napi_value captureCounters(napi_env env, napi_callback_info info) {
  auto* object = unwrap<CaptureObject>(env, info);
  if (object == nullptr) return nullptr;
  const CaptureDatagramCounters counters = object->capture->counters();
  const napi_value made = makeObject(env);
  set(env, made, "packets", counters.packets);
  set(env, made, "datagramPackets", counters.datagramPackets);
  set(env, made, "notUdp", counters.notUdp);
  set(env, made, "truncated", counters.truncated);
  set(env, made, "incomplete", counters.incomplete);
  set(env, made, "undecodable", counters.undecodable);
  set(env, made, "datagrams", counters.datagrams);
  set(env, made, "octets", counters.octets);
  return made;
}

napi_value captureNotices(napi_env env, napi_callback_info info) {
  auto* object = unwrap<CaptureObject>(env, info);
  return object == nullptr ? nullptr : noticesOf(env, object->capture->takeNotices());
}

napi_property_descriptor method(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_default_method, nullptr};
}

template <size_t Count>
void addClass(napi_env env, napi_value exports, const char* name, napi_callback construct,
              const napi_property_descriptor (&methods)[Count]) {
  napi_value made = nullptr;
  napi_define_class(env, name, NAPI_AUTO_LENGTH, construct, nullptr, Count, methods, &made);
  napi_set_named_property(env, exports, name, made);
}

}  // namespace

void defineReceivers(napi_env env, napi_value exports) {
  addClass(env, exports, "UdpReceiver", constructReceiver,
           {method("open", receiverOpen), method("start", receiverStart), method("stop", receiverStop),
            method("poll", poll<ReceiverObject>), method("release", release<ReceiverObject>),
            method("stats", receiverStats), method("close", receiverClose)});
  addClass(env, exports, "CaptureDatagrams", constructCapture,
           {method("read", captureRead), method("poll", poll<CaptureObject>), method("release", release<CaptureObject>),
            method("counters", captureCounters), method("notices", captureNotices)});
}

}  // namespace flowtap::node
