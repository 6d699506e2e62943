// The only file that knows Node: the native classes as JavaScript sees them (src/meter/native.ts types this surface).
#include <node_api.h>
#include <sys/random.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "addon_decoders.h"
#include "decode/packet.h"
#include "decode/sampled_headers.h"
#include "flow/packet_flows.h"
#include "flow/record.h"
#include "host/notify.h"
#include "host/privileges.h"
#include "meter.h"
#include "source/libpcap.h"
#include "source/packet_filter.h"
#include "text/row_formatter.h"

namespace {

using flowtap::Meter;
using flowtap::MeterCounters;
using flowtap::MeterOptions;
using flowtap::RecordRing;

// ---- values in and out

void fail(napi_env env, const std::string& text) {
  napi_throw_error(env, nullptr, text.c_str());
}

napi_value property(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  napi_get_named_property(env, object, name, &value);
  return value;
}

double numberOf(napi_env env, napi_value object, const char* name) {
  double number = 0;
  napi_get_value_double(env, property(env, object, name), &number);
  return number;
}

bool booleanOf(napi_env env, napi_value object, const char* name) {
  bool boolean = false;
  napi_get_value_bool(env, property(env, object, name), &boolean);
  return boolean;
}

std::string text(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return {};
  std::string string(length, '\0');
  napi_get_value_string_utf8(env, value, string.data(), length + 1, &length);
  return string;
}

napi_value element(napi_env env, napi_value array, uint32_t at) {
  napi_value value = nullptr;
  napi_get_element(env, array, at, &value);
  return value;
}

uint32_t lengthOf(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  return length;
}

napi_value make(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value make(napi_env env, uint64_t number) {
  return make(env, static_cast<double>(number));
}

napi_value make(napi_env env, std::string_view string) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, string.data(), string.size(), &value);
  return value;
}

napi_value make(napi_env env, bool boolean) {
  napi_value value = nullptr;
  napi_get_boolean(env, boolean, &value);
  return value;
}

napi_value makeObject(napi_env env) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  return object;
}

template <typename Items, typename Convert>
napi_value makeArray(napi_env env, const Items& items, Convert convert) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, items.size(), &array);
  uint32_t at = 0;
  for (const auto& item : items) napi_set_element(env, array, at++, convert(item));
  return array;
}

template <typename Value>
void set(napi_env env, napi_value object, const char* name, Value value) {
  napi_value made = nullptr;
  if constexpr (std::is_same_v<Value, napi_value>) {
    made = value;
  } else {
    made = make(env, value);
  }
  napi_set_named_property(env, object, name, made);
}

// ---- class Meter

/// What a queued call of the wake function looks at. It belongs to the thread-safe function, whose queue may outlive
/// the Meter object: that one can be collected as soon as it is closed.
struct WakeState {
  std::atomic<bool> pending = false;
};

/// What one JavaScript Meter object owns.
struct MeterObject {
  napi_ref memory = nullptr;  // keeps the ring's ArrayBuffer alive
  napi_threadsafe_function wake = nullptr;
  std::unique_ptr<RecordRing> ring;
  std::unique_ptr<Meter> meter;
};

void callWake(napi_env env, napi_value callback, void* context, void*) {
  if (env == nullptr) return;
  // Cleared first: what is published from here on asks for a call of its own.
  static_cast<WakeState*>(context)->pending.store(false, std::memory_order_seq_cst);
  napi_value global = nullptr;
  napi_get_global(env, &global);
  napi_value ignored = nullptr;
  napi_call_function(env, global, callback, 0, nullptr, &ignored);
}

void finalizeWake(napi_env, void*, void* context) {
  delete static_cast<WakeState*>(context);
}

void closeMeter(MeterObject* object) {
  if (object->ring) object->ring->close();
  object->meter.reset();
  if (object->wake != nullptr) napi_release_threadsafe_function(object->wake, napi_tsfn_release);
  object->wake = nullptr;
}

void finalizeMeter(napi_env env, void* native, void*) {
  auto* object = static_cast<MeterObject*>(native);
  closeMeter(object);
  if (object->memory != nullptr) napi_delete_reference(env, object->memory);
  delete object;
}

