/**
 * Records of a flow sample (sflow_version_5.txt, "Packet Header Data" to "Extended Flow Data"). Each begins with
 *
 *   | data format: 20 bits enterprise, 12 bits format | length | data, `length` octets |
 *
 * What is not listed here is passed over by its length.
 */
import { PACKET, PACKET_FLAG, PACKET_SIZE, type SampledPackets } from "./sampled_packets.js";

const RECORD = {
  rawHeader: 1,
  ipv4: 3,
  ipv6: 4,
  extendedSwitch: 1001,
  extendedRouter: 1002,
} as const;

/** LINKTYPE_ values by header_protocol; the others are known to nobody and count as such. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [1, 1], // ethernet
  [7, 9], // PPP
  [11, 228], // IPv4
  [12, 229], // IPv6
  [14, 50], // packet over SONET: PPP in HDLC-like framing
  [15, 105], // IEEE 802.11 MAC
]);
const UNKNOWN_LINK_TYPE = 0xffff;

/** How well a sample tells of its packet: what is better replaces what is worse. */
const NOTHING = 0;
const SUMMARY = 1;
const HEADER = 2;

/**
 * Reads `records` records between `from` and `end` into sample `at` of `packets`.
 *
 * @returns `whole`; `no packet` when none of the records tells of one; `malformed` when they reach past the sample
 */
export function readFlowRecords(
  view: DataView,
  from: number,
  end: number,
  records: number,
  packets: SampledPackets,
  at: number,
): "whole" | "no packet" | "malformed" {
  let told = NOTHING;
  let position = from;
  for (let left = records; left > 0; left--) {
    if (end - position < 8) return "malformed";
    const format = view.getUint32(position);
    const length = view.getUint32(position + 4);
    const start = position + 8;
    if (length > end - start) return "malformed";
    // XDR pads to four octets; the last record of some agents does without.
    position = Math.min(end, start + ((length + 3) & ~3));
    switch (format) {
      case RECORD.rawHeader:
        if (told === HEADER) break;
        if (!readRawHeader(view, start, length, packets, at)) return "malformed";
        told = HEADER;
        break;
      case RECORD.ipv4:
      case RECORD.ipv6:
        if (told !== NOTHING) break;
        if (!readSummary(view, start, length, format === RECORD.ipv4 ? 4 : 16, packets, at)) return "malformed";
        told = SUMMARY;
        break;
      case RECORD.extendedSwitch:
        if (length < 16) return "malformed";
        packets.vlan[at] = vlanOf(view.getUint32(start));
        break;
      case RECORD.extendedRouter:
        if (!readNextHop(view, start, length, packets, at)) return "malformed";
        break;
    }
  }
  return told === NOTHING ? "no packet" : "whole";
}

/** Agents say 0xffffffff for a tag that is not known. */
function vlanOf(tag: number): number {
  return tag <= 0xfff ? tag : 0;
}

/** | header_protocol | frame_length | stripped | octets of the header | header … | */
function readRawHeader(view: DataView, start: number, length: number, packets: SampledPackets, at: number): boolean {
  if (length < 16) return false;
  const octets = view.getUint32(start + 12);
  if (octets > length - 16) return false;
  const linkType = LINK_TYPES.get(view.getUint32(start)) ?? UNKNOWN_LINK_TYPE;
  packets.setHeader(at, start + 16, octets, view.getUint32(start + 4), linkType);
  return true;
}

/** | length | protocol | source | destination | source port | destination port | TCP flags | TOS or priority | */
function readSummary(
  view: DataView,
  start: number,
  length: number,
  size: 4 | 16,
  packets: SampledPackets,
  at: number,
): boolean {
  if (length < 24 + 2 * size) return false;
  const { u8, u16, u32 } = packets;
  const to = at * PACKET_SIZE;
  u8.fill(0, to, to + PACKET_SIZE);
  copyAddress(view, start + 8, size, u8, to + PACKET.sourceAddress);
  copyAddress(view, start + 8 + size, size, u8, to + PACKET.destinationAddress);
  const rest = start + 8 + 2 * size;
  const protocol = view.getUint32(start + 4) & 0xff;
  u8[to + PACKET.protocol] = protocol;
  if (protocol !== 1 && protocol !== 58) {
    // What stands there for ICMP the document does not say.
    u16[(to + PACKET.sourcePort) >> 1] = view.getUint32(rest);
    u16[(to + PACKET.destinationPort) >> 1] = view.getUint32(rest + 4);
  }
  u8[to + PACKET.flags] = size === 4 ? 0 : PACKET_FLAG.ipv6;
  u32[(to + PACKET.ipOctets) >> 2] = view.getUint32(start);
  u8[to + PACKET.tcpFlags] = protocol === 6 ? view.getUint32(rest + 8) : 0;
  u8[to + PACKET.ipClassOfService] = view.getUint32(rest + 12);
  packets.setDescribed(at);
  return true;
}

function copyAddress(view: DataView, from: number, size: 4 | 16, to: Uint8Array, at: number): void {
  if (size === 4) to[at + 10] = to[at + 11] = 0xff;
  for (let k = 0; k < size; k++) to[at + 16 - size + k] = view.getUint8(from + k);
}

/** | address type | 4 or 16 octets | source mask | destination mask |; an address that is not known is 0.0.0.0 */
function readNextHop(view: DataView, start: number, length: number, packets: SampledPackets, at: number): boolean {
  if (length < 4) return false;
  const type = view.getUint32(start);
  const words = type === 1 ? 1 : type === 2 ? 4 : 0;
  if (length < 4 + 4 * words) return false;
  if (words === 0) return true;
  packets.nextHopVersion[at] = words === 1 ? 4 : 6;
  const to = 4 * at + 4 - words;
  for (let k = 0; k < words; k++) packets.nextHop[to + k] = view.getUint32(start + 4 + 4 * k);
  return true;
}
