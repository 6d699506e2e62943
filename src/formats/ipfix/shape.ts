/** What decides which template a flow record is exported with, as one small number: the record's shape. */
import type { FlowBatch } from "../../record/batch.js";
import { BASE, groupOffset, LINK } from "../../record/layout.js";
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

/** The shape of the record that is number `index` in the batch's buffer. */
export function shapeOf(batch: FlowBatch, index: number): number {
  const { u8, u16, u32 } = batch;
  const o = index * batch.stride;
  const w = o >> 2;
  const protocol = u8[o + BASE.protocolIdentifier]!;
  const ipv6 = u8[o + BASE.ipVersion] === 6;
  let shape = ipv6 ? SHAPE.ipv6 : 0;
  if (protocol === 6) shape |= SHAPE.tcp;
  else if (protocol === (ipv6 ? 58 : 1)) shape |= SHAPE.icmp;
  const packetsHigh = u32[w + BASE.packets[1] / 4 + 1]!;
  if ((u32[w + BASE.packets[1] / 4]! | packetsHigh) !== 0) shape |= SHAPE.biflow;
  // Wide when a counter does not fit 32 bits, the sum of octets and link overhead included.
  if (
    (packetsHigh |
      u32[w + BASE.packets[0] / 4 + 1]! |
      u32[w + BASE.octets[0] / 4 + 1]! |
      u32[w + BASE.octets[1] / 4 + 1]!) !==
      0 ||
    u32[w + BASE.octets[0] / 4]! + u32[w + BASE.linkOverhead[0] / 4]! > 0xffffffff ||
    u32[w + BASE.octets[1] / 4]! + u32[w + BASE.linkOverhead[1] / 4]! > 0xffffffff
  ) {
    shape |= SHAPE.wide;
  }
  if (u16[(o + BASE.serviceVlanId) >> 1] !== 0) shape |= SHAPE.serviceVlan;
  const link = groupOffset(batch.groups, "link");
  if (link >= 0) {
    if (u8[o + link + LINK.mplsDepth] !== 0) shape |= SHAPE.mpls;
    shape |= tunnelShape(u8[o + link + LINK.tunnel]!, u8[o + link + LINK.outerIpVersion]!) << TUNNEL_SHIFT;
  }
  return shape;
}