flowtap::HashSeed randomSeed() {
  flowtap::HashSeed seed{};
  auto* at = reinterpret_cast<uint8_t*>(seed.words);
  for (size_t filled = 0; filled < sizeof seed.words;) {
    const ssize_t got = ::getrandom(at + filled, sizeof seed.words - filled, 0);
    if (got > 0) filled += static_cast<size_t>(got);
  }
  return seed;
}

std::array<int64_t, 256> idleTimeoutsFrom(napi_env env, napi_value object) {
  std::array<int64_t, 256> timeouts{};
  const napi_value idle = property(env, object, "idleTimeouts");
  for (uint32_t protocol = 0; protocol < timeouts.size(); ++protocol) {
    double microseconds = 0;
    napi_get_value_double(env, element(env, idle, protocol), &microseconds);
    timeouts[protocol] = static_cast<int64_t>(microseconds);
  }
  return timeouts;
}

flowtap::LiveOptions liveOptionsFrom(napi_env env, napi_value object) {
  flowtap::LiveOptions options;
  const napi_value interfaces = property(env, object, "interfaces");
  for (uint32_t at = 0; at < lengthOf(env, interfaces); ++at)
    options.interfaces.push_back(text(env, element(env, interfaces, at)));
  options.promiscuous = booleanOf(env, object, "promiscuous");
  options.snapshotLength = static_cast<uint32_t>(numberOf(env, object, "snapshotLength"));
  options.bufferOctets = static_cast<uint32_t>(numberOf(env, object, "bufferOctets"));
  options.kernelPrograms = text(env, property(env, object, "kernelPrograms"));
  options.threads = static_cast<uint32_t>(numberOf(env, object, "threads"));
  options.fanoutGroup = static_cast<uint16_t>(numberOf(env, object, "fanoutGroup"));
  return options;
}

/// Reads the options object; src/meter/native.ts says what is in it, and src/meter/options.ts has checked the ranges.
MeterOptions optionsFrom(napi_env env, napi_value object) {
  MeterOptions options;
  const napi_value captures = property(env, object, "captures");
  for (uint32_t at = 0; at < lengthOf(env, captures); ++at)
    options.captures.push_back(text(env, element(env, captures, at)));
  options.filter = text(env, property(env, object, "filter"));
  const napi_value sampling = property(env, object, "sampling");
  options.sampling.mode = static_cast<flowtap::SamplingMode>(numberOf(env, sampling, "mode"));
  options.sampling.interval = static_cast<uint32_t>(numberOf(env, sampling, "interval"));
  options.speed = numberOf(env, object, "speed");
  options.decoder.decapsulate = static_cast<uint32_t>(numberOf(env, object, "decapsulate"));
  options.decoder.linkDetail = booleanOf(env, object, "linkDetail");
  options.decoder.transportDetail = booleanOf(env, object, "transportDetail");
  options.table.maxFlows = static_cast<uint32_t>(numberOf(env, object, "maxFlows"));
  options.table.activeTimeout = static_cast<int64_t>(numberOf(env, object, "activeTimeout"));
  options.table.keyParts = static_cast<uint32_t>(numberOf(env, object, "keyParts"));
  options.table.groups = static_cast<uint32_t>(numberOf(env, object, "groups"));
  options.table.direction = booleanOf(env, object, "unidirectional") ? flowtap::FlowDirection::unidirectional
                                                                     : flowtap::FlowDirection::bidirectional;
  options.table.seed = randomSeed();
  const napi_value live = property(env, object, "live");
  if (lengthOf(env, property(env, live, "interfaces")) > 0) {
    options.live = liveOptionsFrom(env, live);
    options.live.filter = options.filter;
    options.live.sampling = options.sampling;
    options.live.decapsulate = options.decoder.decapsulate;
    options.table.whenRingIsFull = flowtap::WhenRingIsFull::keep;
  }
  options.table.idleTimeouts = idleTimeoutsFrom(env, object);
  return options;
}

