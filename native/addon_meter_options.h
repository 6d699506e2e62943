// Options of a meter as JavaScript gives them.
#pragma once

#include <node_api.h>

#include <array>
#include <cstdint>

#include "meter.h"

namespace flowtap::node {

/// Reads `NativeMeterOptions` of src/meter/native.ts; src/meter/options.ts has checked the ranges.
MeterOptions meterOptionsFrom(napi_env env, napi_value object);

/// `idleTimeouts` of the same object, by protocol, in microseconds.
std::array<int64_t, 256> idleTimeoutsFrom(napi_env env, napi_value object);

}  // namespace flowtap::node
