// Knows Node: functions about this host.
#include <string>
#include <string_view>

#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "host/notify.h"
#include "host/privileges.h"
#include "source/libpcap.h"
#include "source/packet_filter.h"

namespace flowtap::node {

namespace {

/// notifyService(socket, state); throws with one line
napi_value notify(const Call& call) {
  return failUnlessEmpty(call.env, notifyService(text(call.env, call.arguments[0]), text(call.env, call.arguments[1])));
}

/// becomeUser(user, group); throws with one line
napi_value become(const Call& call) {
  return failUnlessEmpty(call.env, becomeUser(text(call.env, call.arguments[0]), text(call.env, call.arguments[1])));
}

/// libpcapVersion(): libpcap's words about itself, "" without one
napi_value libpcapVersion(const Call& call) {
  const Libpcap& pcap = libpcap();
  return make(call.env, std::string_view(pcap.error.empty() ? pcap.version() : ""));
}

/// checkFilter(expression): the error of a libpcap filter expression, or null
napi_value checkFilter(const Call& call) {
  const std::string error = PacketFilter::check(text(call.env, call.arguments[0]));
  if (!error.empty()) return make(call.env, std::string_view(error));
  napi_value none = nullptr;
  napi_get_null(call.env, &none);
  return none;
}

}  // namespace

void exportHost(napi_env env, napi_value exports) {
  addFunction<notify>(env, exports, "notifyService");
  addFunction<become>(env, exports, "becomeUser");
  addFunction<libpcapVersion>(env, exports, "libpcapVersion");
  addFunction<checkFilter>(env, exports, "checkFilter");
}

}  // namespace flowtap::node