/// new Meter(options, memory: ArrayBuffer, wake: () => void)
napi_value constructMeter(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3] = {};
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
  void* memory = nullptr;
  size_t size = 0;
  if (count != 3 || napi_get_arraybuffer_info(env, arguments[1], &memory, &size) != napi_ok) {
    fail(env, "Meter needs options, an ArrayBuffer and a function");
    return nullptr;
  }
  MeterOptions options = optionsFrom(env, arguments[0]);
  const size_t stride = flowtap::recordStride(options.table.groups);
  if (size < stride * flowtap::FlowTable::batch) {
    fail(env, "the record memory is smaller than one batch");
    return nullptr;
  }
  auto object = std::make_unique<MeterObject>();
  auto state = std::make_unique<WakeState>();
  const napi_value name = make(env, std::string_view("flowtap meter"));
  if (napi_create_reference(env, arguments[1], 1, &object->memory) != napi_ok ||
      napi_create_threadsafe_function(env, arguments[2], nullptr, name, 0, 1, nullptr, finalizeWake, state.get(),
                                      callWake, &object->wake) != napi_ok) {
    fail(env, "the meter cannot call back into JavaScript");
    return nullptr;
  }
  const auto wake = [state = state.release(), function = object->wake] {
    if (state->pending.exchange(true, std::memory_order_seq_cst)) return;
    napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking);
  };
  object->ring = std::make_unique<RecordRing>(static_cast<uint8_t*>(memory), size / stride, stride, wake);
  object->meter = std::make_unique<Meter>(std::move(options), *object->ring);
  if (napi_wrap(env, self, object.release(), finalizeMeter, nullptr, nullptr) != napi_ok) fail(env, "out of memory");
  return self;
}

/// The object behind a method call, with up to one argument; throws after close().
MeterObject* unwrap(napi_env env, napi_callback_info info, napi_value* argument = nullptr) {
  size_t count = 1;
  napi_value self = nullptr;
  napi_value first = nullptr;
  napi_get_cb_info(env, info, &count, &first, &self, nullptr);
  if (argument != nullptr) *argument = first;
  void* native = nullptr;
  if (napi_unwrap(env, self, &native) != napi_ok) return nullptr;
  auto* object = static_cast<MeterObject*>(native);
  if (object->meter != nullptr) return object;
  fail(env, "the meter is closed");
  return nullptr;
}

napi_value meterOpen(napi_env env, napi_callback_info info) {
  MeterObject* object = unwrap(env, info);
  if (object == nullptr) return nullptr;
  const std::string error = object->meter->open();
  if (!error.empty()) fail(env, error);
  return nullptr;
}

napi_value meterStart(napi_env env, napi_callback_info info) {
  MeterObject* object = unwrap(env, info);
  if (object == nullptr) return nullptr;
  const std::string error = object->meter->start();
  if (!error.empty()) fail(env, error);
  return nullptr;
}

napi_value meterChange(napi_env env, napi_callback_info info) {
  napi_value argument = nullptr;
  MeterObject* object = unwrap(env, info, &argument);
  if (object == nullptr) return nullptr;
  object->meter->change({.filter = text(env, property(env, argument, "filter")),
                         .activeTimeout = static_cast<int64_t>(numberOf(env, argument, "activeTimeout")),
                         .idleTimeouts = idleTimeoutsFrom(env, argument)});
  return nullptr;
}

napi_value meterStop(napi_env env, napi_callback_info info) {
  if (MeterObject* object = unwrap(env, info)) object->meter->requestStop();
  return nullptr;
}

napi_value meterPoll(napi_env env, napi_callback_info info) {
  napi_value argument = nullptr;
  MeterObject* object = unwrap(env, info, &argument);
  if (object == nullptr) return nullptr;
  uint32_t most = 0;
  napi_get_value_uint32(env, argument, &most);
  napi_value value = nullptr;
  napi_create_uint32(env, static_cast<uint32_t>(object->ring->available(most)), &value);
  return value;
}

napi_value meterRelease(napi_env env, napi_callback_info info) {
  napi_value argument = nullptr;
  MeterObject* object = unwrap(env, info, &argument);
  if (object == nullptr) return nullptr;
  uint32_t records = 0;
  napi_get_value_uint32(env, argument, &records);
  object->ring->release(records);
  return nullptr;
}

napi_value tableCounters(napi_env env, const flowtap::FlowTableCounters& table) {
  const napi_value object = makeObject(env);
  set(env, object, "flows", table.flows);
  set(env, object, "live", table.live);
  set(env, object, "peak", table.peak);
  set(env, object, "clockSteps", table.clockSteps);
  set(env, object, "lostPackets", table.lostPackets);
  set(env, object, "ended", makeArray(env, table.ended, [env](uint64_t flows) { return make(env, flows); }));
  return object;
}

