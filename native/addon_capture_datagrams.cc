// Knows Node: class CaptureDatagrams.
#include <memory>
#include <utility>

#include "addon_datagram_ring.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "receive/capture_datagrams.h"

namespace flowtap::node {

namespace {

/// What one JavaScript CaptureDatagrams owns.
struct CaptureObject {
  RingMemory memory;
  std::unique_ptr<CaptureDatagrams> capture;
};

/// new CaptureDatagrams(path, memory: ArrayBuffer)
napi_value construct(const Call& call) {
  auto object = std::make_unique<CaptureObject>();
  if (!object->memory.hold(call.env, call.arguments[1])) return nullptr;
  object->capture = std::make_unique<CaptureDatagrams>(text(call.env, call.arguments[0]), object->memory.ring());
  return constructed(call, std::move(object));
}

/// read(): fills the ring; false at the end of the capture
napi_value read(const Call& call, CaptureObject& object) {
  return make(call.env, object.capture->read());
}

napi_value counters(const Call& call, CaptureObject& object) {
  const napi_env env = call.env;
  const CaptureDatagramCounters counters = object.capture->counters();
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

napi_value notices(const Call& call, CaptureObject& object) {
  return noticesOf(call.env, object.capture->takeNotices());
}

}  // namespace

void exportCaptureDatagrams(napi_env env, napi_value exports) {
  addClass<construct>(
      env, exports, "CaptureDatagrams",
      {method<read>("read"), method<pollRing<CaptureObject>>("poll"), method<releaseRing<CaptureObject>>("release"),
       method<counters>("counters"), method<notices>("notices")});
}

}  // namespace flowtap::node
