/** Sampled packets as rows, one each. */
import { type FlowColumns, MAPPED_IPV4, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../../record/columns.js";
import { PACKET, PACKET_FLAG, PACKET_SIZE, type SampledPackets } from "./sampled_packets.js";

/** Whether counters are those of the sampled packet, or times the sampling rate. */
export type Scale = "exported" | "scaled";

/**
 * Appends the packet `at` to `rows`, which has room: a flow of one packet at the time of arrival, since sFlow has no
 * other time than the agent's uptime when the datagram left.
 */
export function appendPacket(
  packets: SampledPackets,
  at: number,
  received: number,
  scale: Scale,
  rows: FlowColumns,
): void {
  const { u8, u16, u32 } = packets;
  const { arrays } = rows;
  const from = at * PACKET_SIZE;
  const flags = u8[from + PACKET.flags]!;
  const i = rows.count++;
  const low = 2 * i;
  const high = low + 1;
  arrays.stime![low] = arrays.etime![low] = received;
  arrays.stime![high] = arrays.etime![high] = received / 4294967296;
  arrays.sip_hi![high] = word(u8, from);
  arrays.sip_hi![low] = word(u8, from + 4);
  arrays.sip_lo![high] = word(u8, from + 8);
  arrays.sip_lo![low] = word(u8, from + 12);
  arrays.dip_hi![high] = word(u8, from + 16);
  arrays.dip_hi![low] = word(u8, from + 20);
  arrays.dip_lo![high] = word(u8, from + 24);
  arrays.dip_lo![low] = word(u8, from + 28);
  const icmp = (flags & PACKET_FLAG.icmp) !== 0;
  arrays.sport![i] = icmp ? 0 : u16[(from + PACKET.sourcePort) >> 1]!;
  arrays.dport![i] = icmp ? u16[(from + PACKET.tcpSequence) >> 1]! : u16[(from + PACKET.destinationPort) >> 1]!;
  arrays.proto![i] = u8[from + PACKET.protocol]!;
  const factor = scale === "scaled" ? packets.rate[at]! || 1 : 1;
  const octets = u32[(from + PACKET.ipOctets) >> 2]! * factor;
  arrays.packets![low] = factor;
  arrays.packets![high] = 0;
  arrays.bytes![low] = octets;
  arrays.bytes![high] = octets / 4294967296;
  arrays.flags![i] = u8[from + PACKET.tcpFlags]!;
  arrays.tos![i] = u8[from + PACKET.ipClassOfService]!;
  arrays.min_ttl![i] = arrays.max_ttl![i] = u8[from + PACKET.ttl]!;
  arrays.vlan![i] = u16[(from + PACKET.vlanId) >> 1]! || packets.vlan[at]!;
  arrays.input![low] = packets.input[at]!;
  arrays.input![high] = 0;
  arrays.output![low] = packets.output[at]!;
  arrays.output![high] = 0;
  setNextHop(packets, at, (flags & PACKET_FLAG.ipv6) !== 0, arrays.nhip_hi!, arrays.nhip_lo!, i);
  arrays.initial_flags![i] = 0;
  arrays.session_flags![i] = 0;
  arrays.attributes![i] = 0;
  arrays.application![i] = 0;
  arrays.sensor![i] = UNKNOWN_SENSOR;
  arrays.flowtype![i] = UNKNOWN_FLOWTYPE;
  arrays.end_reason![i] = 0;
  arrays.flow_id![low] = arrays.flow_id![high] = 0;
}

/** No next hop is 0.0.0.0 in a flow of IPv4 and :: in one of IPv6. */
function setNextHop(
  packets: SampledPackets,
  at: number,
  isIpv6: boolean,
  hi: Uint32Array,
  lo: Uint32Array,
  i: number,
): void {
  const version = packets.nextHopVersion[at]!;
  const words = packets.nextHop;
  const first = 4 * at;
  hi[2 * i + 1] = version === 6 ? words[first]! : 0;
  hi[2 * i] = version === 6 ? words[first + 1]! : 0;
  lo[2 * i + 1] = version === 6 ? words[first + 2]! : version === 4 || !isIpv6 ? MAPPED_IPV4 : 0;
  lo[2 * i] = version === 0 ? 0 : words[first + 3]!;
}

function word(u8: Uint8Array, at: number): number {
  return (u8[at]! << 24) | (u8[at + 1]! << 16) | (u8[at + 2]! << 8) | u8[at + 3]!;
}