napi_value liveCounters(napi_env env, const flowtap::LiveCounters& live) {
  static constexpr std::string_view states[] = {"capturing", "down", "absent"};
  const napi_value object = makeObject(env);
  set(env, object, "name", std::string_view(live.name));
  set(env, object, "index", static_cast<double>(live.index));
  set(env, object, "state", states[static_cast<size_t>(live.state)]);
  set(env, object, "received", live.received);
  set(env, object, "droppedByKernel", live.droppedByKernel);
  set(env, object, "droppedByInterface", live.droppedByInterface);
  set(env, object, "delivered", live.delivered);
  set(env, object, "sampledOut", live.sampledOut);
  set(env, object, "superPackets", live.superPackets);
  set(env, object, "reopenings", live.reopenings);
  return object;
}

napi_value meterStats(napi_env env, napi_callback_info info) {
  MeterObject* object = unwrap(env, info);
  if (object == nullptr) return nullptr;
  const MeterCounters counters = object->meter->counters();
  const napi_value stats = makeObject(env);
  set(env, stats, "packets", counters.packets);
  set(env, stats, "octets", counters.octets);
  set(env, stats, "meteredPackets", counters.meteredPackets);
  set(env, stats, "meteredOctets", counters.meteredOctets);
  set(env, stats, "addedSegments", counters.addedSegments);
  set(env, stats, "ignored", makeArray(env, counters.ignored, [env](uint64_t packets) { return make(env, packets); }));
  set(env, stats, "orphanFragments", counters.orphanFragments);
  set(env, stats, "firstTime", static_cast<double>(counters.firstTime));
  set(env, stats, "lastTime", static_cast<double>(counters.lastTime));
  set(env, stats, "consumed", counters.consumed);
  set(env, stats, "inputSize", counters.inputSize);
  set(env, stats, "finished", counters.finished);
  set(env, stats, "heartbeat", static_cast<double>(counters.heartbeat));
  set(env, stats, "table", tableCounters(env, counters.table));
  set(env, stats, "nonIp", makeArray(env, counters.nonIp, [env](const flowtap::EthertypeCount& each) {
        const napi_value item = makeObject(env);
        set(env, item, "ethertype", static_cast<double>(each.ethertype));
        set(env, item, "packets", each.packets);
        return item;
      }));
  set(env, stats, "interfaces", makeArray(env, counters.interfaces, [env](const flowtap::MeterInterface& each) {
        const napi_value item = makeObject(env);
        set(env, item, "name", std::string_view(each.name));
        set(env, item, "linkType", static_cast<double>(each.linkType));
        set(env, item, "index", static_cast<double>(each.index));
        return item;
      }));
  set(env, stats, "live",
      makeArray(env, counters.live, [env](const flowtap::LiveCounters& each) { return liveCounters(env, each); }));
  return stats;
}

napi_value noticesOf(napi_env env, const std::vector<flowtap::SourceNotice>& notices) {
  return makeArray(env, notices, [env](const flowtap::SourceNotice& notice) {
    const napi_value item = makeObject(env);
    set(env, item, "source", std::string_view(notice.source));
    set(env, item, "offset", notice.offset);
    set(env, item, "text", std::string_view(notice.text));
    set(env, item, "fatal", notice.fatal);
    return item;
  });
}

napi_value meterNotices(napi_env env, napi_callback_info info) {
  MeterObject* object = unwrap(env, info);
  return object == nullptr ? nullptr : noticesOf(env, object->meter->takeNotices());
}

napi_value meterClose(napi_env env, napi_callback_info info) {
  if (MeterObject* object = unwrap(env, info)) closeMeter(object);
  return nullptr;
}

// ---- the host

/// The two texts that a function was called with.
std::array<std::string, 2> twoTexts(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {};
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  return {text(env, arguments[0]), text(env, arguments[1])};
}

/// notifyService(socket, state); throws with one line
napi_value notifyService(napi_env env, napi_callback_info info) {
  const auto [path, state] = twoTexts(env, info);
  const std::string error = flowtap::notifyService(path, state);
  if (!error.empty()) fail(env, error);
  return nullptr;
}

