// The native receivers as JavaScript sees them.
#pragma once

#include <node_api.h>

namespace flowtap::node {

/// Adds the classes UdpReceiver and CaptureDatagrams to the module's exports.
void defineReceivers(napi_env env, napi_value exports);

}  // namespace flowtap::node
