// Counters of a meter as JavaScript sees them.
#pragma once

#include <node_api.h>

#include "meter.h"

namespace flowtap::node {

/// `MeterStats` of src/meter/native.ts.
napi_value meterStats(napi_env env, const MeterCounters& counters);

}  // namespace flowtap::node