/// becomeUser(user, group); throws with one line
napi_value becomeUser(napi_env env, napi_callback_info info) {
  const auto [user, group] = twoTexts(env, info);
  const std::string error = flowtap::becomeUser(user, group);
  if (!error.empty()) fail(env, error);
  return nullptr;
}

/// libpcap's words about itself, "" without one.
napi_value libpcapVersion(napi_env env, napi_callback_info) {
  const flowtap::Libpcap& pcap = flowtap::libpcap();
  return make(env, std::string_view(pcap.error.empty() ? pcap.version() : ""));
}

// ---- class RowFormatter

void finalizeFormatter(napi_env, void* native, void*) {
  delete static_cast<flowtap::RowFormatter*>(native);
}

/// new RowFormatter(columns, style); src/text/row_lines.ts says what is in them.
napi_value constructFormatter(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2] = {};
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, &self, nullptr);
  std::vector<flowtap::CellColumn> columns(lengthOf(env, arguments[0]));
  for (uint32_t at = 0; at < columns.size(); ++at) {
    const napi_value column = element(env, arguments[0], at);
    columns[at].kind = static_cast<flowtap::CellKind>(numberOf(env, column, "kind"));
    columns[at].type = static_cast<flowtap::ValueType>(numberOf(env, column, "type"));
    columns[at].before = text(env, property(env, column, "before"));
    columns[at].width = static_cast<size_t>(numberOf(env, column, "width"));
    const napi_value texts = property(env, column, "texts");
    for (uint32_t each = 0; each < lengthOf(env, texts); ++each)
      columns[at].texts.push_back(text(env, element(env, texts, each)));
  }
  flowtap::LineStyle style;
  style.end = text(env, property(env, arguments[1], "end"));
  style.missing = text(env, property(env, arguments[1], "missing"));
  style.wide = static_cast<flowtap::WideIntegers>(numberOf(env, arguments[1], "wide"));
  const std::string date = text(env, property(env, arguments[1], "date"));
  const std::string join = text(env, property(env, arguments[1], "join"));
  if (date.size() == 1) style.time.date = date[0];
  if (join.size() == 1) style.time.join = join[0];
  style.time.fraction = static_cast<flowtap::TimeForm::Fraction>(numberOf(env, arguments[1], "fraction"));
  auto formatter = std::make_unique<flowtap::RowFormatter>(std::move(columns), std::move(style));
  if (napi_wrap(env, self, formatter.release(), finalizeFormatter, nullptr, nullptr) != napi_ok)
    fail(env, "out of memory");
  return self;
}

/// A typed array's memory, when it has at least `octets`.
void* arrayMemory(napi_env env, napi_value array, size_t octets) {
  static constexpr size_t widths[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};  // by napi_typedarray_type
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* memory = nullptr;
  if (napi_get_typedarray_info(env, array, &type, &length, &memory, nullptr, nullptr) != napi_ok) return nullptr;
  return type < std::size(widths) && length * widths[type] >= octets ? memory : nullptr;
}

/// format(arrays, first, count, output: Uint8Array, ends?: Int32Array): octets written
napi_value formatRows(napi_env env, napi_callback_info info) {
  size_t given = 5;
  napi_value arguments[5] = {};
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &given, arguments, &self, nullptr);
  void* native = nullptr;
  uint32_t first = 0;
  uint32_t count = 0;
  if (napi_unwrap(env, self, &native) != napi_ok || napi_get_value_uint32(env, arguments[1], &first) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &count) != napi_ok)
    return nullptr;
  const auto* formatter = static_cast<flowtap::RowFormatter*>(native);
  const auto& parts = formatter->parts();
  std::vector<const void*> values(parts.size());
  const size_t rows = size_t{first} + count;
  bool fits = lengthOf(env, arguments[0]) == parts.size();
  for (uint32_t at = 0; fits && at < parts.size(); ++at) {
    values[at] = arrayMemory(env, element(env, arguments[0], at), rows * widthOf(parts[at]));
    fits = values[at] != nullptr;
  }
  auto* output = static_cast<char*>(arrayMemory(env, arguments[3], count * formatter->widest()));
  int32_t* ends = nullptr;
  if (given == 5) {
    ends = static_cast<int32_t*>(arrayMemory(env, arguments[4], count * sizeof *ends));
    fits = fits && ends != nullptr;
  }
  if (!fits || output == nullptr) {
    fail(env, "arrays of values or output are too small or too few");
    return nullptr;
  }
  return make(env, static_cast<double>(formatter->format(values.data(), first, count, output, ends)));
}

