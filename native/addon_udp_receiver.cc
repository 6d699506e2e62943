// Knows Node: class UdpReceiver.
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "addon_datagram_ring.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "addon_wake.h"
#include "receive/udp_receiver.h"

namespace flowtap::node {

namespace {

/// What one JavaScript UdpReceiver owns. The ring can be emptied after `close`.
struct ReceiverObject {
  RingMemory memory;
  Wake wake;
  std::unique_ptr<UdpReceiver> receiver;

  ~ReceiverObject() { end(); }

  void end() {
    receiver.reset();  // whose thread wakes
    wake.close();
  }
};

/// The receiver, or nullptr with an error thrown.
UdpReceiver* openReceiver(const Call& call, ReceiverObject& object) {
  if (object.receiver == nullptr) fail(call.env, "the receiver is closed");
  return object.receiver.get();
}

/// new UdpReceiver(options, memory: ArrayBuffer, wake: () => void)
napi_value construct(const Call& call) {
  const napi_env env = call.env;
  const napi_value given = call.arguments[0];
  auto object = std::make_unique<ReceiverObject>();
  if (!object->memory.hold(env, call.arguments[1])) return nullptr;
  UdpReceiverOptions options;
  options.address.host = text(env, property(env, given, "host"));
  options.address.port = static_cast<uint16_t>(numberOf(env, given, "port"));
  options.sharing = booleanOf(env, given, "shared") ? PortSharing::shared : PortSharing::alone;
  options.bufferOctets = static_cast<uint32_t>(numberOf(env, given, "bufferOctets"));
  auto wake = object->wake.open(env, call.arguments[2], "flowtap receiver");
  if (wake == nullptr) return fail(env, "the receiver cannot call back into JavaScript");
  object->receiver = std::make_unique<UdpReceiver>(std::move(options), object->memory.ring(), std::move(wake));
  return constructed(call, std::move(object));
}

napi_value open(const Call& call, ReceiverObject& object) {
  UdpReceiver* receiver = openReceiver(call, object);
  return receiver == nullptr ? nullptr : failUnlessZero(call.env, receiver->open());
}

napi_value start(const Call& call, ReceiverObject& object) {
  if (UdpReceiver* receiver = openReceiver(call, object)) receiver->start();
  return nullptr;
}

napi_value stop(const Call& call, ReceiverObject& object) {
  if (UdpReceiver* receiver = openReceiver(call, object)) receiver->requestStop();
  return nullptr;
}

napi_value stats(const Call& call, ReceiverObject& object) {
  UdpReceiver* receiver = openReceiver(call, object);
  if (receiver == nullptr) return nullptr;
  const napi_env env = call.env;
  const UdpReceiverCounters counters = receiver->counters();
  const napi_value made = makeObject(env);
  set(env, made, "port", static_cast<double>(receiver->socket().port()));
  set(env, made, "bufferOctets", static_cast<double>(receiver->socket().bufferOctets()));
  set(env, made, "datagrams", counters.datagrams);
  set(env, made, "octets", counters.octets);
  set(env, made, "droppedRing", counters.droppedRing);
  set(env, made, "droppedKernel", counters.droppedKernel);
  set(env, made, "errors", counters.errors);
  set(env, made, "ringUsed", counters.ringUsed);
  set(env, made, "heartbeat", static_cast<double>(counters.heartbeat));
  set(env, made, "finished", counters.finished);
  return made;
}

napi_value close(const Call&, ReceiverObject& object) {
  object.end();
  return nullptr;
}

}  // namespace

void exportUdpReceiver(napi_env env, napi_value exports) {
  addClass<construct>(
      env, exports, "UdpReceiver",
      {method<open>("open"), method<start>("start"), method<stop>("stop"), method<pollRing<ReceiverObject>>("poll"),
       method<releaseRing<ReceiverObject>>("release"), method<stats>("stats"), method<close>("close")});
}

}  // namespace flowtap::node
