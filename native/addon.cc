// The native classes and functions as a module of Node. Beside the files addon_*, nothing native knows Node.
#include <node_api.h>

#include "addon_exports.h"

NAPI_MODULE_INIT() {
  using namespace flowtap::node;
  exportMeter(env, exports);
  exportHost(env, exports);
  exportLayout(env, exports);
  exportBlockCodec(env, exports);
  exportRowFormatter(env, exports);
  exportPacketFlows(env, exports);
  exportSampledHeaders(env, exports);
  exportUdpReceiver(env, exports);
  exportCaptureDatagrams(env, exports);
  return exports;
}