/// widest(): octets that no line exceeds
napi_value widestLine(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  void* native = nullptr;
  if (napi_unwrap(env, self, &native) != napi_ok) return nullptr;
  return make(env, static_cast<double>(static_cast<flowtap::RowFormatter*>(native)->widest()));
}

// ---- class PacketFlows

void finalizePacketFlows(napi_env, void* native, void*) {
  delete static_cast<flowtap::PacketFlows*>(native);
}

/// new PacketFlows(options)
napi_value constructPacketFlows(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value given = nullptr;
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &count, &given, &self, nullptr);
  flowtap::PacketFlowOptions options;
  options.capture = text(env, property(env, given, "capture"));
  options.from = static_cast<int64_t>(numberOf(env, given, "from"));
  options.before = static_cast<int64_t>(numberOf(env, given, "before"));
  options.fragments = static_cast<flowtap::FragmentChoice>(numberOf(env, given, "fragments"));
  options.rejectIncomplete = booleanOf(env, given, "rejectIncomplete");
  options.takeIpv6 = booleanOf(env, given, "takeIpv6");
  options.keepPassed = booleanOf(env, given, "keepPassed");
  options.keepRejected = booleanOf(env, given, "keepRejected");
  auto flows = std::make_unique<flowtap::PacketFlows>(std::move(options));
  if (napi_wrap(env, self, flows.release(), finalizePacketFlows, nullptr, nullptr) != napi_ok)
    fail(env, "out of memory");
  return self;
}

/// The PacketFlows object behind a method call, with its arguments.
template <size_t Count>
flowtap::PacketFlows* unwrapPacketFlows(napi_env env, napi_callback_info info, napi_value (&arguments)[Count]) {
  size_t given = Count;
  napi_value self = nullptr;
  napi_get_cb_info(env, info, &given, arguments, &self, nullptr);
  void* native = nullptr;
  return napi_unwrap(env, self, &native) == napi_ok ? static_cast<flowtap::PacketFlows*>(native) : nullptr;
}

napi_value octetsOf(napi_env env, flowtap::PcapOctets& pcap, bool isWhole) {
  if (isWhole) pcap.finish();
  const std::vector<uint8_t> octets = pcap.take();
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, octets.size(), octets.data(), nullptr, &buffer);
  return buffer;
}

/// read(arrays, capacity): rows, state, passed and rejected packets as pieces of pcap files
napi_value readPacketFlows(napi_env env, napi_callback_info info) {
  napi_value arguments[2] = {};
  flowtap::PacketFlows* flows = unwrapPacketFlows(env, info, arguments);
  uint32_t capacity = 0;
  if (flows == nullptr || napi_get_value_uint32(env, arguments[1], &capacity) != napi_ok) return nullptr;
  void* memory[11] = {};
  static constexpr size_t widths[] = {8, 8, 8, 8, 8, 8, 8, 4, 4, 2, 2};  // of PacketFlowColumns
  bool fits = capacity >= flowtap::PacketFlows::batch;
  for (uint32_t at = 0; fits && at < std::size(memory); ++at) {
    memory[at] = arrayMemory(env, element(env, arguments[0], at), capacity * widths[at]);
    fits = memory[at] != nullptr;
  }
  if (!fits) {
    fail(env, "arrays of columns are too small or too few");
    return nullptr;
  }
  const auto wide = [&memory](size_t at) { return static_cast<uint64_t*>(memory[at]); };
  const flowtap::PacketFlowColumns columns{
      wide(0),
      wide(1),
      wide(2),
      wide(3),
      wide(4),
      wide(5),
      wide(6),
      static_cast<int32_t*>(memory[7]),
      static_cast<int32_t*>(memory[8]),
      static_cast<int16_t*>(memory[9]),
      static_cast<int16_t*>(memory[10]),
  };
  size_t rows = 0;
  const auto state = flows->read(columns, capacity, rows);
  const bool isEnd = state == flowtap::PacketFlows::State::end;
  const napi_value result = makeObject(env);
  set(env, result, "rows", static_cast<double>(rows));
  set(env, result, "state", static_cast<double>(state));
  set(env, result, "passed", octetsOf(env, flows->passed(), isEnd));
  set(env, result, "rejected", octetsOf(env, flows->rejected(), isEnd));
  return result;
}

