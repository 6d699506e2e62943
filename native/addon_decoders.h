// Decoders of what collectors and files bring, as JavaScript sees them; addon.cc registers them.
#pragma once

#include <node_api.h>

namespace flowtap {

/// Adds class SampledHeaders and function unpackBlock to `exports` (src/meter/native.ts types them).
void exportDecoders(napi_env env, napi_value exports);

}  // namespace flowtap
