// Knows Node: where the fields of records are.
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "addon_exports.h"
#include "addon_object.h"
#include "addon_values.h"
#include "decode/packet.h"
#include "decode/sampled_headers.h"
#include "flow/record.h"

namespace flowtap::node {

namespace {

napi_value offsets(napi_env env, std::initializer_list<std::pair<const char*, size_t>> fields) {
  const napi_value object = makeObject(env);
  for (const auto& [name, offset] : fields) set(env, object, name, static_cast<double>(offset));
  return object;
}

/// layout(): offsets and sizes of the records as this build writes them, to be checked against src/record/layout.ts.
napi_value layout(const Call& call) {
  const napi_env env = call.env;
#define FIELD(type, name) {#name, offsetof(type, name)}
  const napi_value object = makeObject(env);
  set(env, object, "base",
      offsets(env, {FIELD(FlowRecord, sourceAddress),
                    FIELD(FlowRecord, destinationAddress),
                    FIELD(FlowRecord, sourceTransportPort),
                    FIELD(FlowRecord, destinationTransportPort),
                    FIELD(FlowRecord, protocolIdentifier),
                    FIELD(FlowRecord, ipVersion),
                    FIELD(FlowRecord, vlanId),
                    FIELD(FlowRecord, flowStart),
                    FIELD(FlowRecord, flowEnd),
                    FIELD(FlowRecord, reverseFlowDelta),
                    FIELD(FlowRecord, flowEndReason),
                    FIELD(FlowRecord, attributes),
                    FIELD(FlowRecord, packets),
                    FIELD(FlowRecord, octets),
                    FIELD(FlowRecord, linkOverhead),
                    FIELD(FlowRecord, tcpSequence),
                    FIELD(FlowRecord, initialTcpFlags),
                    FIELD(FlowRecord, unionTcpFlags),
                    FIELD(FlowRecord, ipClassOfService),
                    FIELD(FlowRecord, ipClassOfServiceUnion),
                    FIELD(FlowRecord, minimumTtl),
                    FIELD(FlowRecord, maximumTtl),
                    FIELD(FlowRecord, interface),
                    FIELD(FlowRecord, serviceVlanId),
                    {"size", sizeof(FlowRecord)}}));
  set(env, object, "lengths",
      offsets(env, {FIELD(LengthRecord, payloadOctets),
                    FIELD(LengthRecord, averageInterarrival),
                    FIELD(LengthRecord, standardDeviationInterarrival),
                    FIELD(LengthRecord, smallPackets),
                    FIELD(LengthRecord, largePackets),
                    FIELD(LengthRecord, nonEmptyPackets),
                    FIELD(LengthRecord, minimumIpLength),
                    FIELD(LengthRecord, maximumIpLength),
                    FIELD(LengthRecord, firstNonEmptyPayload),
                    FIELD(LengthRecord, standardDeviationPayload),
                    FIELD(LengthRecord, firstEightDirections),
                    {"size", sizeof(LengthRecord)}}));
  set(env, object, "tcp",
      offsets(env, {FIELD(TcpRecord, retransmittedPackets),
                    FIELD(TcpRecord, outOfOrderPackets),
                    FIELD(TcpRecord, urgentPackets),
                    FIELD(TcpRecord, maximumSegmentSize),
                    FIELD(TcpRecord, initialWindow),
                    FIELD(TcpRecord, windowScale),
                    FIELD(TcpRecord, options),
                    {"size", sizeof(TcpRecord)}}));
  set(env, object, "link",
      offsets(env, {FIELD(LinkRecord, sourceMac),
                    FIELD(LinkRecord, destinationMac),
                    FIELD(LinkRecord, mplsLabels),
                    FIELD(LinkRecord, mplsDepth),
                    FIELD(LinkRecord, mplsTopTtl),
                    FIELD(LinkRecord, tunnel),
                    FIELD(LinkRecord, outerIpVersion),
                    FIELD(LinkRecord, tunnelId),
                    FIELD(LinkRecord, outerSourceAddress),
                    FIELD(LinkRecord, outerDestinationAddress),
                    {"size", sizeof(LinkRecord)}}));
  set(env, object, "packet",
      offsets(env, {FIELD(Packet, sourceAddress),
                    FIELD(Packet, destinationAddress),
                    FIELD(Packet, sourcePort),
                    FIELD(Packet, destinationPort),
                    FIELD(Packet, protocol),
                    FIELD(Packet, flags),
                    FIELD(Packet, vlanId),
                    FIELD(Packet, ipOctets),
                    FIELD(Packet, tcpSequence),
                    FIELD(Packet, tcpFlags),
                    FIELD(Packet, ipClassOfService),
                    FIELD(Packet, ttl),
                    {"size", SampledHeaders::summaryOctets}}));
#undef FIELD
  return object;
}

}  // namespace

void exportLayout(napi_env env, napi_value exports) {
  addFunction<layout>(env, exports, "layout");
}

}  // namespace flowtap::node