/// counters()
napi_value countPacketFlows(napi_env env, napi_callback_info info) {
  napi_value none[1] = {};
  const flowtap::PacketFlows* flows = unwrapPacketFlows(env, info, none);
  if (flows == nullptr) return nullptr;
  const flowtap::PacketFlowCounters counters = flows->counters();
  const napi_value object = makeObject(env);
  set(env, object, "packets", counters.packets);
  set(env, object, "flows", counters.flows);
  set(env, object, "outside", counters.outside);
  set(env, object, "rejected", makeArray(env, counters.rejected, [env](uint64_t each) { return make(env, each); }));
  return object;
}

napi_value packetFlowNotices(napi_env env, napi_callback_info info) {
  napi_value none[1] = {};
  flowtap::PacketFlows* flows = unwrapPacketFlows(env, info, none);
  return flows == nullptr ? nullptr : noticesOf(env, flows->takeNotices());
}

// ---- functions

/// checkFilter(expression): the error of a libpcap filter expression, or null.
napi_value checkFilter(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  const std::string error = flowtap::PacketFilter::check(text(env, argument));
  napi_value value = nullptr;
  if (error.empty()) {
    napi_get_null(env, &value);
  } else {
    value = make(env, std::string_view(error));
  }
  return value;
}

napi_value offsets(napi_env env, std::initializer_list<std::pair<const char*, size_t>> fields) {
  const napi_value object = makeObject(env);
  for (const auto& [name, offset] : fields) set(env, object, name, static_cast<double>(offset));
  return object;
}

/// layout(): offsets and sizes of the records as this build writes them, to be checked against src/record/layout.ts.
napi_value layout(napi_env env, napi_callback_info) {
  using flowtap::FlowRecord;
  using flowtap::LengthRecord;
  using flowtap::LinkRecord;
  using flowtap::Packet;
  using flowtap::TcpRecord;
#define FIELD(type, name) {#name, offsetof(type, name)}
  const napi_value object = makeObject(env);
  set(env, object, "base",
      offsets(env, {FIELD(FlowRecord, sourceAddress),
                    FIELD(FlowRecord, destinationAddress),
                    FIELD(FlowRecord, sourceTransportPort),
                    FIELD(FlowRecord, destinationTransportPort),
                    FIELD(FlowRecord, protocolIdentifier),
                    FIELD(FlowRecord, ipVersion),
                    FIELD(FlowRecord, vlanId),
                    FIELD(FlowRecord, flowStart),
                    FIELD(FlowRecord, flowEnd),
                    FIELD(FlowRecord, reverseFlowDelta),
                    FIELD(FlowRecord, flowEndReason),
                    FIELD(FlowRecord, attributes),
                    FIELD(FlowRecord, packets),
                    FIELD(FlowRecord, octets),
                    FIELD(FlowRecord, linkOverhead),
                    FIELD(FlowRecord, tcpSequence),
                    FIELD(FlowRecord, initialTcpFlags),
                    FIELD(FlowRecord, unionTcpFlags),
                    FIELD(FlowRecord, ipClassOfService),
                    FIELD(FlowRecord, ipClassOfServiceUnion),
                    FIELD(FlowRecord, minimumTtl),
                    FIELD(FlowRecord, maximumTtl),
                    FIELD(FlowRecord, interface),
                    FIELD(FlowRecord, serviceVlanId),
                    {"size", sizeof(FlowRecord)}}));
  set(env, object, "lengths",
      offsets(env, {FIELD(LengthRecord, payloadOctets),
                    FIELD(LengthRecord, averageInterarrival),
                    FIELD(LengthRecord, standardDeviationInterarrival),
                    FIELD(LengthRecord, smallPackets),
                    FIELD(LengthRecord, largePackets),
                    FIELD(LengthRecord, nonEmptyPackets),
                    FIELD(LengthRecord, minimumIpLength),
                    FIELD(LengthRecord, maximumIpLength),
                    FIELD(LengthRecord, firstNonEmptyPayload),
                    FIELD(LengthRecord, standardDeviationPayload),
                    FIELD(LengthRecord, firstEightDirections),
                    {"size", sizeof(LengthRecord)}}));
  set(env, object, "tcp",
      offsets(env, {FIELD(TcpRecord, retransmittedPackets),
                    FIELD(TcpRecord, outOfOrderPackets),
                    FIELD(TcpRecord, urgentPackets),
                    FIELD(TcpRecord, maximumSegmentSize),
                    FIELD(TcpRecord, initialWindow),
                    FIELD(TcpRecord, windowScale),
                    FIELD(TcpRecord, options),
                    {"size", sizeof(TcpRecord)}}));
  set(env, object, "link",
      offsets(env, {FIELD(LinkRecord, sourceMac),
                    FIELD(LinkRecord, destinationMac),
                    FIELD(LinkRecord, mplsLabels),
                    FIELD(LinkRecord, mplsDepth),
                    FIELD(LinkRecord, mplsTopTtl),
                    FIELD(LinkRecord, tunnel),
                    FIELD(LinkRecord, outerIpVersion),
                    FIELD(LinkRecord, tunnelId),
                    FIELD(LinkRecord, outerSourceAddress),
                    FIELD(LinkRecord, outerDestinationAddress),
                    {"size", sizeof(LinkRecord)}}));
  set(env, object, "packet",
      offsets(env, {FIELD(Packet, sourceAddress),
                    FIELD(Packet, destinationAddress),
                    FIELD(Packet, sourcePort),
                    FIELD(Packet, destinationPort),
                    FIELD(Packet, protocol),
                    FIELD(Packet, flags),
                    FIELD(Packet, vlanId),
                    FIELD(Packet, ipOctets),
                    FIELD(Packet, tcpSequence),
                    FIELD(Packet, tcpFlags),
                    FIELD(Packet, ipClassOfService),
                    FIELD(Packet, ttl),
                    {"size", flowtap::SampledHeaders::summaryOctets}}));
#undef FIELD
  return object;
}

}  // namespace

