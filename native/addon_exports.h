// What the files that know Node add to the module's exports; addon.cc calls each. Every JavaScript class is one file.
#pragma once

#include <node_api.h>

namespace flowtap::node {

// src/meter/native.ts types the surface of these.
void exportMeter(napi_env env, napi_value exports);
void exportHost(napi_env env, napi_value exports);
void exportLayout(napi_env env, napi_value exports);
void exportBlockCodec(napi_env env, napi_value exports);

void exportRowFormatter(napi_env env, napi_value exports);      // src/text/row_formatter.ts
void exportPacketFlows(napi_env env, napi_value exports);       // src/ptoflow/packet_flows.ts
void exportSampledHeaders(napi_env env, napi_value exports);    // src/formats/sflow/native_headers.ts
void exportUdpReceiver(napi_env env, napi_value exports);       // src/receive/native_receiver.ts
void exportCaptureDatagrams(napi_env env, napi_value exports);  // src/receive/native_receiver.ts

}  // namespace flowtap::node
