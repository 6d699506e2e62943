// Knows Node: options of a meter.
#include "addon_meter_options.h"

#include <sys/random.h>

#include <cstddef>

#include "addon_values.h"

namespace flowtap::node {

namespace {

HashSeed randomSeed() {
  HashSeed seed{};
  auto* at = reinterpret_cast<uint8_t*>(seed.words);
  for (size_t filled = 0; filled < sizeof seed.words;) {
    const ssize_t got = ::getrandom(at + filled, sizeof seed.words - filled, 0);
    if (got > 0) filled += static_cast<size_t>(got);
  }
  return seed;
}

LiveOptions liveOptionsFrom(napi_env env, napi_value object) {
  LiveOptions options;
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

}  // namespace

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

MeterOptions meterOptionsFrom(napi_env env, napi_value object) {
  MeterOptions options;
  const napi_value captures = property(env, object, "captures");
  for (uint32_t at = 0; at < lengthOf(env, captures); ++at)
    options.captures.push_back(text(env, element(env, captures, at)));
  options.filter = text(env, property(env, object, "filter"));
  const napi_value sampling = property(env, object, "sampling");
  options.sampling.mode = static_cast<SamplingMode>(numberOf(env, sampling, "mode"));
  options.sampling.interval = static_cast<uint32_t>(numberOf(env, sampling, "interval"));
  options.speed = numberOf(env, object, "speed");
  options.decoder.decapsulate = static_cast<uint32_t>(numberOf(env, object, "decapsulate"));
  options.decoder.linkDetail = booleanOf(env, object, "linkDetail");
  options.decoder.transportDetail = booleanOf(env, object, "transportDetail");
  options.table.maxFlows = static_cast<uint32_t>(numberOf(env, object, "maxFlows"));
  options.table.activeTimeout = static_cast<int64_t>(numberOf(env, object, "activeTimeout"));
  options.table.keyParts = static_cast<uint32_t>(numberOf(env, object, "keyParts"));
  options.table.groups = static_cast<uint32_t>(numberOf(env, object, "groups"));
  options.table.direction =
      booleanOf(env, object, "unidirectional") ? FlowDirection::unidirectional : FlowDirection::bidirectional;
  options.table.seed = randomSeed();
  const napi_value live = property(env, object, "live");
  if (lengthOf(env, property(env, live, "interfaces")) > 0) {
    options.live = liveOptionsFrom(env, live);
    options.live.filter = options.filter;
    options.live.sampling = options.sampling;
    options.live.decapsulate = options.decoder.decapsulate;
    options.table.whenRingIsFull = WhenRingIsFull::keep;
  }
  options.table.idleTimeouts = idleTimeoutsFrom(env, object);
  return options;
}

}  // namespace flowtap::node
