// Knows Node: class PacketFlows.
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "addon_arrays.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "flow/packet_flows.h"

namespace flowtap::node {

namespace {

/// new PacketFlows(options)
napi_value construct(const Call& call) {
  const napi_env env = call.env;
  const napi_value given = call.arguments[0];
  PacketFlowOptions options;
  options.capture = text(env, property(env, given, "capture"));
  options.from = static_cast<int64_t>(numberOf(env, given, "from"));
  options.before = static_cast<int64_t>(numberOf(env, given, "before"));
  options.fragments = static_cast<FragmentChoice>(numberOf(env, given, "fragments"));
  options.rejectIncomplete = booleanOf(env, given, "rejectIncomplete");
  options.takeIpv6 = booleanOf(env, given, "takeIpv6");
  options.keepPassed = booleanOf(env, given, "keepPassed");
  options.keepRejected = booleanOf(env, given, "keepRejected");
  return constructed(call, std::make_unique<PacketFlows>(std::move(options)));
}

napi_value octetsOf(napi_env env, PcapOctets& pcap, bool isWhole) {
  if (isWhole) pcap.finish();
  const std::vector<uint8_t> octets = pcap.take();
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, octets.size(), octets.data(), nullptr, &buffer);
  return buffer;
}

/// read(arrays, capacity): rows, state, passed and rejected packets as pieces of pcap files
napi_value read(const Call& call, PacketFlows& flows) {
  const napi_env env = call.env;
  uint32_t capacity = 0;
  if (napi_get_value_uint32(env, call.arguments[1], &capacity) != napi_ok)
    return fail(env, "read takes arrays and their capacity");
  void* memory[11] = {};
  static constexpr size_t widths[] = {8, 8, 8, 8, 8, 8, 8, 4, 4, 2, 2};  // of PacketFlowColumns
  bool fits = capacity >= PacketFlows::batch;
  for (uint32_t at = 0; fits && at < std::size(memory); ++at) {
    memory[at] = arrayMemory(env, element(env, call.arguments[0], at), capacity * widths[at]);
    fits = memory[at] != nullptr;
  }
  if (!fits) return fail(env, "arrays of columns are too small or too few");
  const auto wide = [&memory](size_t at) { return static_cast<uint64_t*>(memory[at]); };
  const PacketFlowColumns columns{
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
  const auto state = flows.read(columns, capacity, rows);
  const bool isEnd = state == PacketFlows::State::end;
  const napi_value result = makeObject(env);
  set(env, result, "rows", static_cast<double>(rows));
  set(env, result, "state", static_cast<double>(state));
  set(env, result, "passed", octetsOf(env, flows.passed(), isEnd));
  set(env, result, "rejected", octetsOf(env, flows.rejected(), isEnd));
  return result;
}

napi_value counters(const Call& call, PacketFlows& flows) {
  const napi_env env = call.env;
  const PacketFlowCounters counters = flows.counters();
  const napi_value object = makeObject(env);
  set(env, object, "packets", counters.packets);
  set(env, object, "flows", counters.flows);
  set(env, object, "outside", counters.outside);
  set(env, object, "rejected", makeCounts(env, counters.rejected));
  return object;
}

napi_value notices(const Call& call, PacketFlows& flows) {
  return noticesOf(call.env, flows.takeNotices());
}

}  // namespace

void exportPacketFlows(napi_env env, napi_value exports) {
  addClass<construct>(env, exports, "PacketFlows",
                      {method<read>("read"), method<counters>("counters"), method<notices>("notices")});
}

}  // namespace flowtap::node
