// Knows Node: counters of a meter.
#include "addon_meter_stats.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "addon_values.h"

namespace flowtap::node {

namespace {

napi_value tableCounters(napi_env env, const FlowTableCounters& table) {
  const napi_value object = makeObject(env);
  set(env, object, "flows", table.flows);
  set(env, object, "live", table.live);
  set(env, object, "peak", table.peak);
  set(env, object, "clockSteps", table.clockSteps);
  set(env, object, "lostPackets", table.lostPackets);
  set(env, object, "ended", makeCounts(env, table.ended));
  return object;
}

napi_value liveCounters(napi_env env, const LiveCounters& live) {
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

}  // namespace

napi_value meterStats(napi_env env, const MeterCounters& counters) {
  const napi_value stats = makeObject(env);
  set(env, stats, "packets", counters.packets);
  set(env, stats, "octets", counters.octets);
  set(env, stats, "meteredPackets", counters.meteredPackets);
  set(env, stats, "meteredOctets", counters.meteredOctets);
  set(env, stats, "addedSegments", counters.addedSegments);
  set(env, stats, "ignored", makeCounts(env, counters.ignored));
  set(env, stats, "orphanFragments", counters.orphanFragments);
  set(env, stats, "firstTime", static_cast<double>(counters.firstTime));
  set(env, stats, "lastTime", static_cast<double>(counters.lastTime));
  set(env, stats, "consumed", counters.consumed);
  set(env, stats, "inputSize", counters.inputSize);
  set(env, stats, "finished", counters.finished);
  set(env, stats, "heartbeat", static_cast<double>(counters.heartbeat));
  set(env, stats, "table", tableCounters(env, counters.table));
  set(env, stats, "nonIp", makeArray(env, counters.nonIp, [env](const EthertypeCount& each) {
        const napi_value item = makeObject(env);
        set(env, item, "ethertype", static_cast<double>(each.ethertype));
        set(env, item, "packets", each.packets);
        return item;
      }));
  set(env, stats, "interfaces", makeArray(env, counters.interfaces, [env](const MeterInterface& each) {
        const napi_value item = makeObject(env);
        set(env, item, "name", std::string_view(each.name));
        set(env, item, "linkType", static_cast<double>(each.linkType));
        set(env, item, "index", static_cast<double>(each.index));
        return item;
      }));
  set(env, stats, "live",
      makeArray(env, counters.live, [env](const LiveCounters& each) { return liveCounters(env, each); }));
  return stats;
}

}  // namespace flowtap::node