NAPI_MODULE_INIT() {
  const napi_property_descriptor methods[] = {
      {"start", nullptr, meterStart, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"open", nullptr, meterOpen, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"change", nullptr, meterChange, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"stop", nullptr, meterStop, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"poll", nullptr, meterPoll, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"release", nullptr, meterRelease, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"stats", nullptr, meterStats, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"notices", nullptr, meterNotices, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"close", nullptr, meterClose, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value meter = nullptr;
  napi_define_class(env, "Meter", NAPI_AUTO_LENGTH, constructMeter, nullptr, std::size(methods), methods, &meter);
  const napi_property_descriptor formatting[] = {
      {"format", nullptr, formatRows, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"widest", nullptr, widestLine, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value formatter = nullptr;
  napi_define_class(env, "RowFormatter", NAPI_AUTO_LENGTH, constructFormatter, nullptr, std::size(formatting),
                    formatting, &formatter);
  const napi_property_descriptor reading[] = {
      {"read", nullptr, readPacketFlows, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"counters", nullptr, countPacketFlows, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"notices", nullptr, packetFlowNotices, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_value packetFlows = nullptr;
  napi_define_class(env, "PacketFlows", NAPI_AUTO_LENGTH, constructPacketFlows, nullptr, std::size(reading), reading,
                    &packetFlows);
  const napi_property_descriptor exported[] = {
      {"PacketFlows", nullptr, nullptr, nullptr, nullptr, packetFlows, napi_default_jsproperty, nullptr},
      {"RowFormatter", nullptr, nullptr, nullptr, nullptr, formatter, napi_default_jsproperty, nullptr},
      {"Meter", nullptr, nullptr, nullptr, nullptr, meter, napi_default_jsproperty, nullptr},
      {"libpcapVersion", nullptr, libpcapVersion, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"notifyService", nullptr, notifyService, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"becomeUser", nullptr, becomeUser, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"checkFilter", nullptr, checkFilter, nullptr, nullptr, nullptr, napi_default_method, nullptr},
      {"layout", nullptr, layout, nullptr, nullptr, nullptr, napi_default_method, nullptr},
  };
  napi_define_properties(env, exports, std::size(exported), exported);
  flowtap::exportDecoders(env, exports);
  return exports;
}
