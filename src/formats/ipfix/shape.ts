/** What decides which template a flow record is exported with, as one small number: the record's shape. */
import { BASE, LINK } from "../../record/layout.js";
import { TUNNEL } from "../../record/tunnel.js";

/** Bits of a shape. */
export const SHAPE = {
  ipv6: 1,
  tcp: 2,
  icmp: 4,
  biflow: 8,
  wide: 16,
  serviceVlan: 32,
  mpls: 64,
} as const;

/** The tunnel's kind stands above the other bits. */
export const TUNNEL_SHIFT = 7;

/** Kinds of tunnel that differ in their elements, without and with an outer IPv6 header. */
export const TUNNEL_SHAPE = { none: 0, plain: 1, gre: 2, udp: 3, segment: 4, gtpu: 5, outerIpv6: 8 } as const;

/** Number of possible shapes. */
export const SHAPES = 1 << (TUNNEL_SHIFT + 4);

function tunnelShape(tunnel: number, outerIpVersion: number): number {
  if (tunnel === TUNNEL.none || outerIpVersion === 0) return TUNNEL_SHAPE.none;
  const outer = outerIpVersion === 6 ? TUNNEL_SHAPE.outerIpv6 : 0;
  if (tunnel < TUNNEL.gre) return TUNNEL_SHAPE.plain | outer;
  if (tunnel === TUNNEL.gre) return TUNNEL_SHAPE.gre | outer;
  if (tunnel === TUNNEL.vxlan || tunnel === TUNNEL.geneve) return TUNNEL_SHAPE.segment | outer;
  if (tunnel === TUNNEL.gtpu) return TUNNEL_SHAPE.gtpu | outer;
  return TUNNEL_SHAPE.udp | outer;
}

/** Words of the counters, of which the shape depends on the high ones and on sums of the low ones. */
const PACKETS = BASE.packets[0] / 4;
const REVERSE_PACKETS = BASE.packets[1] / 4;
const OCTETS = BASE.octets[0] / 4;
const REVERSE_OCTETS = BASE.octets[1] / 4;
const OVERHEAD = BASE.linkOverhead[0] / 4;
const REVERSE_OVERHEAD = BASE.linkOverhead[1] / 4;

/**
 * The shape of the record at octet `o` of the batch's buffer.
 * @param link offset of the link group in a record, -1 without it: `groupOffset(batch.groups, "link")`
 */
export function shapeOf(u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, o: number, link: number): number {
  const w = o >> 2;
  const protocol = u8[o + BASE.protocolIdentifier]!;
  const ipv6 = u8[o + BASE.ipVersion] === 6;
  let shape = ipv6 ? SHAPE.ipv6 : 0;
  if (protocol === 6) shape |= SHAPE.tcp;
  else if (protocol === (ipv6 ? 58 : 1)) shape |= SHAPE.icmp;
  const reverseHigh = u32[w + REVERSE_PACKETS + 1]!;
  if ((u32[w + REVERSE_PACKETS]! | reverseHigh) !== 0) shape |= SHAPE.biflow;
  const high = reverseHigh | u32[w + PACKETS + 1]! | u32[w + OCTETS + 1]! | u32[w + REVERSE_OCTETS + 1]!;
  // Wide when a counter does not fit 32 bits, the sum of octets and link overhead included.
  if (
    high !== 0 ||
    u32[w + OCTETS]! + u32[w + OVERHEAD]! > 0xffffffff ||
    u32[w + REVERSE_OCTETS]! + u32[w + REVERSE_OVERHEAD]! > 0xffffffff
  ) {
    shape |= SHAPE.wide;
  }
  if (u16[(o + BASE.serviceVlanId) >> 1] !== 0) shape |= SHAPE.serviceVlan;
  if (link >= 0) {
    if (u8[o + link + LINK.mplsDepth] !== 0) shape |= SHAPE.mpls;
    shape |= tunnelShape(u8[o + link + LINK.tunnel]!, u8[o + link + LINK.outerIpVersion]!) << TUNNEL_SHIFT;
  }
  return shape;
}
