// Knows Node: class Meter.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "addon_exports.h"
#include "addon_meter_options.h"
#include "addon_meter_stats.h"
#include "addon_object.h"
#include "addon_values.h"
#include "addon_wake.h"
#include "flow/ring.h"
#include "flow/table.h"
#include "meter.h"

namespace flowtap::node {

namespace {

/// What one JavaScript Meter owns.
struct MeterObject {
  Reference memory;  // the ring's
  Wake wake;
  std::unique_ptr<RecordRing> ring;
  std::unique_ptr<Meter> meter;

  ~MeterObject() { end(); }

  void end() {
    if (ring) ring->close();
    meter.reset();  // whose thread wakes
    wake.close();
  }
};

/// False, with an error thrown, after close().
bool isOpen(const Call& call, const MeterObject& object) {
  if (object.meter != nullptr) return true;
  fail(call.env, "the meter is closed");
  return false;
}

/// new Meter(options, memory: ArrayBuffer, wake: () => void)
napi_value construct(const Call& call) {
  const napi_env env = call.env;
  void* memory = nullptr;
  size_t size = 0;
  if (call.count != 3 || napi_get_arraybuffer_info(env, call.arguments[1], &memory, &size) != napi_ok)
    return fail(env, "Meter needs options, an ArrayBuffer and a function");
  MeterOptions options = meterOptionsFrom(env, call.arguments[0]);
  const size_t stride = recordStride(options.table.groups);
  if (size < stride * FlowTable::batch) return fail(env, "the record memory is smaller than one batch");
  auto object = std::make_unique<MeterObject>();
  auto wake = object->wake.open(env, call.arguments[2], "flowtap meter");
  if (wake == nullptr || !object->memory.hold(env, call.arguments[1]))
    return fail(env, "the meter cannot call back into JavaScript");
  object->ring = std::make_unique<RecordRing>(static_cast<uint8_t*>(memory), size / stride, stride, std::move(wake));
  object->meter = std::make_unique<Meter>(std::move(options), *object->ring);
  return constructed(call, std::move(object));
}

napi_value open(const Call& call, MeterObject& object) {
  return isOpen(call, object) ? failUnlessEmpty(call.env, object.meter->open()) : nullptr;
}

napi_value start(const Call& call, MeterObject& object) {
  return isOpen(call, object) ? failUnlessEmpty(call.env, object.meter->start()) : nullptr;
}

napi_value change(const Call& call, MeterObject& object) {
  if (!isOpen(call, object)) return nullptr;
  const napi_value settings = call.arguments[0];
  object.meter->change({.filter = text(call.env, property(call.env, settings, "filter")),
                        .activeTimeout = static_cast<int64_t>(numberOf(call.env, settings, "activeTimeout")),
                        .idleTimeouts = idleTimeoutsFrom(call.env, settings)});
  return nullptr;
}

napi_value stop(const Call& call, MeterObject& object) {
  if (isOpen(call, object)) object.meter->requestStop();
  return nullptr;
}

/// poll(most): records ready in one piece
napi_value poll(const Call& call, MeterObject& object) {
  if (!isOpen(call, object)) return nullptr;
  uint32_t most = 0;
  napi_get_value_uint32(call.env, call.arguments[0], &most);
  return make(call.env, static_cast<double>(object.ring->available(most)));
}

/// release(records)
napi_value release(const Call& call, MeterObject& object) {
  if (!isOpen(call, object)) return nullptr;
  uint32_t records = 0;
  napi_get_value_uint32(call.env, call.arguments[0], &records);
  if (records > object.ring->available(records)) return fail(call.env, "more records released than there are");
  object.ring->release(records);
  return nullptr;
}

napi_value stats(const Call& call, MeterObject& object) {
  return isOpen(call, object) ? meterStats(call.env, object.meter->counters()) : nullptr;
}

napi_value notices(const Call& call, MeterObject& object) {
  return isOpen(call, object) ? noticesOf(call.env, object.meter->takeNotices()) : nullptr;
}

napi_value close(const Call& call, MeterObject& object) {
  if (isOpen(call, object)) object.end();
  return nullptr;
}

}  // namespace

void exportMeter(napi_env env, napi_value exports) {
  addClass<construct>(env, exports, "Meter",
                      {method<open>("open"), method<start>("start"), method<change>("change"), method<stop>("stop"),
                       method<poll>("poll"), method<release>("release"), method<stats>("stats"),
                       method<notices>("notices"), method<close>("close")});
}

}  // namespace flowtap::node
