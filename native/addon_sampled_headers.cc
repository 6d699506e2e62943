// Knows Node: class SampledHeaders.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "addon_arrays.h"
#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "decode/sampled_headers.h"

namespace flowtap::node {

namespace {

napi_value construct(const Call& call) {
  return constructed(call, std::make_unique<SampledHeaders>());
}

/// decode(datagram: DataView, headers: Uint32Array, count, summaries: Uint8Array, ignored: Uint8Array)
napi_value decode(const Call& call, SampledHeaders& sampled) {
  const auto& arguments = call.arguments;
  uint32_t count = 0;
  Octets datagram;
  Octets headers;
  Octets summaries;
  Octets ignored;
  if (!viewOctets(call.env, arguments[0], datagram) || !arrayOctets(call.env, arguments[1], headers) ||
      napi_get_value_uint32(call.env, arguments[2], &count) != napi_ok ||
      !arrayOctets(call.env, arguments[3], summaries) || !arrayOctets(call.env, arguments[4], ignored))
    return fail(call.env, "decode takes a view, headers, their count, summaries and reasons");
  if (headers.size < size_t{count} * sizeof(SampledHeader) || ignored.size < count ||
      summaries.size < size_t{count} * SampledHeaders::summaryOctets)
    return fail(call.env, "arrays are too small for the headers");
  sampled.decode(datagram.data, datagram.size, reinterpret_cast<const SampledHeader*>(headers.data), count,
                 summaries.data, ignored.data);
  return nullptr;
}

}  // namespace

void exportSampledHeaders(napi_env env, napi_value exports) {
  addClass<construct>(env, exports, "SampledHeaders", {method<decode>("decode")});
}

}  // namespace flowtap::node
