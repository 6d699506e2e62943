/** Sampled packets as rows, one each. */
import { type FlowColumns, MAPPED_IPV4, UNKNOWN_FLOWTYPE, UNKNOWN_SENSOR } from "../../record/columns.js";
import type { Scale } from "../../record/scale.js";
import { PACKET, PACKET_FLAG, PACKET_SIZE, type SampledPackets } from "./sampled_packets.js";

/**
 * Appends packets from `from` on to `rows` until they are full or all are there: flows of one packet at the time of
 * arrival, since sFlow has no other time than the agent's uptime when the datagram left. Packets that were ignored are
 * passed over. Returns the first that was not looked at.
 */
export function appendPackets(
  packets: SampledPackets,
  from: number,
  received: number,
  scale: Scale,
  rows: FlowColumns,
): number {
  const { count, ignored, u8, u16, u32, rate } = packets;
  // Looked up once: a look-up for each row and column costs more than the rest.
  const { stime, etime, sip_hi, sip_lo, dip_hi, dip_lo, sport, dport, proto, bytes, flags, tos } = rows.arrays;
  const { packets: counts, min_ttl, max_ttl, vlan, input, output, nhip_hi, nhip_lo } = rows.arrays;
  // No sample tells of these.
  const { sensor, flowtype, initial_flags, session_flags, attributes, end_reason, application, flow_id } = rows.arrays;
  const { capacity } = rows;
  const receivedHigh = received / 4294967296;
  let i = rows.count;
  let k = from;
  for (; k < count; k++) {
    if (ignored[k] !== 0) continue;
    if (i === capacity) break;
    const at = k * PACKET_SIZE;
    const low = 2 * i;
    const high = low + 1;
    const packetFlags = u8[at + PACKET.flags]!;
    stime![low] = etime![low] = received;
    stime![high] = etime![high] = receivedHigh;
    if ((packetFlags & PACKET_FLAG.ipv6) === 0) {
      // ::ffff:a.b.c.d: three of four words are known.
      sip_hi![low] = sip_hi![high] = dip_hi![low] = dip_hi![high] = 0;
      sip_lo![high] = dip_lo![high] = MAPPED_IPV4;
    } else {
      sip_hi![high] = word(u8, at);
      sip_hi![low] = word(u8, at + 4);
      sip_lo![high] = word(u8, at + 8);
      dip_hi![high] = word(u8, at + 16);
      dip_hi![low] = word(u8, at + 20);
      dip_lo![high] = word(u8, at + 24);
    }
    sip_lo![low] = word(u8, at + 12);
    dip_lo![low] = word(u8, at + 28);
    const icmp = (packetFlags & PACKET_FLAG.icmp) !== 0;
    sport![i] = icmp ? 0 : u16[(at + PACKET.sourcePort) >> 1]!;
    dport![i] = u16[(at + (icmp ? PACKET.tcpSequence : PACKET.destinationPort)) >> 1]!;
    proto![i] = u8[at + PACKET.protocol]!;
    const factor = scale === "scaled" ? rate[k]! || 1 : 1;
    const octets = u32[(at + PACKET.ipOctets) >> 2]! * factor;
    counts![low] = factor;
    counts![high] = 0;
    bytes![low] = octets;
    bytes![high] = octets / 4294967296;
    flags![i] = u8[at + PACKET.tcpFlags]!;
    tos![i] = u8[at + PACKET.ipClassOfService]!;
    min_ttl![i] = max_ttl![i] = u8[at + PACKET.ttl]!;
    vlan![i] = u16[(at + PACKET.vlanId) >> 1]! || packets.vlan[k]!;
    input![low] = packets.input[k]!;
    input![high] = 0;
    output![low] = packets.output[k]!;
    output![high] = 0;
    sensor![i] = UNKNOWN_SENSOR;
    flowtype![i] = UNKNOWN_FLOWTYPE;
    initial_flags![i] = session_flags![i] = attributes![i] = end_reason![i] = application![i] = 0;
    flow_id![low] = flow_id![high] = 0;
    setNextHop(packets, k, (packetFlags & PACKET_FLAG.ipv6) !== 0, nhip_hi!, nhip_lo!, i);
    i += 1;
  }
  rows.count = i;
  return k;
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
